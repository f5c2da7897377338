"""Which objects Postgres refuses to make, told from the text alone; tests/live asks Postgres the same."""

import pytest
from folding import built
from refusing import KEYS_REFUSED, KEYS_TAKEN, REFUSED, TABLES, TAKEN

from checklists.sql.schema import Schema

POLICY = "policy:public.t/p"


def _policy(condition: str, *more: str) -> Schema:
    return built(TABLES, f"create policy p on public.t using ({condition});", *more)


def _state(schema: Schema, name: str) -> str | None:
    return schema.unmade[name].state if name in schema.unmade else None


@pytest.mark.parametrize("condition", TAKEN)
def test_conditions_that_postgres_takes(condition: str) -> None:
    schema = _policy(condition)
    assert (dict(schema.unmade), schema.refusals, schema.gaps) == ({}, (), ())


@pytest.mark.parametrize(("condition", "state"), REFUSED)
def test_conditions_that_it_refuses(condition: str, state: str) -> None:
    schema = _policy(condition)
    assert _state(schema, POLICY) == state
    assert [each.state for each in schema.refusals] == [state]
    assert [policy.name for policy in schema.policies()] == ["p"]


@pytest.mark.parametrize("key", KEYS_TAKEN)
def test_keys_that_it_takes(key: str) -> None:
    assert not built(TABLES, f"create table public.k ({key});").unmade


@pytest.mark.parametrize("key", KEYS_REFUSED)
def test_keys_that_it_refuses(key: str) -> None:
    assert _state(built(TABLES, f"create table public.k ({key});"), "table:public.k") == "42804"


def test_a_table_that_references_a_refused_one_is_refused() -> None:
    schema = built(
        TABLES,
        f"create table k (id int primary key, {KEYS_REFUSED[0]}); create table l (k int references k);",
    )
    assert _state(schema, "table:public.l") == "42P01"


def test_a_key_added_to_a_table_is_left_out() -> None:
    schema = built(TABLES, "alter table t add column k text references org (id), add column l int;")
    assert schema.tables["public.t"].column("l") is None
    assert [each.state for each in schema.refusals] == ["42804"]
    assert not schema.unmade


def test_what_nobody_makes_may_come_from_elsewhere() -> None:
    schema = _policy("exists (select 1 from profiles where profiles.id = auth.uid()) and has_role('x')")
    assert not schema.unmade
    assert [each.state for each in schema.refusals] == ["42P01"]


def test_tables_that_an_extension_brings_are_missed_by_nobody() -> None:
    schema = _policy("exists (select 1 from spatial_ref_sys s where s.srid = n)")
    assert (dict(schema.unmade), schema.refusals) == ({}, ())


@pytest.mark.parametrize(
    ("condition", "later", "state"),
    [
        (
            "exists (select 1 from profiles where id = auth.uid())",
            "create table profiles (id uuid);",
            "42P01",
        ),
        ("has_role('x')", "create function has_role(x text) returns boolean return true;", "42883"),
    ],
)
def test_what_is_made_later_is_not_there_yet(condition: str, later: str, state: str) -> None:
    assert _state(_policy(condition, later), POLICY) == state


def test_a_table_whose_key_leads_to_one_made_later() -> None:
    first = "create table k (id uuid primary key, lot uuid references lots (id), a int);"
    lots = "create table lots (id uuid primary key);"
    schema = built(TABLES, first, lots)
    assert _state(schema, "table:public.k") == "42P01"
    assert len(schema.refusals) == 1
    again = "create table if not exists k (id uuid primary key, lot uuid references lots (id), b int);"
    schema = built(TABLES, first, lots, again)
    assert schema.tables["public.k"].column("b")
    assert not schema.unmade
    assert built(TABLES, first, again).tables["public.k"].column("a")


def test_what_is_dropped_is_there_no_more() -> None:
    made, dropped = "create table profiles (id uuid);", "drop table profiles;"
    schema = built(TABLES, made, dropped, "create view v as select id from profiles;")
    assert _state(schema, "view:public.v") == "42P01"


