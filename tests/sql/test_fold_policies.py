"""Policies, grants, functions, views, triggers and types as the migrations leave them."""

import pytest
from folding import built, function, gaps, policies, table

from checklists.sql.schema import Command, Facet, Schema, holds


def grants_of(schema: Schema, name: str = "public.f") -> set[str]:
    return {grant.role for grant in function(schema, name).grants}


def test_policies_created_altered_renamed_and_dropped() -> None:
    schema = built("""
        create table t (id int, owner uuid);
        create policy "Owners read" on t for select to authenticated using (owner = auth.uid());
        create policy strict on t as restrictive for update using (true) with check (id > 0);
        create policy gone on t using (true);
        alter policy "Owners read" on t to authenticated, anon;
        alter policy strict on t with check (id > 1);
        drop policy gone on t;
        drop policy if exists nothing on t;
        drop policy if exists nothing on missing;
    """)
    read, strict = table(schema).policies
    assert (read.command, read.roles, read.using) == (
        Command.SELECT,
        ("authenticated", "anon"),
        "owner = auth.uid()",
    )
    assert (strict.permissive, strict.using, strict.check) == (False, "true", "id > 1")
    assert read.location.line == 6
    assert schema.gaps == ()


def test_a_policy_without_to_is_for_public() -> None:
    assert table(built("create table t (); create policy p on t using (true);")).policies[0].roles == (
        "public",
    )


def test_policies_on_the_platforms_tables_are_kept() -> None:
    schema = built("""
        create policy p on storage.objects for select using (bucket_id = 'a');
        create policy q on realtime.messages for select using (true);
    """)
    assert [policy.name for policy in schema.policies()] == ["p", "q"]


def test_the_same_policy_twice_leaves_no_doubt_another_does() -> None:
    once = "create table t (); create policy p on t using (true);"
    assert built(once, "create policy p on t using (true);").gaps == ()
    assert gaps(built(once, "create policy p on t using (false);")) == [
        ("policy:public.t/p", frozenset({Facet.POLICIES}))
    ]


def test_dropping_a_column_with_cascade_drops_the_policies_that_use_it() -> None:
    schema = built("""
        create table t (id int, owner uuid);
        create policy p on t using (owner = auth.uid());
        create policy q on t using (id > 0);
        alter table t drop column owner cascade;
    """)
    assert policies(schema) == ["q"]


def test_dropping_a_function_with_cascade_drops_policies_and_triggers() -> None:
    schema = built("""
        create table t (id int);
        create function ok() returns boolean language sql as 'select true';
        create function touch() returns trigger language plpgsql as 'begin return new; end';
        create policy p on t using (ok());
        create trigger g before update on t for each row execute function touch();
        drop function ok, touch() cascade;
    """)
    assert table(schema).policies == ()
    assert table(schema).triggers == ()
    assert schema.functions == {}


def test_a_function_that_a_policy_calls_is_not_dropped_without_cascade() -> None:
    schema = built("""
        create table t (id int);
        create function ok() returns boolean language sql as 'select true';
        create policy p on t using (ok());
        drop function ok();
    """)
    assert policies(schema) == ["p"]
    assert "public.ok()" in schema.functions


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


def test_replacing_a_view_drops_security_invoker() -> None:
    first = "create table t (id int); create view v with (security_invoker = on) as select id from t;"
    assert built(first).views["public.v"].security_invoker
    replaced = built(first, "create or replace view v as select id from t;").views["public.v"]
    assert not replaced.security_invoker
    assert replaced.options == ()


def test_view_options_set_and_reset() -> None:
    text = "create table t (id int); create view v as select * from t;"
    assert built(text, "alter view v set (security_invoker = true);").views["public.v"].security_invoker
    reset = built(text, "alter view v set (security_invoker = true); alter view v reset (security_invoker);")
    assert reset.views["public.v"].options == ()


