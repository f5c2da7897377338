"""Nothing that a repo or a reviewer wrote is interpreted on the page, whatever it is."""

import re
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from checklists.catalogue import items
from checklists.record.escape import beginning, cell, clipped, code, one_line, prose, shell, title

RENDER = MarkdownIt("gfm-like", {"html": True, "linkify": True})
MARKED = r"""
    @octocat #12 GH-3 a/b#4 https://x.test/y www.x.test me@x.test <script> <!-- --> | \| \ ` `` ``` *b* _i_
    ~~s~~ [t](u) ![i](u) [x] 1. - + > # === --- &amp; &#64; :smile: deadbeef plain words, don't (so) $x$ {{x}}
"""
UNSEEN = ("\u202e", "\u2066", "\u200b", "\x1b[31m", "\x00", "\n", "\r\n", "\u2028", "\ud800", " ", "\t")
NASTY = st.lists(st.sampled_from([*MARKED.split(), *UNSEEN]), max_size=12).map("".join)
TEXTS = st.one_of(st.text(max_size=60), NASTY, st.lists(NASTY, max_size=6).map(" ".join))
INERT = {"text", "code_inline"}


def tokens(markdown: str) -> list[Token]:
    """All inline tokens of one paragraph, and nothing else: a block of another kind fails."""
    blocks = RENDER.parse(markdown)
    assert [block.type for block in blocks] == ["paragraph_open", "inline", "paragraph_close"]
    return blocks[1].children or []


def seen(markdown: str) -> str:
    return "".join(token.content for token in tokens(markdown))


@given(TEXTS)
def test_code_is_one_span_that_shows_the_text(text: str) -> None:
    shown = [token for token in tokens(f"x {code(text)} x") if token.type != "text"]
    assert [token.type for token in shown] == ["code_inline"] * bool(one_line(text))
    assert [token.content for token in shown] == [one_line(text)] * bool(one_line(text))


@given(TEXTS)
def test_prose_is_words_and_code_only(text: str) -> None:
    made = prose(text)
    found = tokens(f"x {made} x")
    assert {token.type for token in found} <= INERT
    for token in found:
        if token.type == "text":
            assert not set(token.content) & set("@#<>|`*_[]\\&/~^{}$")
            assert not re.search(r":\w|\w\.\w", token.content)


@given(TEXTS | st.text(alphabet="aB1 ()*+,'-_é", max_size=30))
def test_a_title_is_words_and_code_only(text: str) -> None:
    found = tokens(f"x **fail** · {title(text)} (`id`)")
    plain = [token for token in found if token.type not in ("strong_open", "strong_close")]
    assert {token.type for token in plain} <= INERT
    assert len(found) - len(plain) == 2
    if all(token.type == "text" for token in plain[:-2]):
        assert one_line(text).replace(" ", "") in seen(f"x · {title(text)} (x)").replace(" ", "")


@given(TEXTS)
def test_a_table_row_keeps_its_cells(text: str) -> None:
    table = f"| a | b |\n|---|---|\n| {cell(text)} | end |\n"
    kinds = [token.type for token in RENDER.parse(table)]
    assert kinds.count("td_open") == 2
    assert kinds.count("tr_open") == 2
    cells = [token for token in RENDER.parse(table) if token.type == "inline"][2:]
    assert {child.type for cell in cells for child in cell.children or []} <= INERT


@given(TEXTS)
def test_a_list_row_stays_one_row(text: str) -> None:
    kinds = [token.type for token in RENDER.parse(f"- {prose(text)}\n- {code(text)} end")]
    assert kinds.count("list_item_open") == 2
    assert not set(kinds) & {"heading_open", "fence", "code_block", "html_block", "hr", "blockquote_open"}


@given(TEXTS)
def test_what_cannot_be_seen_is_spelled_out(text: str) -> None:
    assert all(char.isprintable() for char in one_line(text))
    assert one_line(one_line(text)) == one_line(text)


def test_sentences_stay_readable() -> None:
    said = "Table public.tenders has no RLS: anyone may read it (and 3 more findings)."
    assert prose(said) == "Table `public.tenders` has no RLS: anyone may read it (and 3 more findings)."
    assert prose("fixes #12 by @octocat") == "fixes `#12` by `@octocat`"
    assert prose("see https://x.test now") == "see `https://x.test` now"
    assert code("a ` b") == "``a ` b``"
    assert code("`b`") == "`` `b` ``"
    assert prose("reads \u202etxt") == "reads `<U+202E>txt`"
    assert prose("`annotateBids` writes `{note:line.note}`.") == "`annotateBids` writes `{note:line.note}`."
    assert prose("`a`@b `` x") == "`a` ``` @b `` ``` x"
    assert prose("1 SQL test (public.bids, public.t): see line 37: it") == (
        "1 SQL test (`public.bids, public.t`): see line 37: it"
    )
    assert prose("by auth.uid(), or (auth.role()).") == "by `auth.uid()`, or (`auth.role()`)."
    assert prose('Policy "Own rows" on public.t') == 'Policy "Own rows" on `public.t`'
    assert (prose("1) one"), prose("- one"), prose("2026. one")) == ("`1`) one", "`-` one", "`2026`. one")


