"""What Postgres refuses on an empty database, and how sure that is."""

import pytest
from builders import check, migrations

from checklists.catalogue import items
from checklists.model import Confidence, Report, Severity, Status, Verdict
from checklists.review.suggesting import suggest

TABLE = "create table public.t (id uuid primary key, org_id uuid);"
ROLES = "create table public.roles (user_id uuid, role text);"


def _said(*statements: str) -> Report:
    return check("migration_refused", migrations(*statements))


@pytest.mark.parametrize(
    ("sql", "state", "confidence"),
    [
        (TABLE, "42P07", Confidence.HIGH),
        ("alter table public.t add column id int;", "42701", Confidence.HIGH),
        ("create index i on public.gone (id);", "42P01", Confidence.MEDIUM),
        ("alter table public.t drop column gone;", "42703", Confidence.MEDIUM),
        ("creat table x ();", "42601", Confidence.HIGH),
    ],
)
def test_a_refused_statement(sql: str, state: str, confidence: Confidence) -> None:
    (finding,) = _said(TABLE, sql).findings
    assert f"({state})" in finding.message
    assert finding.confidence is confidence


def test_the_first_refusal_is_the_finding_and_names_the_rest() -> None:
    (finding,) = _said(TABLE, TABLE, f"{TABLE}{TABLE}").findings
    assert finding.location.path.endswith("20240101000001_m.sql")
    assert "2 more" in finding.message
    assert len(finding.related) == 2


REFERS = "create table public.votes (id uuid, thread_id uuid references public.threads);"


@pytest.mark.parametrize(
    "sql",
    [
        "alter table public.threads add column title text;",
        REFERS,
        f"{REFERS}alter table public.threads add x int;",
    ],
)
def test_what_is_made_later_is_out_of_order(sql: str) -> None:
    later = "create table if not exists public.threads (id uuid primary key);"
    (finding,) = _said(sql, later, "alter table public.threads add column more int;").findings
    assert "public.threads is made only later, in 20240101000001_m.sql:1" in finding.message
    assert "no migration" not in finding.message
    assert "dashboard" not in finding.message
    assert (finding.location.line, finding.confidence) == (1, Confidence.HIGH)


def test_a_key_to_what_no_migration_makes_is_refused() -> None:
    (finding,) = _said(REFERS).findings
    assert "(42P01): no migration creates the table public.threads" in finding.message
    assert finding.confidence is Confidence.MEDIUM
    own = "create table public.t (id uuid primary key, up uuid references t, by uuid references auth.users);"
    assert _said(own).status is Status.CLEAR


@pytest.mark.parametrize(
    "query",
    [
        "select r.role, m.role as other from public.roles r join public.roles m on m.user_id = r.user_id",
        "with roles as (select 1 as level) select roles.level from roles",
        "select r.level from (select 1 as level) r",
        "select u.email, u.level from auth.users u",
        "select r.ctid, r from public.roles r",
        "select g.level from generate_series(1, 2) as g(level), public.roles r",
        "select (select t.id from public.t t where t.org_id = r.user_id) from public.roles r",
    ],
)
def test_what_a_view_may_read(query: str) -> None:
    assert _said(TABLE, ROLES, f"create view public.v as {query};").status is Status.CLEAR


@pytest.mark.parametrize("kind", ["view", "materialized view"])
def test_a_view_of_a_column_that_is_nowhere(kind: str) -> None:
    sql = f"create {kind} public.v as select u.email, r.level from auth.users u, public.roles r;"
    (finding,) = _said(ROLES, sql).findings
    assert "(42703): public.roles has no column level" in finding.message
    seen = migrations(ROLES, sql)
    for name in ("auth_users_exposed", "definer_view" if kind == "view" else "matview_exposed"):
        assert check(name, seen).status is Status.UNDETERMINED
        assert "roles has no column level" in check(name, seen).gaps[0].because
    added = "do $$ begin execute 'alter table roles add ' || current_setting('x'); end $$;"
    assert not _said(ROLES, added, sql).findings


def test_a_block_that_fails_is_undetermined() -> None:
    said = _said("do $$ begin raise exception 'too\nold'; end $$;")
    assert said.status is Status.UNDETERMINED
    assert "\n" not in said.gaps[0].because


def test_what_a_handler_catches_is_not_refused() -> None:
    caught = f"do $$ begin {TABLE} exception when duplicate_table then null; end $$;"
    assert _said(TABLE, caught).status is Status.CLEAR


@pytest.mark.parametrize(
    "condition",
    [
        "org_id in (select r.user_id from public.roles r)",
        "exists (select 1 from public.roles where user_id = org_id)",
        "exists (select 1 from public.roles r where r.role = 'x' and r.user_id = t.org_id)",
        "current_user = 'postgres' and session_user is not null",
        "auth.jwt() ->> 'role' = 'x' or (auth.jwt() -> 'app_metadata' ->> 'org')::uuid = org_id",
        "exists (select 1 from storage.objects where owner = org_id)",
        "exists (with m as (select user_id as u from public.roles) select 1 from m where u = org_id)",
        "exists (select 1 from unnest(array[1]) as n where n = 1)",
        "extract(epoch from now()) > 1 and t is not null",
    ],
)
def test_columns_that_are_in_sight(condition: str) -> None:
    assert _said(TABLE, ROLES, f"create policy p on public.t using ({condition});").status is Status.CLEAR


