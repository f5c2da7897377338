"""What a migration does to the tables that stood before it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.sql.build import build_schema
from checklists.sql.questions.widening import keeps_the_rows
from checklists.sql.schema import Alteration, AlterationKind

Kind = AlterationKind
BEFORE = """
create table public.t (id uuid primary key, name varchar(20), budget numeric(10,2), old int not null);
create index t_name on public.t (name);
"""


def _altered(sql: str, before: str = BEFORE) -> list[Alteration]:
    return list(build_schema([("1.sql", before), ("2.sql", sql)]).alterations)


@pytest.mark.parametrize(
    ("sql", "kind", "name", "detail"),
    [
        ("drop table t;", Kind.DROP_TABLE, "", ""),
        ("drop table if exists public.t cascade;", Kind.DROP_TABLE, "", ""),
        ("alter table t drop column name;", Kind.DROP_COLUMN, "name", ""),
        ("truncate t;", Kind.TRUNCATE, "", ""),
        ("delete from t;", Kind.DELETE_ALL, "", ""),
        ("delete from t where true;", Kind.DELETE_ALL, "", ""),
        ("update t set name = 'x', old = 1;", Kind.UPDATE_ALL, "", "name, old"),
        ("alter table t rename to u;", Kind.RENAME_TABLE, "", "u"),
        ("alter table t rename name to title;", Kind.RENAME_COLUMN, "name", "title"),
        ("alter table t alter old type bigint;", Kind.RETYPE_COLUMN, "old", "integer to bigint"),
        ("alter table t alter name set not null;", Kind.SET_NOT_NULL, "name", ""),
        ("alter table t add n bigserial;", Kind.ADD_COLUMN, "n", "rewrites"),
        ("alter table t add n uuid not null default gen_random_uuid();", Kind.ADD_COLUMN, "n", "rewrites"),
        ("alter table t add n int generated always as (old + 1) stored;", Kind.ADD_COLUMN, "n", "rewrites"),
        ("create index i on t (lower(name), old);", Kind.ADD_INDEX, "i", "an expression, old"),
        ("alter table t add constraint c check (old > 0);", Kind.ADD_CHECK, "c", ""),
        ("alter table t add constraint c unique (old);", Kind.ADD_KEY, "c", "old"),
        ("do $$ begin execute 'alter table t drop column name'; end $$;", Kind.DROP_COLUMN, "name", ""),
    ],
)
def test_what_is_noted(sql: str, kind: AlterationKind, name: str, detail: str) -> None:
    (seen,) = _altered(sql)
    assert (seen.kind, seen.table, seen.name, seen.detail) == (kind, "public.t", name, detail)
    assert (seen.path, seen.born, seen.safe) == ("2.sql", "1.sql", False)


@pytest.mark.parametrize(
    "sql",
    [
        "drop table if exists other;",
        "create table s (id int); drop table s;",
        "create table s (id int); create index on s (id); alter table s add n int not null; delete from s;",
        "delete from t where old = 1; update t set name = '' where old = 1;",
        "update t set name = o.name from t o where o.id = t.id;",
        "alter table t drop column if exists gone;",
        "alter table t alter old set not null;",
        "alter table t add column if not exists name varchar(20);",
        "create index if not exists t_name on t (name);",
        "insert into t values (gen_random_uuid(), 'x', 1, 1);",
        "delete from storage.objects;",
        "set search_path = ''; drop table if exists t;",
    ],
)
def test_what_is_not_noted(sql: str) -> None:
    assert _altered(sql) == []


def test_a_required_column_without_a_default() -> None:
    (seen,) = _altered("alter table t add n int not null;")
    assert (seen.kind, seen.detail) == (Kind.ADD_COLUMN, "required")


def test_a_column_of_the_same_file_is_filled_not_overwritten() -> None:
    seen = _altered("alter table t add n int; update t set n = 1;")
    assert [each.kind for each in seen] == [Kind.ADD_COLUMN]


@pytest.mark.parametrize(
    "sql",
    [
        "create index concurrently i on t (old);",
        "alter table t add constraint c check (old > 0) not valid;",
        "alter table t alter name type text;",
        "alter table t alter budget type numeric(12,2);",
        "alter table t add n int not null default 0;",
        "alter table t add n timestamptz default now();",
    ],
)
def test_the_safe_form(sql: str) -> None:
    assert [each.safe for each in _altered(sql)] == [True]


def test_not_null_is_safe_behind_a_validated_check() -> None:
    check = "alter table t add constraint c check (name is not null)"
    require = "alter table t alter name set not null;"
    assert [each.safe for each in _altered(require, f"{BEFORE} {check};")] == [True]
    assert [each.safe for each in _altered(require, f"{BEFORE} {check} not valid;")] == [False]


def test_concurrently_behind_begin_or_in_a_block() -> None:
    index = "create index concurrently i on t (old);"
    assert [each.kind for each in _altered(f"begin; {index} commit;")] == [Kind.ADD_INDEX, Kind.CONCURRENTLY]
    assert Kind.CONCURRENTLY in {each.kind for each in _altered(f"do $$ begin {index} end $$;")}


def test_a_lock_timeout_bounds_what_comes_after_it() -> None:
    seen = _altered("truncate t; set lock_timeout = '2s'; truncate t; reset lock_timeout; truncate t;")
    assert [each.bounded for each in seen] == [False, True, False]


def test_two_schemas_share_nothing() -> None:
    _altered("drop table t;")
    assert _altered("select 1;") == []


LENGTHS = st.integers(1, 999)


@given(LENGTHS, LENGTHS)
def test_longer_texts_keep_the_rows(old: int, new: int) -> None:
    assert keeps_the_rows(f"character varying({old})", f"character varying({new})") is (new >= old)
    assert keeps_the_rows(f"character varying({old})", "text")
    assert not keeps_the_rows("text", f"character varying({new})")


@given(LENGTHS, LENGTHS, st.integers(0, 9), st.integers(0, 9))
def test_wider_numbers_of_the_same_scale_keep_the_rows(old: int, new: int, scale: int, other: int) -> None:
    kept = keeps_the_rows(f"numeric({old},{scale})", f"numeric({new},{other})")
    assert kept is (new >= old and scale == other)
    assert keeps_the_rows(f"numeric({old},{scale})", "numeric")


@given(st.text(), st.text())
def test_any_two_spellings_are_compared(old: str, new: str) -> None:
    assert keeps_the_rows(old, new) in (True, False)