def test_a_second_that_postgres_takes_stands() -> None:
    schema = _policy("gone = auth.uid()", "create policy p on t using (org_id = auth.uid());")
    assert not schema.unmade
    (policy,) = schema.policies()
    assert policy.using == "org_id = auth.uid()"
    assert [each.state for each in schema.refusals] == ["42703"]


def test_a_table_that_was_refused_makes_way() -> None:
    first = "create table if not exists k (id serial primary key, org int references org, a int);"
    schema = built(TABLES, first, "create table if not exists k (id serial primary key, b int);")
    assert [column.name for column in schema.tables["public.k"].columns] == ["id", "b"]
    assert not schema.unmade


def test_one_that_stands_does_not() -> None:
    again = "create table if not exists org (id uuid, note text); create policy q on org using (note = 'a');"
    schema = built(TABLES, again)
    assert _state(schema, "policy:public.org/q") == "42703"


def test_what_a_block_catches_is_no_refusal() -> None:
    block = "do $$ begin create policy p on t using (gone = 1); exception when others then null; end $$;"
    schema = built(TABLES, block)
    assert not schema.refusals
    assert _state(schema, POLICY) == "42703"


@pytest.mark.parametrize(
    "cast",
    [
        "create cast (uuid as text) with inout as implicit;",
        "create operator = (leftarg = uuid, rightarg = text, function = texteq);",
    ],
)
def test_a_cast_or_operator_of_the_repo_may_join_types(cast: str) -> None:
    assert not built(TABLES, cast, "create policy p on t using (org_id = note);").unmade


@pytest.mark.parametrize(
    "query",
    [
        "select * from org",
        "select o.*, t.note from org o left join t on t.org_id = o.id where t.day > o.at",
        "select org.code as c from org order by c",
        "with recursive r as (select id from org union all select id from r) select * from r",
        "select s.x from org, lateral (select org.id as x) s",
        "values (1, 2)",
        "table org",
    ],
)
def test_views_that_postgres_takes(query: str) -> None:
    schema = built(TABLES, f"create view v as {query};", f"create materialized view m as {query};")
    assert (dict(schema.unmade), schema.refusals, schema.gaps) == ({}, (), ())


@pytest.mark.parametrize(
    ("query", "state"),
    [
        ("select o.gone from org o", "42703"),
        ("select 1 from org o join t on t.note = o.id", "42883"),
        ("select 1 from org union select gone from t", "42703"),
    ],
)
def test_views_that_it_refuses(query: str, state: str) -> None:
    schema = built(TABLES, f"create view v as {query};", f"create materialized view m as {query};")
    assert (_state(schema, "view:public.v"), _state(schema, "view:public.m")) == (state, state)


def test_a_view_stays_as_it_was_where_its_change_is_refused() -> None:
    old, new = "create view v as select id from org;", "create or replace view v as select gone from org;"
    schema = built(TABLES, old, new)
    assert "gone" not in schema.views["public.v"].query
    assert not schema.unmade
    assert [each.state for each in schema.refusals] == ["42703"]


def test_a_policy_stays_as_it_was_where_its_change_is_refused() -> None:
    schema = _policy("org_id = auth.uid()", "alter policy p on t using (org_id = auth.role());")
    (policy,) = schema.policies()
    assert policy.using == "org_id = auth.uid()"
    assert [each.state for each in schema.refusals] == ["42883"]


def test_a_block_that_types_refuse_has_done_nothing_for_sure() -> None:
    rls, key = "alter table t enable row level security", "alter table t add k text references org (id)"
    block = f"do $$ begin {rls}; {key}; end $$;"
    schema = built(TABLES, block)
    assert not schema.tables["public.t"].rls_enabled
    assert schema.gaps == ()
    assert [(each.state, each.in_block) for each in schema.refusals] == [("42804", True)]
