"""Callable SECURITY DEFINER functions: what a call amounts to, and remedies that break nothing."""

import pytest
from builders import check, migrations

from checklists.model import Finding, Severity

FILES = """
create table public.files (id uuid primary key, path text, shared boolean);
alter table public.files enable row level security;
create function public.is_shared(p text) returns boolean language sql stable security definer as
  'select exists (select 1 from public.files where path = p and shared)';
"""
POLICY = 'create policy "Shared" on storage.objects for select to {} using (public.is_shared(name));'


def _anon(*sql: str) -> Finding:
    return check("definer_function_anon", migrations(FILES, *sql)).findings[0]


def _authenticated(*sql: str) -> Finding:
    return check("definer_function_authenticated", migrations(FILES, *sql)).findings[0]


def test_a_function_that_visitors_policies_call_is_moved_not_revoked() -> None:
    for roles in ("public", "anon"):
        found = _anon(POLICY.format(roles))
        assert found.severity is Severity.LOW
        assert "alter function public.is_shared(text) set schema private;" in found.remedy
        assert "revoke" not in found.remedy.replace("Do not revoke", "")
        assert 'The policy "Shared" on storage.objects calls it.' in found.message
        assert "may do all" not in found.message


def test_a_policy_may_call_it_through_a_helper_with_its_callers_rights() -> None:
    helper = (
        "create function public.visible(p text) returns boolean language sql as 'select public.is_shared(p)';"
    )
    policy = 'create policy "Shared" on storage.objects for select using (public.visible(name));'
    assert "set schema private" in _anon(helper, policy).remedy
    definer = helper.replace("language sql", "language sql security definer")
    assert (
        "set schema private"
        not in check("definer_function_anon", migrations(FILES, definer, policy)).findings[0].remedy
    )


def test_without_such_a_policy_revoking_is_safe() -> None:
    for sql in ("", POLICY.format("authenticated"), POLICY.format("service_role")):
        found = _anon(sql)
        assert found.severity is Severity.MEDIUM
        assert "revoke execute on function public.is_shared(text) from public, anon;" in found.remedy
        assert "grant execute" not in found.remedy


def test_users_whose_policies_call_it_keep_what_they_had_through_public() -> None:
    own = "revoke execute on function public.is_shared(text) from authenticated;"
    public = "grant execute on function public.is_shared(text) to public;"
    found = _anon(POLICY.format("authenticated"), own, public)
    assert "grant execute on function public.is_shared(text) to authenticated;" in found.remedy


def test_what_is_said_of_visitors_is_not_repeated_for_users() -> None:
    found = _authenticated(POLICY.format("public"))
    assert found.severity is Severity.INFO
    assert found.message == (
        "Signed-in users may call public.is_shared(text), as visitors may: see `definer_function_anon`."
    )


def test_users_alone_are_weighed_in_the_same_way() -> None:
    revoked = "revoke execute on function public.is_shared(text) from public, anon;"
    assert _authenticated(revoked).severity is Severity.MEDIUM
    found = _authenticated(revoked, POLICY.format("authenticated"))
    assert found.severity is Severity.LOW
    assert "grant usage on schema private to authenticated;" in found.remedy


def test_trigger_functions_take_one_sentence() -> None:
    seen = migrations(
        "create function public.touch() returns trigger language plpgsql security definer as "
        "'begin return new; end';"
    )
    for name in ("definer_function_anon", "definer_function_authenticated"):
        (found,) = check(name, seen).findings
        assert found.severity is Severity.INFO
        assert found.message.count(".") == 2
        assert len(found.message) < 90


def test_the_search_path_message_names_what_follows_it() -> None:
    bodies = {
        "a": "select exists (select 1 from files, storage.objects)",
        "b": "select exists (select 1 from public.files)",
    }
    sql = "".join(
        f"create function public.{name}() returns boolean language sql security definer as '{body}';"
        for name, body in bodies.items()
    )
    found = {f.object: f for f in check("function_search_path_mutable", migrations(FILES, sql)).findings}
    assert "finds files along its caller's search_path" in found["function:public.a()"].message
    assert found["function:public.a()"].severity is Severity.MEDIUM
    assert found["function:public.b()"].severity is Severity.LOW
    assert "Its body may stay as it is" in found["function:public.b()"].remedy


def _called(sql: str) -> Severity:
    findings = check("definer_function_anon", migrations(FILES, sql)).findings
    return {f.object.partition("(")[0]: f for f in findings}["function:public.f"].severity


MADE = (
    "create function public.f({}) returns {} language sql security definer set search_path = '' as $$ {} $$;"
)
PEOPLE = "create table public.people (id uuid primary key, email text); "
SHOWN = 'create policy "All" on public.files for select using (true); '
TOKENS = (
    "create table public.invites (token text, title text);"
    "alter table public.invites enable row level security; "
)


