"""Questions about policy expressions, answered from their text."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.sql.expressions import (
    Caller,
    Names,
    Reach,
    always_true,
    bare_calls,
    calls,
    holds_for,
    literals,
    never_true,
    own_columns,
    own_filters,
    reach,
    readable,
    relations,
    text_literals,
)

NAMES = Names(
    own="public.tenders",
    relations={
        "public.tenders": frozenset({"id", "org_id", "created_by", "status", "deleted_at", "members"}),
        "public.org_members": frozenset({"org_id", "user_id", "role"}),
        "public.user_roles": frozenset({"user_id", "role"}),
    },
    functions=frozenset({"public.is_admin", "private.is_member", "private.my_org_ids"}),
)


@pytest.mark.parametrize(
    "text",
    [
        "true",
        "(true)",
        "1 = 1",
        "2=2",
        "(select true)",
        "( SELECT true AS bool)",
        "'t'::boolean",
        "not false",
        "created_by = auth.uid() or true",
        "true and (1 = 1)",
        "id = id",
        "coalesce(true, false)",
        "exists (select 1)",
        "case when true then true else false end",
        "'a' in ('a', 'b')",
        "'a' = any (array['b', 'a'])",
        "'a' <> all (array['b'])",
        "created_by is null or true",
        "null is null",
        "id is not null",
        "1 is distinct from 2",
        "id is not distinct from id",
        "auth.uid() is not distinct from auth.uid()",
        "title like '%' or id = id",
        "nullif('a', 'b') = 'a'",
    ],
)
def test_always_true(text: str) -> None:
    assert always_true(text, frozenset({"id"})) is True


@pytest.mark.parametrize(
    "text",
    [
        "false",
        "null",
        "created_by = auth.uid()",
        "auth.uid() is not null",
        "auth.role() = 'authenticated'",
        "created_by = created_by",  # NULL for a row without an owner
        "true and created_by = auth.uid()",
        "is_public",
        "exists (select 1 from public.org_members)",
        "true = (select is_public)",
        "is_admin()",
        "status in ('open', 'closed')",
        "not true",
        "1 = 2",
        "auth.uid() = auth.uid()",
        "case when is_public then true end",
        "random() = random()",
        "id::date = id::text",
        "title like '%'",
        "nullif('a', 'a') = 'a'",
    ],
)
def test_not_always_true(text: str) -> None:
    assert always_true(text, frozenset({"id"})) is False


@pytest.mark.parametrize(
    "text",
    [
        "auth.uid() is null or created_by = auth.uid()",
        "created_by is distinct from auth.uid()",
        "(select auth.uid()) is distinct from created_by",
        "coalesce(auth.uid(), created_by) = created_by",
        "nullif(current_setting('request.jwt.claim.sub', true), '') is null",
        "(auth.jwt() ->> 'sub') is null",
        "auth.role() = 'anon'",
    ],
)
def test_true_for_visitors_only(text: str) -> None:
    assert holds_for(text, Caller.ANONYMOUS, None) is True
    assert holds_for(text, Caller.SIGNED_IN, None) is False
    assert always_true(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "auth.uid() is not null and created_by = auth.uid()",
        "created_by = auth.uid()",
        "created_by <> auth.uid()",
        "not (created_by = auth.uid())",
        "auth.uid() is null and status = 'open'",
        "(select (auth.jwt()->>'is_anonymous')::boolean) is false",
    ],
)
def test_closed_to_visitors(text: str) -> None:
    assert holds_for(text, Caller.ANONYMOUS, None) is False


@pytest.mark.parametrize(
    "text",
    [
        "auth.role() = 'authenticated'",
        "(select auth.role()) = 'authenticated'::text",
        "auth.uid() is not null",
        "(auth.jwt() ->> 'role') = 'authenticated'",
        "auth.role() in ('authenticated', 'service_role')",
        "current_setting('request.jwt.claims', true)::json ->> 'role' = 'authenticated'",
        "auth.uid() = auth.uid()",
    ],
)
def test_true_for_everyone_signed_in(text: str) -> None:
    assert holds_for(text, Caller.SIGNED_IN) is True


@pytest.mark.parametrize(
    "text",
    [
        "(auth.jwt() -> 'app_metadata' ->> 'role') = 'admin'",
        "auth.role() = 'service_role'",
        "auth.email() is not null",
    ],
)
def test_not_for_everyone_signed_in(text: str) -> None:
    assert holds_for(text, Caller.SIGNED_IN) is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("created_by = auth.uid()", Reach(frozenset({"created_by"}))),
        ("(select auth.uid()) = created_by", Reach(frozenset({"created_by"}))),
        ("auth.uid()::text = created_by::text", Reach(frozenset({"created_by"}))),
        ("auth.uid() = any (members)", Reach(frozenset({"members"}))),
        (
            "org_id in (select org_id from org_members where user_id = auth.uid())",
            Reach(frozenset({"org_id"})),
        ),
        (
            "exists (select 1 from org_members m where m.org_id = tenders.org_id and m.user_id = auth.uid())",
            Reach(frozenset({"org_id"})),
        ),
        ("org_id in (select private.my_org_ids())", Reach(frozenset({"org_id"}))),
        ("private.is_member(org_id)", Reach(frozenset({"org_id"}))),
        ("created_by = auth.uid() and status = 'draft'", Reach(frozenset({"created_by"}))),
        ("created_by = auth.uid() or is_admin()", Reach(frozenset({"created_by"}))),
        ("created_by = auth.uid() or status = 'open'", Reach()),
        ("is_admin()", Reach(gated=True)),
        (
            "exists (select 1 from user_roles where user_id = auth.uid() and role = 'admin')",
            Reach(gated=True),
        ),
        ("(auth.jwt() -> 'app_metadata' ->> 'role') = 'admin'", Reach(gated=True)),
        ("auth.uid() is not null", Reach()),
        ("auth.role() = 'authenticated'", Reach()),
        ("deleted_at is not null", Reach()),
        ("true", Reach()),
        ("created_by <> auth.uid()", Reach()),
        ("created_by is distinct from auth.uid()", Reach()),
        # The unqualified org_id is org_members' own: the sub-query is not tied to the row at all.
        (
            "exists (select 1 from org_members m where m.org_id = org_id and m.user_id = auth.uid())",
            Reach(gated=True),
        ),
    ],
)
def test_reach(text: str, expected: Reach) -> None:
    assert reach(text, NAMES) == expected


def test_own_columns_are_those_postgres_would_resolve_to_the_table() -> None:
    inner = "m.user_id = auth.uid() and role = 'x' and org_id = tenders.org_id"
    text = f"exists (select 1 from org_members m where {inner})"
    assert own_columns(text, NAMES) == {"org_id"}
    assert own_columns("exists (select 1 from unnest(members) u where u = created_by)", NAMES) == frozenset()


def test_calls_carry_their_schema() -> None:
    found = {
        call.name for call in calls("private.is_member(org_id) and lower(auth.email()) = 'x' and is_admin()")
    }
    assert {"private.is_member", "lower", "auth.email", "is_admin"} <= found
    assert [c.arguments for c in calls("private.is_member(org_id)")] == [1]


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("created_by = auth.uid()", 1),
        ("created_by = (select auth.uid())", 0),
        ("created_by = (select auth.uid()) or created_by = auth.uid()", 1),
        ("org = (select (auth.jwt() ->> 'sub')::uuid)", 0),
        ("exists (select 1 from org_members where user_id = auth.uid())", 1),
        ("exists (select 1 from org_members where user_id = (select auth.uid()))", 0),
        ("id = current_setting('app.tenant')::uuid", 1),
        ("id = any ((select f(id, auth.uid()))::uuid[])", 1),
    ],
)
def test_bare_calls(text: str, bare: int) -> None:
    assert len(bare_calls(text)) == bare


def test_relations_are_qualified_and_skip_with_queries() -> None:
    assert relations("id in (select x from a join private.b on true)") == {"public.a", "private.b"}
    assert relations("id in (with w as (select 1 from a) select * from w)") == {"public.a"}


def test_literals_and_filters() -> None:
    text = "org_id = '11111111-1111-1111-1111-111111111111'::uuid and status in ('open', 'shut') and id > 3"
    assert literals(text) == ("11111111-1111-1111-1111-111111111111", "open", "shut")
    assert ("status", "open") in text_literals(text, NAMES)
    assert {(f.column, f.kind) for f in own_filters(text, NAMES)} == {
        ("org_id", "equality"),
        ("status", "equality"),
        ("id", "range"),
    }


def test_the_unreadable_is_never_decided() -> None:
    deep = "(" * 3000 + "1" + ")" * 3000
    for text in ("", "created_by ===", deep, "select 1 from", "0?", "a ? "):
        assert always_true(text) is None, text[:20]
        assert not readable(text)
        assert reach(text, NAMES) is None
        assert calls(text) == ()


@given(st.text(alphabet="abc()=' andorut1,.:->ni\"", max_size=60))
def test_any_text_gets_an_answer(text: str) -> None:
    assert always_true(text) in (True, False, None)
    reach(text, NAMES)
    own_filters(text, NAMES)
    bare_calls(text)


@pytest.mark.parametrize(
    "text",
    [
        "created_by = auth.uid()",
        "(select auth.uid()) = created_by and status = 'open'",
        "created_by <> auth.uid()",
        "auth.uid() is not null",
        "auth.role() = 'authenticated'",
        "not (created_by = auth.uid())",
        "false",
    ],
)
def test_what_lets_no_visitor_through(text: str) -> None:
    assert never_true(text, Caller.ANONYMOUS)


@pytest.mark.parametrize(
    "text",
    [
        "created_by = auth.uid() or status = 'open'",
        "created_by is not distinct from auth.uid()",
        "coalesce(created_by = auth.uid(), true)",
        "created_by = auth.uid() is null",
        "private.is_member(org_id)",
        "exists (select 1 from org_members m where m.user_id = auth.uid())",
        "auth.jwt() ->> 'role' = 'anon'",
        "status =",
        "true",
    ],
)
def test_what_may_let_a_visitor_through(text: str) -> None:
    assert not never_true(text, Caller.ANONYMOUS)


def test_a_row_of_ones_own_may_be_let_through_to_its_owner() -> None:
    assert not never_true("created_by = auth.uid()", Caller.SIGNED_IN)
    assert not never_true("created_by = auth.uid()", Caller.ANY)
    assert never_true("auth.uid() is null", Caller.SIGNED_IN)


def test_what_is_deeper_than_questions_can_go_is_not_readable() -> None:
    assert readable(" and ".join(["a = 1"] * 100))
    assert not readable(" and ".join(["a = 1"] * 200))


def test_nothing_of_the_repo_reaches_the_terminal_by_the_parsers_warnings() -> None:
    text = "create temp table kept on commit drop as select '\x1b]0;owned\x07' as title"
    script = f"from checklists.sql.expressions.parse import parse_statement; parse_statement({text!r})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
