"""Traps of the rules about tables that make no good reading on their pages."""

import pytest
from builders import check, migrations, project

from checklists.checks.project import Project
from checklists.model import Confidence, Severity, Status

CLIENT = """import { createClient } from '@supabase/supabase-js'
const supabase = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_ANON_KEY!)
"""


def repo(sql: str, code: str = "") -> Project:
    files = {"supabase/migrations/20240101000000_a.sql": sql}
    return project(files | ({"lib/a.ts": CLIENT + code} if code else {}))


class TestUpdatedAt:
    TABLE = "create table public.t (id uuid primary key, updated_at timestamptz not null default now());"

    @pytest.mark.parametrize(
        ("update", "severity", "confidence"),
        [
            ("{ title: 'a' }", Severity.MEDIUM, Confidence.HIGH),
            ("values", Severity.LOW, Confidence.MEDIUM),
            ("{ ...values }", Severity.LOW, Confidence.MEDIUM),
        ],
    )
    def test_what_updates_write_decides_how_bad_it_is(
        self, update: str, severity: Severity, confidence: Confidence
    ) -> None:
        code = (
            f"export const a = (values: any, now: string) => supabase.from('t').update({update}).eq('id', 1)"
        )
        (finding,) = check("updated_at_unmaintained", repo(self.TABLE, code)).findings
        assert (finding.severity, finding.confidence) == (severity, confidence)

    def test_who_sets_it_by_hand_each_time_keeps_it(self) -> None:
        code = "export const a = (now: string) => supabase.from('t').update({ id, updated_at: now })"
        assert check("updated_at_unmaintained", repo(self.TABLE, code)).status is Status.CLEAR

    @pytest.mark.parametrize(
        ("sets", "status"),
        [("id = excluded.id, updated_at = now()", Status.CLEAR), ("id = excluded.id", Status.FLAGGED)],
    )
    def test_an_upsert_in_sql_is_an_update(self, sets: str, status: Status) -> None:
        body = (
            "create function public.f() returns void language sql as 'insert into public.t (id) "
            f"values (null) on conflict (id) do update set {sets}';"
        )
        report = check("updated_at_unmaintained", migrations(self.TABLE, body))
        assert report.status is status
        assert not any("nothing in this repo" in finding.message for finding in report.findings)

    def test_a_function_of_the_database_forgets_it(self) -> None:
        body = "create function public.f() returns void language sql as 'update public.t set id = id';"
        (finding,) = check("updated_at_unmaintained", migrations(self.TABLE, body)).findings
        assert finding.severity is Severity.MEDIUM
        assert [place.path for place in finding.related] == [
            "supabase/migrations/20240101000001_m.sql",
        ]

    def test_a_function_that_is_not_there_may_keep_it(self) -> None:
        trigger = (
            "create trigger t before update on public.t for each row execute function public.set_updated();"
        )
        report = check("updated_at_unmaintained", migrations(self.TABLE + trigger))
        assert report.status is Status.UNDETERMINED

    def test_moddatetime_in_another_schema_than_its_extension(self) -> None:
        sql = (
            self.TABLE
            + "create schema tools; create extension moddatetime schema tools;"
            + "create trigger t before update on public.t for each row execute function {}(updated_at);"
        )
        for name, status in (("moddatetime", Status.FLAGGED), ("tools.moddatetime", Status.CLEAR)):
            assert check("updated_at_unmaintained", migrations(sql.format(name))).status is status


class TestSoftDelete:
    TABLE = (
        "create table public.t (id uuid primary key, owner uuid, deleted_at timestamptz);"
        "alter table public.t enable row level security;"
        "create policy r on public.t for select using (owner = (select auth.uid()){});"
        "create policy u on public.t for update using (owner = (select auth.uid()));"
    )
    MARK = (
        "export const mark = (id: string) =>"
        " supabase.from('t').update({ deleted_at: new Date() }).eq('id', id)"
    )
    LIST = "\nexport const list = () => supabase.from('t').select('id')"

    def test_the_obvious_cure_of_the_one_is_the_other(self) -> None:
        shown, refused = "deleted_rows_visible", "soft_delete_refused"
        code = self.MARK + self.LIST
        without = repo(self.TABLE.format(""), code)
        within = repo(self.TABLE.format(" and deleted_at is null"), code)
        assert [check(name, without).status for name in (shown, refused)] == [Status.FLAGGED, Status.CLEAR]
        assert [check(name, within).status for name in (shown, refused)] == [Status.CLEAR, Status.FLAGGED]
        (finding,) = check(refused, within).findings
        assert (finding.severity, finding.confidence) == (Severity.HIGH, Confidence.HIGH)

    def test_nobody_lists_it(self) -> None:
        (finding,) = check("deleted_rows_visible", repo(self.TABLE.format(""), self.MARK)).findings
        assert finding.severity is Severity.LOW

    def test_is_not_null_hides_nothing_that_is_marked(self) -> None:
        sql = self.TABLE.format(" and deleted_at is not null")
        assert check("soft_delete_refused", repo(sql, self.MARK)).status is Status.CLEAR

    def test_clearing_the_mark_is_not_setting_it(self) -> None:
        code = self.MARK.replace("new Date()", "null") + self.LIST
        assert check("deleted_rows_visible", repo(self.TABLE.format(""), code)).status is Status.CLEAR


