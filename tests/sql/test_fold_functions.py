"""Functions, and who is granted what, as the migrations leave them."""

import pytest
from folding import built, function, table

from checklists.sql.schema import Schema, holds


def grants_of(schema: Schema, name: str = "public.f") -> set[str]:
    return {grant.role for grant in function(schema, name).grants}


def test_functions_start_with_supabases_and_postgres_grants() -> None:
    schema = built("create function f() returns int language sql as 'select 1';")
    assert grants_of(schema) == {"public", "anon", "authenticated", "service_role"}


def test_revoking_from_public_leaves_supabases_grant_to_anon() -> None:
    schema = built("""
        create function f() returns int language sql as 'select 1';
        revoke execute on function f() from public;
    """)
    assert grants_of(schema) == {"anon", "authenticated", "service_role"}
    assert holds(function(schema, "public.f").grants, "anon", "EXECUTE")


def test_revoking_from_anon_while_public_holds_it_changes_nothing_for_anon() -> None:
    schema = built("""
        create function f() returns int language sql as 'select 1';
        revoke execute on function f() from anon;
    """)
    assert holds(function(schema, "public.f").grants, "anon", "EXECUTE")


def test_other_schemas_have_postgres_defaults_only() -> None:
    schema = built("""
        create schema private;
        create table private.t (id int);
        create function private.f() returns int language sql as 'select 1';
    """)
    assert table(schema, "private.t").grants == ()
    assert grants_of(schema, "private.f") == {"public"}
    assert schema.schema_grants["private"] == ()


def test_default_privileges_hold_for_what_comes_after() -> None:
    schema = built("""
        create table before (id int);
        alter default privileges in schema public revoke all on tables from anon;
        alter default privileges revoke execute on functions from public;
        alter default privileges for role supabase_admin in schema public grant all on tables to nobody;
        create table after (id int);
        create function f() returns int language sql as 'select 1';
    """)
    assert holds(table(schema, "public.before").grants, "anon", "SELECT")
    assert not holds(table(schema, "public.after").grants, "anon", "SELECT")
    assert "public" not in grants_of(schema)
    assert not holds(table(schema, "public.after").grants, "nobody", "SELECT")


def test_grants_on_all_tables_and_on_columns() -> None:
    schema = built("""
        create schema private;
        create table private.a (id int, secret text);
        grant usage on schema private to anon;
        grant select on all tables in schema private to anon;
        grant update (secret, id) on private.a to authenticated;
        revoke update (id) on private.a from authenticated;
    """)
    made = table(schema, "private.a")
    assert holds(made.grants, "anon", "SELECT")
    (column,) = [grant for grant in made.grants if grant.columns]
    assert (column.role, column.privilege, column.columns) == ("authenticated", "UPDATE", ("secret",))
    assert holds(schema.schema_grants["private"], "anon", "USAGE")


def test_revoking_on_the_table_revokes_on_its_columns() -> None:
    schema = built("""
        create schema s;
        create table s.t (a int);
        grant select (a) on s.t to anon;
        revoke select on s.t from anon;
    """)
    assert table(schema, "s.t").grants == ()


def test_replacing_a_function_keeps_grants_and_drops_settings() -> None:
    schema = built("""
        create function f() returns int language sql security definer set search_path = '' as 'select 1';
        revoke all on function f() from public, anon;
        create or replace function f() returns int language sql as 'select 2';
    """)
    made = function(schema, "public.f")
    assert made.settings == ()
    assert not made.security_definer
    assert not holds(made.grants, "anon", "EXECUTE")


def test_altering_a_function_sets_and_resets() -> None:
    text = "create function f(a int, b text default 'x') returns int language sql stable as 'select 1';"
    schema = built(
        text,
        "alter function f set search_path = public, pg_temp; alter function f(int, text) security definer;",
    )
    made = function(schema, "public.f")
    assert (made.search_path, made.security_definer, made.volatility) == ("public, pg_temp", True, "stable")
    again = built(text, "alter function f set search_path to ''; alter function f reset search_path;")
    assert function(again, "public.f").search_path is None


def test_an_empty_search_path_is_quoted_as_postgres_keeps_it() -> None:
    schema = built("create function f() returns int language sql set search_path = '' as 'select 1';")
    assert function(schema, "public.f").search_path == '""'


def test_overloads_are_told_apart_by_their_types() -> None:
    schema = built("""
        create function f(a int) returns int language sql as 'select 1';
        create function f(a varchar(10)) returns int language sql as 'select 2';
        drop function f(integer);
    """)
    assert list(schema.functions) == ["public.f(character varying)"]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("returns setof t", "setof public.t"),
        ("returns table (a int, b text)", "table(a integer, b text)"),
        ("returns trigger", "trigger"),
        ("returns t[]", "public.t[]"),
        ("returns t.id%type", "integer"),
    ],
)
def test_what_a_function_returns(written: str, told: str) -> None:
    schema = built(f"create table t (id int); create function f() {written} language sql as 'select 1';")
    assert function(schema, "public.f").returns == told


def test_the_line_of_a_body() -> None:
    schema = built("create function f()\nreturns int\nlanguage sql\nas $body$\n  select 1\n$body$;")
    made = function(schema, "public.f")
    assert made.body == "\n  select 1\n"
    assert made.body_line == 4
    assert (made.location.line, made.location.end_line) == (1, 6)


def test_a_body_of_sql_itself() -> None:
    schema = built("""
        create function f(a int) returns int language sql return a + 1;
        create function g() returns int begin atomic select 1; select 2; end;
        create table after (id int);
    """)
    assert function(schema, "public.f").body == "SELECT a + 1"
    assert function(schema, "public.g").body == "SELECT 1; SELECT 2"
    assert "public.after" in schema.tables


def test_projects_that_expose_nothing_by_themselves() -> None:
    text = "create table t (id int); create function f() returns int language sql as 'select 1';"
    schema = built(text, auto_expose=False)
    assert table(schema).grants == ()
    assert grants_of(schema) == {"public"}
    assert holds(table(schema, "storage.objects").grants, "anon", "SELECT")
