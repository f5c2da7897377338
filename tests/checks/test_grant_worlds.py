"""Supabase projects of two kinds: those that grant new tables to the API roles, and those that do not."""

from dataclasses import replace

import pytest
from builders import check, project

from checklists.checks.project import Project
from checklists.model import Confidence, Severity, Status
from checklists.sql.schema import holds
from checklists.team import Facts

TABLE = """
create table public.tenders (id uuid primary key, created_by uuid);
alter table public.tenders enable row level security;
create policy "Own" on public.tenders for select to authenticated using (created_by = (select auth.uid()));
"""


def repo(setting: str = "", sql: str = TABLE) -> Project:
    config = f"[api]\nauto_expose_new_tables = {setting}\n" if setting else "[api]\n"
    return project({"supabase/config.toml": config, "supabase/migrations/20240101000000_a.sql": sql})


def granted(seen: Project, privilege: str) -> bool:
    return holds(seen.schema.tables["public.tenders"].grants, "authenticated", privilege)


@pytest.mark.parametrize(("setting", "open_"), [("", True), ("true", True), ("false", False)])
def test_the_setting_decides_and_unset_is_read_as_the_older_kind(setting: str, open_: bool) -> None:
    assert granted(repo(setting), "SELECT") is open_


@pytest.mark.parametrize(
    ("setting", "status"),
    [("", Status.UNDETERMINED), ("true", Status.FLAGGED), ("false", Status.CLEAR)],
)
def test_one_migration_means_three_things(setting: str, status: Status) -> None:
    assert check("grants_wider_than_policies", repo(setting)).status is status


def test_what_no_migration_grants_is_one_gap_whatever_the_number_of_tables() -> None:
    sql = "".join(f"create table public.t{n} (id uuid primary key);" for n in range(60))
    report = check("grants_wider_than_policies", repo(sql=sql))
    (gap,) = report.gaps
    assert gap.object == "config:api.auto_expose_new_tables"
    assert "60 tables" in gap.because


def test_a_policy_without_its_grant_is_flagged_where_the_kind_is_known() -> None:
    assert check("policy_without_grant", repo("false")).status is Status.FLAGGED
    assert check("policy_without_grant", repo()).status is Status.CLEAR
    given = TABLE + "grant select on public.tenders to authenticated;"
    assert check("policy_without_grant", repo("false", given)).status is Status.CLEAR


def test_an_explicit_grant_is_no_longer_implied() -> None:
    said = "grant all on public.tenders to anon, authenticated;"
    before, after = (repo(sql=sql).schema.tables["public.tenders"] for sql in (TABLE, TABLE + said))
    roles = ("anon", "authenticated")
    assert {g.implied for g in before.grants if g.role in roles} == {True}
    assert {g.implied for g in after.grants if g.role in roles} == {False}
    assert set(before.grants) == set(after.grants), "who says so is no part of what is granted"


def test_truncate_alone_is_info() -> None:
    policy = 'create policy "All" on public.tenders for all using (created_by = (select auth.uid()));'
    report = check("grants_wider_than_policies", repo("true", TABLE + policy))
    assert [finding.severity for finding in report.findings] == [Severity.INFO]


def test_a_column_that_is_revoked_twice_is_reported_once_and_not_once_the_table_is() -> None:
    revoke = "revoke select (created_by) on public.tenders from anon;"
    assert len(check("column_revoke_ineffective", repo(sql=TABLE + revoke + revoke)).findings) == 1
    cured = TABLE + revoke + "revoke select on public.tenders from anon, public;"
    assert check("column_revoke_ineffective", repo(sql=cured)).status is Status.CLEAR


@pytest.mark.parametrize(
    ("using", "privilege", "role", "severity"),
    [
        ("created_by = (select auth.uid())", "select", "authenticated", Severity.MEDIUM),
        ("created_by = (select auth.uid())", "select", "anon", Severity.MEDIUM),
        ("created_by = (select auth.uid())", "update", "authenticated", Severity.HIGH),
        ("created_by = (select auth.uid())", "select", "public", None),
        ("true", "select", "authenticated", Severity.HIGH),
    ],
)
def test_a_column_of_ones_own_row_that_stays_open(
    using: str, privilege: str, role: str, severity: Severity | None
) -> None:
    sql = f"""{TABLE} alter table public.tenders enable row level security;
create policy "More" on public.tenders for all using ({using});
revoke {privilege} (created_by) on public.tenders from {role};"""
    found = check("column_revoke_ineffective", repo("true", sql)).findings
    assert [each.severity for each in found] == ([] if severity is None else [severity])


def test_what_the_team_declares_is_sensitive_whatever_it_is_called() -> None:
    sql = "create table public.people (id uuid primary key, shoe_size int);"
    seen = repo("true", sql)
    assert check("sensitive_column_public", seen).status is Status.NOT_APPLICABLE
    told = replace(seen, facts=Facts(sensitive_columns=("public.people.shoe_size",)))
    (finding,) = check("sensitive_column_public", told).findings
    assert finding.confidence is Confidence.HIGH
    assert finding.peers == ("splinter:0023_sensitive_columns_exposed",)