class TestAccounts:
    PROFILE = "create table public.profiles (id uuid primary key references auth.users (id) {});"
    ROW = "create table public.rows (id uuid primary key, author uuid references public.profiles (id) {});"

    @pytest.mark.parametrize(
        ("profile", "row", "objects"),
        [
            ("on delete cascade", "on delete cascade", []),
            ("on delete cascade", "on delete restrict", ["public.rows/rows_author_fkey"]),
            ("", "", ["public.profiles/profiles_id_fkey"]),
        ],
    )
    def test_a_row_stands_in_the_way_only_where_the_profile_goes(
        self, profile: str, row: str, objects: list[str]
    ) -> None:
        report = check(
            "account_deletion_blocked", migrations(self.PROFILE.format(profile), self.ROW.format(row))
        )
        assert [f.object.removeprefix("constraint:") for f in report.findings] == objects


@pytest.mark.parametrize(
    "check_",
    [
        "status text check (status = any (array['a', 'b']::text[]))",
        "status text, check (status in ('a', 'b'))",
    ],
)
def test_a_closed_set_is_read_and_not_matched_as_text(check_: str) -> None:
    sql = f"create table public.t (id uuid, {check_});"
    assert check("closed_set_unchecked", migrations(sql)).status is Status.CLEAR


def test_the_default_of_a_column_that_may_be_null_says_that_null_is_not_meant() -> None:
    sql = "create table public.t (id uuid, status text {} check (status in ('a', 'b')));"
    assert check("closed_set_unchecked", migrations(sql.format(""))).status is Status.CLEAR
    (finding,) = check("closed_set_unchecked", migrations(sql.format("default 'a'"))).findings
    assert finding.severity is Severity.INFO


def test_names_survive_renames() -> None:
    sql = (
        "create table public.a (id uuid, due date); create index idx_a_due on public.a (due);"
        "alter table public.a rename to tenders;"
    )
    assert check("index_misnamed", migrations(sql)).status is Status.FLAGGED


def test_a_name_that_postgres_cut_is_taken_as_it_is() -> None:
    sql = "create table public.t (id uuid, due date); create index " + "x" * 70 + " on public.t (due);"
    assert check("index_misnamed", migrations(sql)).status is Status.CLEAR


def test_conventions_are_never_above_low() -> None:
    sql = (
        "create table public.t (id bigserial primary key, name varchar(20), status text, supplier_ids uuid[],"
        " budget_min int, budget_max int, data json); create index x on public.t (name);"
    )
    names = (
        "integer_primary_key", "varchar_limited", "closed_set_unchecked", "id_array", "range_unordered",
        "json_column", "index_misnamed", "audit_timestamps_missing",
    )  # fmt: skip
    for name in names:
        (finding,) = check(name, migrations(sql)).findings
        assert finding.severity in (Severity.LOW, Severity.INFO), name


def test_a_view_that_some_unread_job_may_refresh_is_undetermined() -> None:
    sql = (
        "create schema private; create materialized view private.v as select 1 as n;"
        "create function public.f() returns void language plpgsql as $$ begin execute 'analyze'; end $$;"
    )
    assert check("matview_unrefreshed", migrations(sql)).status is Status.FLAGGED
    unread = "create function broken("
    assert check("matview_unrefreshed", migrations(sql, unread)).status is Status.UNDETERMINED


def test_nothing_of_the_kind_is_not_applicable_whatever_could_not_be_read_of_jobs() -> None:
    jobs = "select cron.schedule('a', '* * * * *', (select decrypted_secret from vault.decrypted_secrets));"
    assert check("matview_unrefreshed", migrations(jobs)).status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        ("created_by = auth.uid()", True),
        ("created_by = auth.uid() or opened_by = auth.uid()", False),
        ("opened_by = auth.uid()", False),
        ("shown", False),
        ("(auth.jwt() -> 'app_metadata' ->> 'role') = 'admin'", True),
    ],
)
def test_an_owner_may_be_missing_where_others_reach_the_row(policy: str, found: bool) -> None:
    sql = f"""create table public.t (id uuid primary key, shown boolean, opened_by uuid references auth.users,
  created_by uuid references auth.users);
alter table public.t enable row level security;
create policy "Own" on public.t for all using (created_by = auth.uid());
create policy "Also" on public.t for select using ({policy});"""
    flagged = {each.object for each in check("owner_unreferenced", migrations(sql)).findings}
    assert ("column:public.t.created_by" in flagged) is found


@pytest.mark.parametrize(
    ("asks", "name", "status"),
    [
        ("exists (select 1 from public.t where a < 0)", "a_positive", Status.UNDETERMINED),
        ("exists (select 1 from public.t where a < 0)", "b_positive", Status.FLAGGED),
        ("false", "a_positive", Status.CLEAR),
    ],
)
def test_a_block_that_validates_what_the_rows_allow(asks: str, name: str, status: Status) -> None:
    sql = "".join(
        f"alter table public.t add constraint {each}_positive check ({each} > 0) not valid;" for each in "ab"
    )
    other = {"a_positive": "b_positive", "b_positive": "a_positive"}[name]
    seen = migrations(
        f"create table public.t (id uuid primary key, a int, b int); {sql}",
        f"alter table public.t validate constraint {other};" if status is not Status.FLAGGED else "select 1;",
        f"""do $$ begin if not {asks} then
alter table public.t validate constraint {name}; end if; end $$;""",
    )
    assert check("constraint_never_validated", seen).status is status


@pytest.mark.parametrize(
    ("target", "state", "remedy"),
    [
        ("one_a", "42703", "'a,b'"),
        ("nothing", "42703", "Name the columns"),
        ("a", "42P10", "add unique (a)"),
    ],
)
def test_what_postgres_says_of_a_target(target: str, state: str, remedy: str) -> None:
    code = f"export const put = (v) => supabase.from('t').upsert(v, {{ onConflict: '{target}' }})\n"
    seen = repo(
        "create table public.t (id uuid primary key, a int, b int, constraint one_a unique (a, b));", code
    )
    (finding,) = check("upsert_conflict_target_missing", seen).findings
    assert f"({state})" in finding.message
    assert remedy in finding.remedy
