"""Which tables decide what a caller may do, and which values columns may have."""

import pytest
from builders import migrations

from checklists.sql.expressions import Names
from checklists.sql.questions.basetypes import base_type
from checklists.sql.questions.lookups import Lookup, lookups
from checklists.sql.questions.values import allowed_values

TABLES = """
create table public.org_members (org_id uuid, user_id uuid, role text, primary key (org_id, user_id));
create table public.projects (id uuid primary key, owner_id uuid, org_id uuid);
create table public.tasks (id uuid primary key, project_id uuid, org_id uuid);
create function public.my_orgs() returns setof uuid language sql stable security definer as
  'select org_id from public.org_members where user_id = auth.uid()';
create function public.is_boss(org uuid) returns boolean language plpgsql stable as $$
begin return exists (select 1 from public.org_members m
  where m.user_id = auth.uid() and m.org_id = org and m.role = 'boss'); end $$;
create function public.outer_helper(org uuid) returns boolean language sql stable as
  'select public.is_boss(org)';
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id = auth.uid()", []),
        (
            "org_id in (select org_id from public.org_members where user_id = (select auth.uid()))",
            [Lookup("public.org_members", "user_id", frozenset({"org_id"}))],
        ),
        (
            (
                "exists (select 1 from org_members m where m.org_id = tasks.org_id "
                "and auth.uid() = m.user_id and m.role in ('a'))"
            ),
            [Lookup("public.org_members", "user_id", frozenset({"org_id", "role"}))],
        ),
        (
            "project_id in (select id from public.projects where owner_id = auth.uid())",
            [Lookup("public.projects", "owner_id", frozenset({"id"}))],
        ),
        (
            (
                "exists (select 1 from projects p join org_members m on m.org_id = p.org_id "
                "where p.id = tasks.project_id and m.user_id = auth.uid())"
            ),
            [Lookup("public.org_members", "user_id", frozenset({"org_id"}))],
        ),
        (
            "org_id in (select public.my_orgs())",
            [Lookup("public.org_members", "user_id", frozenset({"org_id"}))],
        ),
        (
            "public.outer_helper(org_id)",
            [Lookup("public.org_members", "user_id", frozenset({"org_id", "role"}))],
        ),
        ("exists (select 1 from public.org_members where org_id = tasks.org_id)", []),
        *(
            (
                text.format("(select org_id from public.org_members where user_id = auth.uid())"),
                [Lookup("public.org_members", "user_id", frozenset({"org_id"}), denies)],
            )
            for text, denies in (
                ("org_id not in {}", True),
                ("{} is null", True),
                ("{} is not null", False),
                ("not ({} is null)", False),
                ("org_id = {}", False),
            )
        ),
    ],
)
def test_lookups(text: str, expected: list[Lookup]) -> None:
    schema = migrations(TABLES).schema
    assert list(lookups(schema, text, Names.of(schema, schema.tables["public.tasks"]))) == expected


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ("status in ('a', 'b')", {"status": {"a", "b"}}),
        ("status = any (array['a', 'b'])", {"status": {"a", "b"}}),
        ("status = any ('{a,b}'::text[])", {"status": {"a", "b"}}),
        ("status is null or status in ('a')", {"status": {"a"}}),
        ("status = 'a' or status = 'b'", {"status": {"a", "b"}}),
        ("status in ('a', 'b') and length(note) > 3", {"status": {"a", "b"}}),
        ("status <> 'a'", {}),
        ("note is null or status = 'lost'", {}),
        ("status = 'a' or note = 'b'", {}),
        ("length(status) < 4", {}),
        ("lower(status) in ('a')", {}),
        ("status = note", {}),
    ],
)
def test_allowed_values(check: str, expected: dict[str, set[str]]) -> None:
    table = migrations(f"create table public.t (status text, note text, check ({check}));").schema.tables[
        "public.t"
    ]
    assert allowed_values(table) == {column: frozenset(words) for column, words in expected.items()}


def test_base_type_looks_through_modifier_array_and_domain() -> None:
    schema = migrations(
        "create domain public.euros as numeric(12,2); create domain public.fees as public.euros;"
        "create table public.t (a timestamp(3)[], b public.fees, c varchar(4), d text);"
    ).schema
    found = [base_type(schema, column.type) for column in schema.tables["public.t"].columns]
    assert found == ["timestamp without time zone", "numeric", "character varying", "text"]
