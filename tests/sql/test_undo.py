"""Up and down, folded one after the other, against what was there before."""

import pytest

from checklists.sql.folding.undo import Undone, undone

BEFORE = """
create table public.t (id uuid primary key, name text, owner_id uuid);
alter table public.t enable row level security;
create index t_name on public.t (name);
create policy own on public.t for select using (owner_id = auth.uid());
create function public.f() returns int language sql set search_path = '' as $$ select 1 $$;
create type public.kind as enum ('a');
grant select on public.t to anon;
"""


def _undone(up: str, down: str) -> Undone:
    (seen,) = undone([("1.sql", BEFORE), ("2.sql", up)], {"2.sql": ("down/2.sql", down)})
    return seen


@pytest.mark.parametrize(
    ("up", "down"),
    [
        ("alter table t add c int;", "alter table t drop c;"),
        ("alter table t drop name;", "alter table t add name text; create index t_name on public.t (name);"),
        ("create table s (id int); create index on s (id);", "drop table s;"),
        ("drop policy own on t;", "create policy own on t for select using (owner_id = auth.uid());"),
        ("alter table t rename to u;", "alter table u rename to t;"),
        ("create schema s; create view s.v as select 1 as a;", "drop schema s cascade;"),
        ("create extension pg_cron;", "drop extension pg_cron;"),
        ("revoke select on t from anon;", "grant select on t to anon;"),
        ("insert into t values (gen_random_uuid());", "delete from t;"),
        ("", ""),
    ],
)
def test_a_mirror_image_restores(up: str, down: str) -> None:
    assert _undone(up, down).restores, _undone(up, down)


@pytest.mark.parametrize(
    ("up", "down", "part", "name"),
    [
        ("alter table t add c int;", "", "left", "column:public.t.c"),
        ("alter table t drop name;", "alter table t add name text;", "lost", "index:public.t_name"),
        ("drop policy own on t;", "", "lost", "policy:public.t/own"),
        ("alter table t disable row level security;", "", "changed", "table:public.t"),
        ("revoke select on t from anon;", "", "changed", "table:public.t"),
        ("alter type kind add value 'b';", "", "changed", "type:public.kind"),
        (
            "create or replace function public.f() returns int language sql as $$ select 1 $$;",
            "",
            "changed",
            "function:public.f()",
        ),
        ("create table s (id int);", "drop table if exists other;", "left", "table:public.s"),
    ],
)
def test_what_is_not_restored(up: str, down: str, part: str, name: str) -> None:
    seen = _undone(up, down)
    assert name in getattr(seen, part), seen
    assert not seen.restores


def test_later_migrations_stand_on_what_was_applied() -> None:
    ups = [("1.sql", BEFORE), ("2.sql", "alter table t add c int;"), ("3.sql", "alter table t add d int;")]
    downs = {"2.sql": ("d/2.sql", "alter table t drop c;"), "3.sql": ("d/3.sql", "alter table t drop d;")}
    assert [each.restores for each in undone(ups, downs)] == [True, True]


def test_what_cannot_be_decided_is_said() -> None:
    assert not _undone("do $$ begin execute (select x from s); end $$;", "").decided
    assert _undone("alter table t add c int;", "alter table t drop c;").decided
