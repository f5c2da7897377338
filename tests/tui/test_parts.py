"""The console's pure parts: standing, grouping, policies, snippets, the worker's messages, the editor."""

from dataclasses import replace
from pathlib import Path

import pytest
from demo import BIDS, BIDS_SQL, demo_ports, demo_project, demo_reports, finding
from hypothesis import given
from hypothesis import strategies as st
from scenes import draft_of
from textual.message import Message

from checklists.catalogue import item_named, items
from checklists.errors import CountersealError
from checklists.model import Finding, Gap, Location, Severity, Suggestion, Verdict
from checklists.sql.schema import Command, Grant, Policy, Table
from tui.editor import editor_command
from tui.glyphs import ASCII, UNICODE, choose_glyphs
from tui.grouping import because, groups_of, short_object, shown_entries, stated
from tui.messages import DraftOpened, ProjectRead, ReadingFailed, StageReached, Suggested
from tui.reading import read, suggestions
from tui.standing import lets_through, next_open, standing
from tui.widgets.burndown import line, short_line
from tui.widgets.effective import effective_policy, table_of
from tui.widgets.source import AFTER, BEFORE, snippet

PLACE = Location(BIDS, 19, 24)
ALL = len(items())


def test_standing_counts_by_answer_first_and_suggestion_else() -> None:
    now = standing(draft_of(left_open=("float-money", "uploads-validated")).review)
    assert (now.total, now.decided, now.failing, now.undetermined) == (ALL, ALL - 2, 5, 1)


def test_nothing_is_counted_until_a_check_has_reported() -> None:
    now = standing(draft_of().review)
    for show in (line, short_line):
        assert show(now, 0, UNICODE, checking=(0, 0)).plain == "checking…"
        assert "3" in show(now, 0, UNICODE, checking=(3, 60)).plain


@given(
    st.sets(st.sampled_from([item.id for item in items()])), st.sampled_from([item.id for item in items()])
)
def test_next_open_finds_every_open_item_and_nothing_else(left: set[str], start: str) -> None:
    review = draft_of(left_open=tuple(left), current=start).review
    target = next_open(review, review.items)
    assert (target in left) if left else (target is None)
    back = next_open(review, review.items, -1)
    assert (back in left) if left else (back is None)


def test_next_open_keeps_within_what_is_shown() -> None:
    review = draft_of(left_open=("rls-enabled", "float-money"), current="rls-enabled").review
    assert next_open(review, ("float-money", "n-plus-one")) == "float-money"
    assert next_open(review, ("n-plus-one",)) is None
    assert next_open(review, ()) is None


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", True),
        ("money", True),
        ("FAIL money", True),
        ("open", True),
        ("decided", False),
        ("blocker", False),
    ],
)
def test_the_filter_looks_at_title_severity_and_state(query: str, *, wanted: bool) -> None:
    review = draft_of(left_open=("float-money",)).review
    item = item_named("float-money")
    assert item is not None
    assert lets_through(review, item, query) is wanted


def test_groups_stand_worst_first_with_gaps_at_the_end() -> None:
    low = finding("b_check", "rls-enabled", "table:public.a", PLACE, "m", "r", Severity.LOW)
    bad = finding("a_check", "rls-enabled", "table:public.b", PLACE, "m", "r", Severity.BLOCKER)
    said = Suggestion(
        "rls-enabled",
        Verdict.FAIL,
        "m",
        (),
        ("a_check", "b_check"),
        (bad, low, bad),
        (Gap("file:x", "damaged"),),
    )
    assert [(group.check, group.severity, len(group.entries)) for group in groups_of(said)] == [
        ("a_check", Severity.BLOCKER, 2), ("b_check", Severity.LOW, 1), ("", None, 1),
    ]  # fmt: skip
    assert groups_of(None) == ()


