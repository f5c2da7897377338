"""DO blocks, dynamic SQL and calls: decided where migrations decide it, else a gap of what it may touch."""

import pytest
from folding import built, function, gaps, policies, table

from checklists.sql.schema import Facet, holds


def do(body: str, declare: str = "") -> str:
    return f"do $$ {declare} begin {body} end $$;"


@pytest.mark.parametrize(
    "condition",
    [
        "not exists (select 1 from pg_policies where schemaname = 'public' and policyname = 'p')",
        "not exists (select from pg_policy p join pg_class c on c.oid = p.polrelid where c.relname = 't')",
        "not exists (select from pg_type t join pg_namespace n on n.oid = typnamespace where typname = 'x')",
        "not exists (select 1 from information_schema.columns where table_name = 't' and column_name = 'b')",
        "exists (select 1 from information_schema.tables where table_schema = 'public' and table_name = 't')",
        "not exists (select 1 from pg_constraint where conrelid = 'public.t'::regclass and conname = 'c')",
        "to_regclass('public.t') is not null and to_regclass('public.nope') is null",
        "(select count(*) from pg_tables where schemaname = 'public') = 1",
        "exists (select 1 from pg_extension where extname = 'pgcrypto')",
        "not exists (select 1 from pg_trigger where tgname = 'g' and not tgisinternal)",
        "exists (select 1 from pg_roles where rolname in ('anon', 'x'))",
        "not exists (select 1 from pg_publication_tables where tablename = 't')",
        "(select relrowsecurity from pg_class where oid = 'public.t'::regclass) is false",
        "exists (select from pg_attribute where attrelid = 'public.t'::regclass and attname = 'a')",
        "'boolean'::regtype = 'bool'::regtype and 'timestamp with time zone'::regtype is not null",
        "to_regtype('text[]') is not null and to_regtype('public.nope') is null",
    ],
)
def test_conditions_on_the_catalogs_are_decided(condition: str) -> None:
    schema = built(
        "create table t (a int);" + do(f"if {condition} then create policy p on t using (true); end if;")
    )
    assert policies(schema) == ["p"]
    assert schema.gaps == ()


def test_a_condition_that_is_false_runs_the_other_branch() -> None:
    schema = built("""
        create table t (a int);
        create policy p on t using (true);
        do $$ begin
          if not exists (select 1 from pg_policies where policyname = 'p') then
            create policy q on t using (true);
          elsif exists (select 1 from pg_policies where policyname = 'nope') then
            create policy r on t using (true);
          else
            create policy s on t using (true);
          end if;
        end $$;
    """)
    assert policies(schema) == ["p", "s"]


def test_duplicate_object_is_caught_and_undone() -> None:
    schema = built("""
        create type s as enum ('a');
        do $$ begin
          create table made_first (id int);
          create type s as enum ('b');
        exception when duplicate_object then
          create table handled (id int);
        end $$;
    """)
    assert schema.types["public.s"].labels == ("a",)
    assert "public.made_first" not in schema.tables
    assert "public.handled" in schema.tables
    assert schema.gaps == ()


def test_a_condition_that_does_not_match_fails_the_block() -> None:
    schema = built("""
        create type s as enum ('a');
        do $$ begin
          create table t (id int);
          create type s as enum ('b');
        exception when undefined_table then null;
        end $$;
    """)
    assert "public.t" not in schema.tables
    assert {facet for _, facets in gaps(schema) for facet in facets} >= {Facet.TABLES, Facet.TYPES}


def test_loops_over_arrays_values_and_catalogs() -> None:
    schema = built("""
        create table a (id int);
        create table b (id int);
        do $$
        declare name text; r record;
        begin
          foreach name in array array['a', 'b'] loop
            execute format('alter table public.%I enable row level security', name);
          end loop;
          for r in select * from (values ('a', 'x'), ('b', 'y')) as v(tab, pol) loop
            execute 'create policy ' || quote_ident(r.pol) || ' on ' || r.tab || ' using (true)';
          end loop;
          for r in select schemaname, tablename from pg_tables where schemaname = 'public' loop
            execute format('create policy %I on %I.%I using (%L = ''k'')',
              'all ' || r.tablename, r.schemaname, r.tablename, 'k');
          end loop;
          for name in select unnest(array['a', 'b']) loop
            execute 'comment on table ' || name || ' is ''seen''';
          end loop;
        end $$;
    """)
    assert table(schema, "public.a").rls_enabled
    assert table(schema, "public.b").rls_enabled
    assert policies(schema, "public.a") == ["x", "all a"]
    assert policies(schema, "public.b") == ["y", "all b"]
    assert table(schema, "public.a").comment == "seen"
    assert schema.gaps == ()


def test_dropping_all_policies_of_a_table_in_a_loop() -> None:
    schema = built("""
        create table t (id int);
        create policy p on t using (true);
        create policy "q q" on t using (true);
        do $$ declare pol record; begin
          for pol in select policyname, tablename from pg_policies where tablename = 't' loop
            execute format('drop policy if exists %I on public.%I', pol.policyname, pol.tablename);
          end loop;
        end $$;
    """)
    assert policies(schema) == []


def test_functions_found_by_signature() -> None:
    schema = built("""
        create function f(a int, b text) returns int language sql as 'select 1';
        do $$ declare f record; begin
          for f in select p.oid::regprocedure as sig, n.nspname, p.proname,
                          pg_get_function_identity_arguments(p.oid) as args
                   from pg_proc p join pg_namespace n on p.pronamespace = n.oid
                   where n.nspname = 'public' loop
            execute format('revoke all on function %s from public, anon', f.sig);
            execute format('alter function %I.%I(%s) set search_path = ''''', f.nspname, f.proname, f.args);
          end loop;
        end $$;
    """)
    made = function(schema, "public.f")
    assert not holds(made.grants, "anon", "EXECUTE")
    assert made.search_path == '""'