@pytest.mark.parametrize(
    ("more", "head", "returns", "body", "severity"),
    [
        ("", "a uuid", "setof public.files", "select * from public.files where id = a", Severity.MEDIUM),
        (SHOWN, "a uuid", "setof public.files", "select * from public.files where id = a", Severity.INFO),
        ("", "a uuid", "bigint", "select count(*) from public.files", Severity.MEDIUM),
        ("", "a uuid", "text", "select email from auth.users where id = a", Severity.HIGH),
        ("", "a int", "int", "select a + 1", Severity.INFO),
        (
            TOKENS,
            "token text",
            "text",
            "select title from public.invites i where i.token = f.token",
            Severity.INFO,
        ),
        (TOKENS, "a text", "text", "select title from public.invites where title = a", Severity.MEDIUM),
        ("", "a uuid", "void", "delete from public.files where id = a", Severity.HIGH),
        ("", "", "void", "delete from public.files where not shared", Severity.MEDIUM),
        (TOKENS, "t text", "void", "delete from public.invites where token = t", Severity.MEDIUM),
        ("", "a bigint", "void", "select pg_advisory_lock(a)", Severity.MEDIUM),
        ("", "a text", "void", "select net.http_get(a)", Severity.HIGH),
    ],
)
def test_what_a_call_amounts_to(more: str, head: str, returns: str, body: str, severity: Severity) -> None:
    assert _called(more + MADE.format(head, returns, body)) is severity


def test_a_grant_by_name_is_meant_unless_a_dump_writes_it() -> None:
    made = MADE.format("a uuid", "setof public.people", "select * from public.people where id = a")
    closed = PEOPLE + "alter table public.people enable row level security; " + made
    granted = " grant execute on function public.f(uuid) to anon"
    assert _called(closed) is Severity.HIGH
    assert _called(closed + granted) is Severity.MEDIUM
    assert _called(closed + granted + ", authenticated, service_role") is Severity.HIGH


@pytest.mark.parametrize(
    ("table", "more", "severity"),
    [
        ("auth.users", "", Severity.HIGH),
        ("public.files", "", Severity.LOW),
        ("public.files", "grant create on schema public to authenticated;", Severity.HIGH),
    ],
)
def test_a_search_path_matters_by_who_can_use_it(table: str, more: str, severity: Severity) -> None:
    sql = (
        "create function public.added() returns trigger language plpgsql security definer as "
        "'begin insert into files (id) values (new.id); return new; end'; "
        f"create trigger added after insert on {table} for each row execute function public.added();"
    )
    found = {
        f.object: f for f in check("function_search_path_mutable", migrations(FILES, more, sql)).findings
    }
    assert found["function:public.added()"].severity is severity


GUARDED = """create function public.f(a uuid) returns void language plpgsql security definer as $$
declare mine uuid := auth.uid(); owner uuid;
begin
  select id into owner from public.files where id = a;
  {} then {}; end if;
  delete from public.files where id = a;
end $$;"""
ERROR = "raise exception 'not yours'"


@pytest.mark.parametrize(
    ("test", "does"),
    [
        ("if owner <> auth.uid()", ERROR),
        ("if auth.uid() != owner", "return"),
        ("if not (owner = (select auth.uid()))", ERROR),
        ("if mine <> owner", ERROR),
        ("if owner is null then null; elsif owner <> mine and a is not null", ERROR),
    ],
)
def test_a_test_of_the_caller_that_is_null_for_visitors_turns_none_away(test: str, does: str) -> None:
    sql = GUARDED.format(test, does)
    assert _called(sql) is Severity.HIGH
    findings = check("definer_function_anon", migrations(FILES, sql)).findings
    (said,) = (f for f in findings if f.object.startswith("function:public.f("))
    assert "never true for a visitor" in said.message
    assert "IS DISTINCT FROM" in said.remedy


@pytest.mark.parametrize(
    ("test", "does"),
    [
        ("if owner is distinct from auth.uid()", ERROR),
        ("if auth.uid() is null or owner <> auth.uid()", ERROR),
        ("if mine is null", ERROR),
        ("if coalesce(owner <> auth.uid(), true)", ERROR),
        ("if auth.role() <> 'authenticated'", ERROR),
        ("if not exists (select 1 from public.files f where f.id = a and f.path = auth.uid()::text)", ERROR),
        ("if owner <> auth.uid() or not public.is_shared(auth.uid()::text)", ERROR),
        ("if owner = auth.uid() then null; else raise exception 'no'; end if; if a is null", ERROR),
        ("if owner <> auth.uid() then raise exception 'no'; end if; if mine is null", ERROR),
        ("if owner <> auth.uid()", "raise notice 'not yours'"),
    ],
)
def test_a_test_that_may_turn_visitors_away_is_left_to_the_reader(test: str, does: str) -> None:
    assert _called(GUARDED.format(test, does)) is Severity.INFO