@pytest.mark.parametrize(("count", "listed"), [(1, 1), (5, 5), (6, 4), (400, 4)])
def test_a_long_group_shows_its_first_few(count: int, listed: int) -> None:
    found = tuple(finding("c", "rls-enabled", f"table:public.t{n}", PLACE, "m", "r") for n in range(count))
    (group,) = groups_of(Suggestion("rls-enabled", Verdict.FAIL, "m", (), ("c",), found, ()))
    assert len(shown_entries(group, unfolded=False)) == listed
    assert len(shown_entries(group, unfolded=True)) == count


def test_objects_are_named_as_a_reader_says_them() -> None:
    assert short_object("policy:public.tenders/Read all") == "tenders/Read all"
    assert short_object("table:audit.log") == "audit.log"
    assert short_object("nothing") == "nothing"
    assert short_object("action:app/a.ts#save", Location("app/a.ts", 3, 3)) == "save"
    assert short_object("route:app/api/x/route.ts#POST", Location("lib/x.ts", 3, 3)) == "x/route.ts#POST"
    assert short_object("file:.env.staging", Location(".env.staging", 2, 2)) == ".env.staging"


def test_a_reason_is_one_findings_words_or_a_count_and_the_worst() -> None:
    worst = finding("a_check", "rls-enabled", "table:public.a", PLACE, "All of a is open.", "r")
    other = finding("b_check", "rls-enabled", "table:public.b", PLACE, "All of b is open.", "r", Severity.LOW)
    told = finding(
        "c_check", "rls-enabled", "table:public.c", PLACE, "For your information.", "r", Severity.INFO
    )

    def said(*found: Finding, gaps: tuple[Gap, ...] = (), verdict: Verdict = Verdict.FAIL) -> Suggestion:
        return Suggestion("rls-enabled", verdict, "as prefilled", (), (), found, gaps)

    assert because(said(worst)) == "All of a is open."
    assert because(said(worst, other)) == "2 findings in 2 checks; worst: All of a is open."
    assert stated(said(told, worst)).finding is worst
    gap = Gap("file:x.sql", "line 3 does not parse", PLACE)
    unsure = said(told, gaps=(gap, gap), verdict=Verdict.UNDETERMINED)
    assert because(unsure) == "2 could not be decided; first: line 3 does not parse"
    assert stated(unsure).finding is None
    assert because(said(verdict=Verdict.PASS)) == "as prefilled"
    assert stated(said(verdict=Verdict.PASS)) is None


@pytest.mark.parametrize(
    "name", ["table:public.bids", "column:public.bids.amount", "policy:public.bids/Read"]
)
def test_the_table_of_an_object_is_found(name: str) -> None:
    schema = demo_project().schema
    assert table_of(schema, name) is schema.tables["public.bids"]
    assert table_of(schema, "route:public.bids") is None
    assert table_of(schema, "table:public.missing") is None


def _policy(name: str, *, using: str, permissive: bool = True, command: Command = Command.ALL) -> Policy:
    return Policy("public.t", name, command, ("public",), permissive, using, None, PLACE)


def test_effective_policies_are_ored_and_anded_after_the_grant() -> None:
    table = Table(
        "public", "t", PLACE, rls_enabled=True, grants=(Grant("authenticated", "SELECT"),),
        policies=(
            _policy("own", using="a"),
            _policy("team", using="b"),
            _policy("live", using="c", permissive=False),
        ),
    )  # fmt: skip
    rows = effective_policy(table, UNICODE).plain.split("\n")
    assert rows[1:6] == [
        "SELECT",
        "  anon                  \N{EN DASH} no grant",
        "  authenticated         a  ← own",
        "                        or b  ← team",
        "                        and c  ← live",
    ]
    assert rows[6] == "INSERT, UPDATE, DELETE"
    assert rows[7].startswith("  anon, authenticated")


def test_a_table_without_rls_is_open_to_who_holds_the_grant() -> None:
    table = Table("public", "t", PLACE, grants=(Grant("public", "SELECT"),))
    assert "anon, authenticated   x every row" in effective_policy(table, ASCII).plain