def test_a_condition_on_data_leaves_a_gap_of_what_it_guards() -> None:
    schema = built("""
        create table t (id int);
        do $$ begin
          if exists (select 1 from t) then
            create policy p on t using (true);
          end if;
        end $$;
    """)
    assert gaps(schema) == [("policy:public.t/p", frozenset({Facet.POLICIES}))]
    assert schema.gaps[0].gap.location is not None
    assert schema.gaps[0].gap.location.line == 4


def test_a_block_over_data_alone_touches_nothing() -> None:
    schema = built("""
        create table t (id int);
        do $$ declare r record; n int; begin
          select count(*) into n from t;
          for r in select * from t loop
            update t set id = r.id + n;
            insert into t values (r.id);
          end loop;
          if n > 0 then raise notice 'n %', n; delete from t; end if;
          perform pg_sleep(n);
        end $$;
    """)
    assert schema.gaps == ()


def test_dynamic_sql_of_unknown_text_names_its_facet() -> None:
    schema = built("""
        create table t (name text);
        do $$ declare r record; begin
          for r in select name from t loop
            execute format('alter table %I enable row level security', r.name);
          end loop;
        end $$;
    """)
    assert [facets for _, facets in gaps(schema)] == [frozenset({Facet.RLS})]


def test_a_variable_that_is_not_known_may_stand_anywhere() -> None:
    schema = built("create table t (q text);" + do("select q into s from t; execute s;", "declare s text;"))
    assert gaps(schema)[-1][1] == frozenset(Facet)


def test_calls_of_the_migrations_own_functions() -> None:
    schema = built("""
        create table t (id int);
        create function protect(name text, pol text) returns void language plpgsql as $$
        begin
          execute format('alter table %I enable row level security', name);
          execute format('create policy %I on %I using (true)', pol, name);
        end $$;
        create function setup() returns void language sql as $$ select protect('t', pol => 'p') $$;
        select setup();
        drop function setup();
    """)
    assert table(schema).rls_enabled
    assert policies(schema) == ["p"]
    assert table(schema).policies[0].location.line == 9
    assert schema.gaps == ()


def test_endless_loops_and_recursion_end() -> None:
    schema = built(
        do("loop perform 1; end loop;"),
        "create function f() returns void language plpgsql as 'begin perform f(); end'; select f();",
        do("while true loop null; end loop;"),
    )
    assert all(Facet.TABLES not in facets or facets for _, facets in gaps(schema))


def test_places_inside_a_block_are_the_files_lines() -> None:
    schema = built(
        "do $$\nbegin\n  create table t (\n    id int\n  );\n  execute 'create table u (id int)';\nend\n$$;"
    )
    assert (table(schema).location.line, table(schema).location.end_line) == (3, 5)
    assert table(schema, "public.u").location.line == 6


def test_raising_undoes_the_block() -> None:
    schema = built(do("create table t (id int); raise exception 'no';"))
    assert "public.t" not in schema.tables
    assert gaps(schema) == [("table:public.t", frozenset(gaps(schema)[0][1]))]
    assert Facet.TABLES in gaps(schema)[0][1]


def test_set_config_and_search_path() -> None:
    schema = built(
        """
        select pg_catalog.set_config('search_path', '', false);
        create table public.a (id int);
        set search_path = private, public;
        create schema private;
        create table b (id int);
        set local search_path to public;
        create table c (id int);
        """,
        "create table d (id int);",
    )
    assert {"public.a", "private.b", "public.c", "public.d"} <= set(schema.tables)


def test_transactions() -> None:
    schema = built("""
        begin;
        create table a (id int);
        commit;
        begin;
        create table b (id int);
        rollback;
        create table c (id int);
    """)
    assert {"public.a", "public.c"} <= set(schema.tables)
    assert "public.b" not in schema.tables


def test_another_language_is_a_gap() -> None:
    assert gaps(built("do language plv8 $$ x $$;"))[0][1] == frozenset(Facet)


ENSURE = """
    create function ensure_rls() returns event_trigger language plpgsql as $$
    declare cmd record;
    begin
      for cmd in select * from pg_event_trigger_ddl_commands()
                 where command_tag in ('CREATE TABLE', 'CREATE TABLE AS') and object_type = 'table' loop
        if cmd.schema_name in ('public') then
          execute format('alter table if exists %s enable row level security', cmd.object_identity);
        end if;
      end loop;
    end $$;
    create event trigger ensure on ddl_command_end when tag in ('CREATE TABLE') execute function ensure_rls();
"""


def test_an_event_trigger_switches_row_security_on() -> None:
    schema = built(
        "create table before (id int);" + ENSURE,
        """
        create table t (id int);
        create schema private;
        create table private.t (id int);
        alter event trigger ensure disable;
        create table after (id int);
        """,
    )
    assert not table(schema, "public.before").rls_enabled
    assert table(schema).rls_enabled
    assert not table(schema, "private.t").rls_enabled
    assert not table(schema, "public.after").rls_enabled
    assert schema.gaps == ()


def test_an_event_trigger_that_cannot_be_followed_is_a_gap() -> None:
    schema = built(
        "create event trigger e on ddl_command_end execute function other(); create table t (id int);"
    )
    assert gaps(schema) == [("table:public.t", frozenset({Facet.RLS, Facet.GRANTS, Facet.POLICIES}))]