def test_what_a_view_reads_and_puts_out() -> None:
    schema = built("""
        create table t (id int, a text);
        create table u (id int, b text);
        create view v as
          with w as (select id from u) select t.*, w.id as other from t join w on w.id = t.id;
        create materialized view m (x) as select id from v;
        create unique index on m (x);
    """)
    assert schema.views["public.v"].relations == ("public.t", "public.u")
    assert schema.views["public.v"].columns == ("id", "a", "other")
    made = schema.views["public.m"]
    assert (made.materialized, made.columns, made.relations) == (True, ("x",), ("public.v",))
    assert [index.name for index in made.indexes] == ["m_x_idx"]


def test_dropping_a_table_with_cascade_drops_views_over_views() -> None:
    schema = built("""
        create table t (id int);
        create view v as select id from t;
        create view w as select id from v;
        drop table t cascade;
    """)
    assert not [name for name in schema.views if name.startswith("public.")]


def test_triggers() -> None:
    schema = built("""
        create table t (id int, a text);
        create function f() returns trigger language plpgsql as 'begin return new; end';
        create trigger g before insert or update of a on t for each row when (new.a is not null)
          execute function f('x', 1);
        create trigger h after delete on t execute procedure f();
        alter table t disable trigger h;
        create or replace trigger g before insert on t for each row execute function f();
    """)
    triggers = {each.name: each for each in table(schema).triggers}
    assert triggers["g"].events == ("INSERT",)
    assert (triggers["h"].timing, triggers["h"].per_row, triggers["h"].enabled) == ("AFTER", False, False)


def test_trigger_details() -> None:
    (made,) = table(
        built(
            "create table t (a text); create trigger g before insert or update of a on t for each row"
            " when (new.a is not null) execute function extensions.moddatetime(updated_at);"
        )
    ).triggers
    assert made.function == "extensions.moddatetime"
    assert (made.events, made.per_row, made.arguments) == (("INSERT", "UPDATE"), True, ("updated_at",))
    assert made.when == "new.a IS NOT NULL"


def test_types() -> None:
    schema = built("""
        create type s as enum ('a', 'c');
        alter type s add value 'b' before 'c';
        alter type s add value if not exists 'b';
        create domain email as text not null check (value like '%@%');
        create type pair as (a int, b text);
        create table t (s s, e email, p pair);
    """)
    assert schema.types["public.s"].labels == ("a", "b", "c")
    domain = schema.types["public.email"]
    assert (domain.base, domain.not_null, len(domain.checks)) == ("text", True, 1)
    assert [c.name for c in schema.types["public.pair"].columns] == ["a", "b"]
    assert [c.type for c in table(schema).columns] == ["public.s", "public.email", "public.pair"]


def test_publications() -> None:
    schema = built("""
        create table a (id int);
        create table b (id int);
        alter publication supabase_realtime add table a, b;
        alter publication supabase_realtime drop table a;
        create publication everything for all tables;
        create publication s for tables in schema public;
        drop table b;
    """)
    assert schema.publications["supabase_realtime"].tables == ()
    assert schema.publications["everything"].all_tables
    assert schema.publications["s"].publishes(table(schema, "public.a"))
    set_ = built("create table a (id int); alter publication supabase_realtime set table a;")
    assert [name for name, _ in set_.publications["supabase_realtime"].tables] == ["public.a"]


def test_extensions_and_where_they_lie() -> None:
    schema = built("""
        create extension if not exists pg_trgm;
        create extension citext with schema extensions;
        create extension pg_cron;
        create extension if not exists "uuid-ossp";
        alter extension pg_trgm set schema extensions;
    """)
    assert {
        name: schema.extensions[name].schema for name in ("pg_trgm", "citext", "pg_cron", "uuid-ossp")
    } == {
        "pg_trgm": "extensions",
        "citext": "extensions",
        "pg_cron": "pg_catalog",
        "uuid-ossp": "extensions",
    }


def test_a_plain_postgres_starts_without_the_platform() -> None:
    schema = built("create table t (id int);", supabase=False)
    assert list(schema.tables) == ["public.t"]
    assert table(schema).grants == ()
    assert schema.publications == {}


def test_projects_that_expose_nothing_by_themselves() -> None:
    text = "create table t (id int); create function f() returns int language sql as 'select 1';"
    schema = built(text, auto_expose=False)
    assert table(schema).grants == ()
    assert grants_of(schema) == {"public"}
    assert holds(table(schema, "storage.objects").grants, "anon", "SELECT")