@given(st.integers(1, 40), st.integers(0, 40))
def test_a_snippet_numbers_its_lines_and_marks_the_flagged_ones(line: int, more: int) -> None:
    count = len(BIDS_SQL.split("\n"))
    shown = snippet(BIDS_SQL, Location(BIDS, line, line + more), UNICODE).plain.split("\n")
    numbers = [int(row[2:].split()[0]) for row in shown if row[2:].split()]
    first = max(1, line - BEFORE)
    assert numbers == list(range(first, first + len(numbers)))
    assert len(numbers) <= BEFORE + AFTER + more + 1
    marked = [int(row[2:].split()[0]) for row in shown if row[:1] in "▶│"]
    assert marked == [number for number in range(line, line + more + 1) if number <= min(count, numbers[-1])]


def test_a_snippet_survives_any_file() -> None:
    for text in ("", "\n", "\x00\x1b[2J", "a" * 100_000, "\u2028x\x85y", "\r\n\r\n"):
        assert "\x1b" not in snippet(text, Location("a.sql", 1, 1), UNICODE).plain
        assert snippet(text, Location("x", 7, 9), ASCII) is not None


def test_an_item_is_suggested_when_its_last_check_has_reported() -> None:
    reports = demo_reports()
    waits = {"rls-enabled": frozenset({reports[0].check, reports[2].check})}
    batches = [[said.item for said in batch] for batch in suggestions(waits, iter(reports[:3]), items())]
    assert batches[0] == ["rls-enabled"]
    assert sorted(batches[1]) == sorted(item.id for item in items() if item.id != "rls-enabled")


def test_the_worker_posts_each_step_and_the_draft_last() -> None:
    posted: list[Message] = []
    read(demo_ports(), posted.append)
    kinds = [type(message) for message in posted]
    assert kinds[:4] == [StageReached, StageReached, StageReached, ProjectRead]
    assert set(kinds[4:-1]) == {Suggested, StageReached}
    counts = [each.done for each in posted[4:] if isinstance(each, StageReached)]
    assert counts == list(range(len(demo_reports()) + 1))
    assert kinds[-1] is DraftOpened


def test_a_fault_is_the_last_thing_that_is_posted() -> None:
    posted: list[Message] = []

    def load(_tell: object) -> None:
        raise CountersealError("No repo.", "Go to one.")

    read(replace(demo_ports(), load=load), posted.append)
    (failed,) = posted
    assert isinstance(failed, ReadingFailed)
    assert (failed.message, failed.hint) == ("No repo.", "Go to one.")


@pytest.mark.parametrize(
    ("editor", "wanted"),
    [
        ("vi", ["vi", "+3", "{path}"]),
        ("emacs -nw", ["emacs", "-nw", "+3", "{path}"]),
        ("code --wait", ["code", "--wait", "--goto", "{path}:3"]),
        ("/usr/bin/hx", ["/usr/bin/hx", "{path}:3"]),
    ],
)
def test_the_editor_is_told_the_line_in_its_own_way(
    editor: str, wanted: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.sql").write_text("select 1;\n")
    monkeypatch.setenv("EDITOR", editor)
    command = editor_command(str(tmp_path), Location("a.sql", 3, 3))
    assert command == [part.format(path=tmp_path.resolve() / "a.sql") for part in wanted]


def test_no_file_outside_the_work_tree_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "vi")
    outside = tmp_path / "outside.sql"
    outside.write_text("")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "link.sql").symlink_to(outside)
    for path in ("link.sql", "../outside.sql", "missing.sql"):
        with pytest.raises(CountersealError, match="has no file"):
            editor_command(str(tree), Location(path, 1, 1))
    monkeypatch.delenv("EDITOR")
    with pytest.raises(CountersealError, match="No editor"):
        editor_command(str(tree), Location("link.sql", 1, 1))


def test_ascii_is_chosen_by_wish_and_by_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose_glyphs(ascii_only=True) is ASCII
    monkeypatch.setenv("COUNTERSEAL_ASCII", "1")
    assert choose_glyphs() is ASCII
    monkeypatch.setenv("COUNTERSEAL_ASCII", "0")
    assert choose_glyphs() is UNICODE
