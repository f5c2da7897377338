"""Text into statements: places, broken statements, psql's lines, and input that would kill the parser."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checklists.repo.snapshot import SourceFile
from checklists.sql.build import build_schema
from checklists.sql.parse import MAX_DEPTH, depth, parse
from checklists.sql.schema import Facet
from checklists.sql.statements import Fault, Statement, file_source, statements


def read(text: str) -> list[Statement | Fault]:
    return list(statements(file_source("m.sql", text)))


def places(text: str) -> list[tuple[int, int]]:
    return [(each.location.line, each.location.end_line) for each in read(text)]


def test_places_count_from_the_first_word_past_comments() -> None:
    assert places("-- one\n/* two\n /* nested */ */\nselect 1;\n\n  select\n 2;") == [(4, 4), (6, 7)]


def test_offsets_are_bytes() -> None:
    assert places("select 'äöü€'; -- ü\nselect 'ß';\nselect 3;") == [(1, 1), (2, 2), (3, 3)]


def test_byte_order_mark_and_carriage_returns() -> None:
    assert places("\ufeffselect 1;\r\nselect 2;\r\n") == [(1, 1), (2, 2)]


@pytest.mark.parametrize("broken", ["select from from;", "select 1abc;", 'select "";', "create tabel t ();"])
def test_a_broken_statement_costs_itself_alone(broken: str) -> None:
    first, fault, last = read(f"create table a ();\n{broken}\ncreate table b ();")
    assert isinstance(first, Statement)
    assert isinstance(fault, Fault)
    assert isinstance(last, Statement)
    assert fault.location.line == 2
    assert last.location.line == 3


@pytest.mark.parametrize(
    "text", ["foo; create table a ();", "create table a ();\n/* c */ foo bar;", "; foo;"]
)
def test_words_that_are_no_statement_are_faults_not_lost(text: str) -> None:
    assert [type(each) for each in read(text)].count(Fault) == 1


def test_a_bracket_left_open_costs_its_statement_alone() -> None:
    found = read("insert into t values (1;\ncreate table a ();\ncreate table b (;\nselect 1;")
    assert [(type(each), each.location.line) for each in found] == [
        (Fault, 1),
        (Statement, 2),
        (Fault, 3),
        (Statement, 4),
    ]


@pytest.mark.parametrize("opening", ["select 'abc", "select $$ abc", "/* abc", 'select "abc'])
def test_what_never_closes_costs_the_rest(opening: str) -> None:
    found = read(f"create table a ();\n{opening};\ncreate table b ();")
    assert isinstance(found[0], Statement)
    assert [type(each) for each in found[1:]] == [Fault]


def test_psql_lines_are_dropped_and_lines_stay() -> None:
    text = "\\restrict 1abc\nselect 1;\n\\connect db\nselect $$\n\\not this\n$$;\n\\unrestrict 1abc\n"
    found = read(text)
    assert places(text) == [(2, 2), (4, 6)]
    assert isinstance(found[1], Statement)
    assert "\\not this" in found[1].text


def test_copy_data_is_dropped() -> None:
    assert places("COPY t FROM stdin;\n1\tit's\n\\.\nselect 1;") == [(1, 1), (4, 4)]


def test_a_body_of_statements_is_one_statement_also_beside_a_broken_one() -> None:
    text = (
        "create function f() returns int begin atomic select 1; select 2; end;\nselect from from;\nselect 3;"
    )
    assert places(text) == [(1, 1), (2, 2), (3, 3)]


@pytest.mark.parametrize(
    "deep",
    [
        "select " + "1+" * 40_000 + "1",
        "select " + "(" * 5_000 + "1" + ")" * 5_000,
        "select " + "not " * 40_000 + "true",
        "select 1" + " union select 1" * 30_000,
        "select " + "a || " * 60 + "b",
    ],
)
def test_depth_is_contained(deep: str) -> None:
    _, last = read(f"{deep};\ncreate table t ();")
    assert isinstance(last, Statement)


def test_many_values_are_not_deep() -> None:
    rows = ", ".join(f"({number}, 'x')" for number in range(20_000))
    text = f"insert into t values {rows}"
    assert depth(text) < 100
    assert len(read(text)) == 1


@given(st.recursive(st.just("1"), lambda inner: st.one_of(
    st.tuples(inner, inner).map(lambda pair: f"{pair[0]} + {pair[1]}"),
    inner.map(lambda text: f"({text})"),
    inner.map(lambda text: f"f({text}, 2)"),
    inner.map(lambda text: f"(select {text} union select 2)"),
), max_leaves=12))  # fmt: skip
def test_the_bound_is_never_below_the_real_depth(expression: str) -> None:
    padded = f"select {expression}" + " " * MAX_DEPTH
    real = _height(parse(padded)[0])
    # A level of SQL is at most a few messages deep.
    assert real <= 6 * depth(padded) + 10


def _height(message: object) -> int:
    below = [0]
    for field, value in message.ListFields():  # type: ignore[attr-defined]
        if field.message_type is not None:
            below += [_height(each) for each in (value if field.is_repeated else (value,))]
    return 1 + max(below)


_WORDS = st.sampled_from(
    [
        "create",
        "table",
        "view",
        "function",
        "policy",
        "on",
        "t",
        "u",
        "using",
        "with",
        "check",
        "(",
        ")",
        ";",
        ",",
        "$$",
        "'",
        '"',
        "--",
        "/*",
        "*/",
        "\\x",
        "do",
        "begin",
        "end",
        "if",
        "then",
        "alter",
        "add",
        "column",
        "drop",
        "cascade",
        "execute",
        "format",
        "select",
        "from",
        "where",
        "=",
        "1",
        "'a'",
        "as",
        "language",
        "plpgsql",
        "returns",
        "trigger",
        "insert",
        "into",
        "storage.buckets",
        "values",
        "rename",
        "to",
        "enable",
        "row",
        "level",
        "security",
        "grant",
        "all",
        "public",
        "anon",
        "null",
        "declare",
        "record",
        "for",
        "in",
        "loop",
        "array",
        "[",
        "]",
        "::",
        "text",
        "||",
        "exists",
        "not",
        "pg_policies",
        "cron.schedule",
        "ü",
        "\n",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(_WORDS, max_size=60).map(" ".join)))
def test_no_text_raises(text: str) -> None:
    build_schema([("m.sql", "create table t (a int); " + text)])


@settings(max_examples=150, deadline=None)
@given(st.lists(_WORDS, max_size=40).map(" ".join))
def test_no_block_raises(body: str) -> None:
    build_schema([("m.sql", f"create table t (a int); do $x$ begin {body} end $x$;")])


def test_a_file_that_does_not_decode_may_have_touched_anything() -> None:
    file = SourceFile("m.sql", "0" * 40, b"\xff", "", "it is not UTF-8")
    schema = build_schema([("m.sql", file)])
    (gap,) = schema.gaps
    assert gap.facets == frozenset(Facet)
    assert "not UTF-8" in gap.gap.because


def test_a_broken_statement_on_data_touches_nothing_a_broken_create_everything() -> None:
    schema = build_schema([("m.sql", "insert into t values (;\ncreate tabel t ();")])
    assert [(gap.gap.location.line, gap.facets) for gap in schema.gaps if gap.gap.location] == [
        (2, frozenset(Facet))
    ]