def test_a_name_keeps_its_arguments() -> None:
    said = "public.search_suppliers(text, text) and public.f(numeric(10, 2), uuid) run as their owner"
    assert prose(said) == (
        "`public.search_suppliers(text, text)` and `public.f(numeric(10, 2), uuid)` run as their owner"
    )
    assert prose("it calls f(uuid, text).") == "it calls `f(uuid, text)`."
    assert prose("`public.search(text, text)` is open") == "`public.search(text, text)` is open"
    assert prose("f(a, b and then nothing closes it") == "`f(a`, b and then nothing closes it"
    assert prose("Tables (public.a, public.b) are open") == "Tables (`public.a, public.b`) are open"


def test_names_stay_whole_whatever_they_hold() -> None:
    assert prose("public.create_notification(uuid, text … runs") == (
        "`public.create_notification(uuid, text` … runs"
    )
    assert prose("8fbf3b0/nora-1: nora@example.test is an author") == (
        "`8fbf3b0/nora-1`: `nora@example.test` is an author"
    )
    assert prose('Policy "admin_events: sichtbare Zeilen" on public.t') == (
        'Policy "`admin_events: sichtbare Zeilen`" on `public.t`'
    )
    assert prose('Policy "admin_events: sichtbare …') == 'Policy "`admin_events: sichtbare` …'
    assert prose('Policy "it`s, a ""b""" and "he`s"') == 'Policy "``it`s, a ""b""``" and "``he`s``"'
    assert prose('`select "a b"` reads "x"') == '`select "a b"` reads "x"'
    assert prose('a "Own rows", and "b') == 'a "Own rows", and "b'
    assert prose("Seal: `counterseal seal --role 'a b'`.") == "Seal: `counterseal seal --role 'a b'`."


NAMES = st.text(alphabet="aB1 `,:;'()[]<>@#*_|\\é", min_size=1, max_size=20).map(str.strip).filter(bool)


@given(NAMES)
def test_a_quoted_name_is_words_or_one_span(name: str) -> None:
    found = tokens(f'x {prose(f"""Policy "{name}" on it""")} x')
    spans = [token.content for token in found if token.type == "code_inline"]
    if "`" not in name:
        assert spans in ([], [one_line(name)])


def test_titles_of_the_catalogue_have_no_spans() -> None:
    assert title("N+1 queries") == "N+1 queries"
    assert title("SELECT * when only a few columns are needed") == (
        r"SELECT \* when only a few columns are needed"
    )
    assert not [item.title for item in items() if "`" in title(item.title)]
    assert title("fixes deadbeef @octocat") == "fixes `deadbeef @octocat`"


def test_the_beginning_of_a_text_ends_between_words_and_before_a_quotation() -> None:
    assert beginning("one two", 20) == "one two"
    assert beginning("one two three", 9) == "one two …"
    assert prose(beginning("it writes `{ a: b, c: d }` there", 18)) == "it writes …"
    assert prose(beginning("reads `a` and then `b`", 14)) == "reads `a` and …"
    assert beginning("x" * 30, 10) == f"{'x' * 10} …"


def test_clipping_counts_what_it_drops() -> None:
    assert clipped("abcdef", 6) == "abcdef"
    assert clipped("x" * 90, 3) == "xxx … (87 more characters)"


def test_a_text_is_cut_only_where_that_saves_more_than_the_notice_takes() -> None:
    for limit in (10, 200, 1000):
        for length in range(limit, 2 * limit + 100):
            assert len(clipped("word " * length, limit)) <= len("word " * length)
    assert clipped("x" * 309, 300) == "x" * 309
    assert len(clipped("x" * 5000, 4000)) == 5000
    assert "more characters" in clipped("x" * 5001, 4000)


def test_a_text_is_cut_between_words_and_before_a_quotation() -> None:
    rest = " and more of it" * 10
    assert clipped(f"one two three{rest}", 9) == f"one two … ({len(rest) + 6} more characters)"
    assert clipped(f"one two{rest}", 7).startswith("one two … (")
    assert clipped(f"one\ntwo three{rest}", 9).startswith("one\ntwo … (")
    assert prose(clipped(f"it is `{{ data, error }}`{rest}", 15)).startswith("it is … (")
    assert clipped("`" + "x" * 100, 5).startswith("`xxxx … (")


def test_the_shape_of_an_object_stands_in_one_span() -> None:
    assert prose("it is the object { data, error }, which is there") == (
        "it is the object `{ data, error }`, which is there"
    )
    assert prose("an object ({ a: { b } }) of two") == "an object (`{ a: { b } }`) of two"
    assert prose("a lone { and plain words") == "a lone `{` and plain words"


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40))
def test_bash_reads_back_what_was_quoted(text: str) -> None:
    quoted = shell(text)
    assert all(char.isprintable() for char in quoted)
    if not re.fullmatch(r"[\w./-]*", text):
        done = subprocess.run(["bash", "-c", f"printf %s {quoted}"], capture_output=True, check=True)
        assert done.stdout == text.encode()


@pytest.mark.parametrize("name", ["it's $HOME", "-rf", "a;b", "(group)", "$(id)", "new\nline", "bidi\u202e"])
def test_names_are_quoted(name: str) -> None:
    done = subprocess.run(["bash", "-c", f"printf %s {shell(name)}"], capture_output=True, check=True)
    assert done.stdout == name.encode()
