"""Which names of a body follow the caller's search_path, and whether it does more than answer."""

import pytest
from builders import migrations

from checklists.sql.questions.bodynames import only_reads, unqualified
from checklists.sql.schema import Function, Schema

TABLES = """
create type public.mood as enum ('good');
create table public.files (id uuid primary key, shared boolean);
create table public.log (id uuid);
create function public.helper() returns boolean language sql stable as 'select true';
create function public.writes() returns boolean language plpgsql as
  'begin delete from public.log; return true; end';
"""


def _made(head: str, body: str) -> tuple[Schema, Function]:
    schema = migrations(TABLES, f"create function public.f{head} as $f$ {body} $f$;").schema
    return schema, next(each for each in schema.functions.values() if each.name == "f")


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("select exists (select 1 from files where shared)", ("files",)),
        ("select exists (select 1 from public.files where lower(id::text) = 'x')", ()),
        ("select helper() and exists (select 1 from files, log)", ("files", "log", "helper")),
        ("with files as (select true as shared) select shared from files", ()),
        ("select exists (select 1 from pg_class where relname = 'x')", ()),
        ("select crypt('a', 'b') = 'c'", ("crypt",)),
        ("select extensions.crypt('a', 'b') = 'c'", ()),
        ("select 'good'::mood = 'good'::public.mood", ("mood",)),
        ("select '[1]'::extensions.vector <=> '[2]'::extensions.vector < 1", ("operator <=>",)),
        ("insert into log select id from public.files returning true", ("log",)),
    ],
)
def test_names_that_a_sql_body_leaves_to_the_path(body: str, names: tuple[str, ...]) -> None:
    schema, function = _made("() returns boolean language sql", body)
    assert set(unqualified(schema, function) or ()) == set(names)
    assert unqualified(schema, function) is not None


def test_plpgsql_statements_conditions_and_defaults_are_read() -> None:
    schema, function = _made(
        "(n integer) returns void language plpgsql",
        "declare x boolean := helper(); begin"
        " if exists (select 1 from files) then delete from log; end if; end",
    )
    assert set(unqualified(schema, function) or ()) == {"helper", "files", "log"}


def test_changed_rows_handed_to_a_trigger_are_no_relation() -> None:
    schema, function = _made(
        "() returns trigger language plpgsql",
        "begin insert into public.log select id from changed; return null; end",
    )
    assert unqualified(schema, function) == ()


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("(t text) returns void language plpgsql", "begin execute format('drop table %I', t); end"),
        ("() returns void language plpgsql", "begin this is no plpgsql; end"),
        ("() returns void language plv8", "return 1"),
    ],
)
def test_what_cannot_be_read_is_not_taken_for_clean(head: str, body: str) -> None:
    schema, function = _made(head, body)
    assert unqualified(schema, function) is None
    assert not only_reads(schema, function)


@pytest.mark.parametrize(
    ("returns", "body", "reads"),
    [
        ("boolean", "select exists (select 1 from public.files where shared)", True),
        ("boolean", "select public.helper()", True),
        ("setof uuid", "select id from public.files", True),
        ("boolean", "select public.writes()", False),
        ("boolean", "insert into public.log values (null) returning true", False),
        ("boolean", "select set_config('role', 'postgres', false) is null", False),
        ("boolean", "select (extensions.http_get('http://a.test')).status = 200", False),
        ("boolean", "select net.http_get('http://a.test') > 0", False),
        ("boolean", "with gone as (delete from public.log returning id) select true from gone", False),
    ],
)
def test_only_what_changes_nothing_only_reads(returns: str, body: str, reads: bool) -> None:
    schema, function = _made(f"() returns {returns} language sql", body)
    assert only_reads(schema, function) is reads
