"""Policies, views, triggers, types, publications and extensions as the migrations leave them."""

from folding import built, gaps, policies, table

from checklists.sql.schema import Command, Facet


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


def test_names_that_only_the_files_path_explains_are_written_out() -> None:
    schema = built("""
        create schema app;
        set search_path = app, public;
        create table members (id int);
        create table public.t (id int);
        create function allowed() returns boolean language sql as 'select true';
        create policy p on t using (allowed() and exists (select 1 from members m, t u where m.id = u.id));
        create view public.v as with w as (select 1) select m.id from members m, w;
    """)
    assert (
        table(schema).policies[0].using
        == "app.allowed() AND EXISTS (SELECT 1 FROM app.members m, t u WHERE m.id = u.id)"
    )
    assert "FROM app.members m, w" in schema.views["public.v"].query


def test_an_extension_dropped_with_cascade_leaves_a_doubt() -> None:
    schema = built(
        "create extension citext; drop extension citext cascade;", "drop extension if exists nothing cascade;"
    )
    assert [of for of, _ in gaps(schema)] == ["extension:citext"]