@pytest.mark.parametrize(
    "condition",
    ["owner_id = auth.uid()", "exists (select 1 from public.roles where member_id = auth.uid())"],
)
def test_a_column_that_is_nowhere(condition: str) -> None:
    (finding,) = _said(TABLE, ROLES, f"create policy p on public.t using ({condition});").findings
    assert "(42703)" in finding.message
    assert finding.location.path.endswith("20240101000002_m.sql")


ENUM = "create type public.stage as enum ('a'); create table public.s (stage public.stage);"
ADDED = "alter type public.stage add value 'b';"


@pytest.mark.parametrize(
    ("sql", "refused"),
    [
        (f"{ADDED} update public.s set stage = 'b';", True),
        (f"{ADDED} create policy p on public.s using (stage = 'b'::public.stage);", True),
        (f"{ADDED} create policy p on public.s using (stage::text = 'b');", False),
        (f"{ADDED} commit; update public.s set stage = 'b';", False),
        (f"{ADDED} update public.s set stage = 'a';", False),
        (f"{ADDED} create function f() returns int language sql as $$ select 1 $$;", False),
        (
            "create type public.x as enum ('a'); alter type public.x add value 'b'; select 'b'::public.x;",
            False,
        ),
    ],
)
def test_a_new_value_of_an_enum(sql: str, refused: bool) -> None:
    said = _said(ENUM, sql)
    assert [finding.confidence for finding in said.findings] == ([Confidence.MEDIUM] if refused else [])


def test_in_a_later_file_it_may_be_used() -> None:
    assert _said(ENUM, ADDED, "update public.s set stage = 'b';").status is Status.CLEAR


def test_reading_alone_never_passes_the_item() -> None:
    item = next(each for each in items() if each.id == "migrations-replay")
    assert suggest(item, [_said(TABLE)]).verdict is Verdict.UNDETERMINED


CHECKED = (
    "create table public.s (id uuid primary key, kind text check (kind in ('a', 'b')), n int check (n > 0));"
)
DROPPED = """
do $$ declare c text; begin
  for c in select conname from pg_constraint where conrelid = 's'::regclass and contype = 'c'
           and pg_get_constraintdef(oid) ilike '%kind%' loop
    execute format('alter table s drop constraint %I', c);
  end loop;
end $$;
"""
AGAIN = "alter table s add constraint s_kind_check check (kind in ('a', 'b', 'c'));"


def test_a_name_is_free_after_a_loop_that_drops_what_names_the_column() -> None:
    assert _said(CHECKED, AGAIN).status is Status.FLAGGED
    seen = migrations(CHECKED, DROPPED + AGAIN)
    assert check("migration_refused", seen).status is Status.CLEAR
    assert {each.name for each in seen.schema.tables["public.s"].constraints} == {
        "s_pkey",
        "s_n_check",
        "s_kind_check",
    }


def test_a_loop_that_cannot_be_followed_may_have_made_way() -> None:
    loop = DROPPED.replace("ilike '%kind%'", "= current_setting('x')")
    said = _said(CHECKED, loop + AGAIN)
    assert said.status is Status.UNDETERMINED
    assert _said(CHECKED, loop.replace("'s'::", "'u'::").replace("table s", "table u") + AGAIN).findings


def test_the_message_says_who_has_what_is_missing() -> None:
    (finding,) = _said("alter table public.gone add column a int;", TABLE + TABLE).findings
    assert (
        "If it was made in the dashboard, no other database has it. 1 more statement after it"
        in finding.message
    )
    assert finding.severity is Severity.HIGH


def test_what_comes_after_the_first_refusal_is_no_finding_of_its_own() -> None:
    policy = "create policy p on public.t using (gone = auth.uid());"
    assert len(_said(TABLE + policy).findings) == 1
    (finding,) = _said("alter table public.gone add column a int;", TABLE + policy).findings
    assert finding.object.startswith("migration:")


ROWS = "create table rows (id uuid); alter table rows enable row level security;"
OPEN = "create policy all_rows on rows for delete using (auth.uid() is not null and org_id is null);"


def test_what_is_wrong_with_a_policy_stays_wrong_where_its_column_may_be_added_by_hand() -> None:
    report = check("session_call_per_row", migrations(ROWS, OPEN))
    assert [finding.object for finding in report.findings] == ["policy:public.rows/all_rows"]


@pytest.mark.parametrize(
    "lost",
    [
        "create table if not exists rows (id uuid, org_id uuid);",
        "alter table rows add column org_id uuid; alter table rows drop column org_id;",
        "alter table rows add column org_id uuid; alter table rows rename column org_id to org;",
    ],
)
def test_a_policy_on_a_column_that_the_migrations_lost_is_undetermined(lost: str) -> None:
    report = check("session_call_per_row", migrations(ROWS, lost, OPEN))
    assert not report.findings
    assert "(42703): public.rows has no column org_id" in report.gaps[0].because
