"""The specification's own snippets, laid out as a repo, against its own two lists.

Each row names the specification's lines, the rule that they break, and words on the line that is reported.
"""

from pathlib import Path
from typing import NamedTuple

import pytest
from gitrepos import sample

from checklists.catalogue import items
from checklists.checks.engine import run
from checklists.checks.loading import load_project
from checklists.checks.project import Project
from checklists.model import Finding, Report, Verdict
from checklists.review.suggesting import suggest


class Row(NamedTuple):
    lines: str
    rule: str
    path: str
    words: str


ACTION = "app/actions/tenders.ts"
EDGE = "supabase/functions/process-tender/index.ts"
TENDERS = "supabase/migrations/20240101000000_tenders.sql"
ASSUMED = "supabase/migrations/20240101000001_assumed.sql"
POLICIES = "supabase/migrations/20240101000002_policies.sql"
INDEXES = "supabase/migrations/20240101000003_performance.sql"
ITEMS = "lib/items.ts"
ROLE_TEST = "supabase/tests/roles.sql"

BROKEN = [
    Row("L42", "auth-users-fk-action", TENDERS, "created_by UUID NOT NULL REFERENCES auth.users(id)"),
    Row("L48-49", "range-pair-check", TENDERS, "budget_min NUMERIC(12,2)"),
    Row("L57-59", "updated-at-trigger", TENDERS, "moddatetime(updated_at)"),
    Row("L64", "partial-index-predicate", TENDERS, "idx_tenders_deadline"),
    Row("L94", "rls-initplan", POLICIES, "Users can view own tenders"),
    Row("L102", "rls-initplan", POLICIES, "Admins can view all tenders"),
    Row("L112", "rls-initplan", POLICIES, "Org members can view org tenders"),
    Row("L119", "rls-initplan", POLICIES, "Users can create tenders"),
    Row("L124-125", "rls-initplan", POLICIES, "Users can update own tenders"),
    Row("L130", "rls-initplan", POLICIES, "Users can soft-delete own tenders"),
    Row("L92-131", "policy-role-scope", POLICIES, "Users can view own tenders"),
    Row("L92-131", "multiple-permissive-policies", POLICIES, "tenders"),
    Row("L128-131", "soft-delete-enforced", POLICIES, "FOR SELECT"),
    Row("L233", "index-naming", INDEXES, "idx_active_tenders"),
    Row("L57-59", "migration-replays", TENDERS, "moddatetime"),
    Row("L107-113", "migration-replays", POLICIES, "org_id"),
    Row("L97-105", "rls-enabled", ASSUMED, "public.user_roles"),
    Row("L107-113", "rls-enabled", ASSUMED, "public.org_members"),
    Row("L97-105", "policy-lookup-protected", ASSUMED, "public.user_roles"),
    Row("L107-113", "policy-lookup-protected", ASSUMED, "public.org_members"),
    Row("L128-131", "permissive-or-widening", POLICIES, "tenders"),
    Row("L136", "rls-policy-tested", ROLE_TEST, "SET ROLE authenticated"),
    Row("L152, L171", "edge-fn-cors", EDGE, "corsHeaders"),
    Row("L174-175", "edge-fn-error-leak", EDGE, "error.message"),
    Row("L165, L176", "edge-fn-error-leak", EDGE, "400"),
    Row("L168", "edge-fn-input-validated", EDGE, "req.json()"),
    Row("L195", "zod-db-parity", ACTION, "description"),
    Row("L214, L220", "server-action-minimal-return", ACTION, ".select()"),
    Row("L217", "server-action-error-leak", ACTION, "error.message"),
    Row("L146", "edge-fn-pinned-imports", EDGE, "std"),
    Row("L147", "edge-fn-pinned-imports", EDGE, "esm.sh"),
    Row("L257", "upsert-conflict-target", ITEMS, "onConflict: 'id'"),
    Row("L261-263", "n-plus-one", ITEMS, ".insert(item)"),
    Row("L262", "supabase-error-handled", ITEMS, ".insert(item)"),
]
KEPT = [
    Row("L39", "uuid-primary-key", TENDERS, ""),
    Row("L39-41", "timestamptz-only", TENDERS, ""),
    Row("L40-41", "audit-timestamps", TENDERS, ""),
    Row("L42", "owner-column", TENDERS, ""),
    Row("L44-46", "check-constraint-enum", TENDERS, ""),
    Row("L43", "text-over-varchar", TENDERS, ""),
    Row("L48-49", "money-numeric", TENDERS, ""),
    Row("L62-64", "foreign-key-indexed", TENDERS, ""),
    Row("L89-90", "rls-enabled", TENDERS, ""),
    Row("L138", "policy-always-true", POLICIES, ""),
    Row("L202-209", "server-action-input-validated", ACTION, ""),
    Row("L207-209", "server-action-auth", ACTION, ""),
    Row("L211-217", "supabase-error-handled", ACTION, ""),
    Row("L155-165", "edge-fn-caller-verified", EDGE, ""),
    Row("L240-243", "select-star", "lib/tenders.ts", ""),
    Row("L249-253", "n-plus-one", ITEMS, "insert(items)"),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return load_project(sample("specification", tmp_path_factory.mktemp("specification") / "repo"))


@pytest.fixture(scope="module")
def reports(project: Project) -> tuple[Report, ...]:
    return tuple(run(project))


def shown(project: Project, finding: Finding) -> str:
    """The lines that the finding points at."""
    place = finding.location
    text = project.snapshot.text(place.path) or ""
    return "\n".join(text.split("\n")[place.line - 1 : place.end_line])


def found(project: Project, reports: tuple[Report, ...], row: Row) -> list[Finding]:
    return [
        finding
        for report in reports
        for finding in report.findings
        if finding.rule == row.rule
        and finding.location.path == row.path
        and row.words in shown(project, finding)
    ]


@pytest.mark.parametrize("row", BROKEN, ids=lambda row: f"{row.lines}-{row.rule}")
def test_snippet_breaks_the_specifications_own_list(
    row: Row, project: Project, reports: tuple[Report, ...]
) -> None:
    assert found(project, reports, row), [
        (finding.id, str(finding.location)) for report in reports for finding in report.findings
    ]


@pytest.mark.parametrize("row", KEPT, ids=lambda row: f"{row.lines}-{row.rule}")
def test_snippet_keeps_the_specifications_own_list(
    row: Row, project: Project, reports: tuple[Report, ...]
) -> None:
    assert row.rule in {report.rule for report in reports}
    assert not found(project, reports, row)


def test_the_schema_is_what_the_snippets_build(project: Project) -> None:
    tenders = project.schema.tables["public.tenders"]
    assert tenders.rls_enabled
    assert len(tenders.policies) == 6
    assert {index.name for index in tenders.indexes if not index.constraint} == {
        "idx_tenders_status", "idx_tenders_created_by", "idx_tenders_deadline",
        "idx_active_tenders", "idx_tenders_org_status",
    }  # fmt: skip


def test_no_check_fails_on_the_snippets(reports: tuple[Report, ...]) -> None:
    assert [
        gap for report in reports for gap in report.gaps if "the check itself failed" in gap.because
    ] == []


def test_the_role_test_does_not_pass_the_item(reports: tuple[Report, ...]) -> None:
    """L136 sets a claim that is no uuid, for one command of one role: nothing to suggest a pass."""
    tested = next(item for item in items() if item.id == "policies-tested")
    assert suggest(tested, reports).verdict is Verdict.FAIL


def test_the_snippets_say_nothing_of_grants(reports: tuple[Report, ...]) -> None:
    """Whether anybody reaches the tables depends on the age of the project: said once, of all of them."""
    (gap,) = (gap for report in reports for gap in report.gaps if gap.object.startswith("config:api."))
    assert "4 tables" in gap.because
    assert "the policies of 1 table admit nobody" in gap.because


def test_lookup_tables_protected_by_the_same_pattern_recurse(tmp_path: Path) -> None:
    """L97-113, once the tables that the policies search have policies of that kind themselves."""
    repo = sample("specification", tmp_path / "repo")
    protected = """
        alter table public.org_members enable row level security;
        create policy "Org members can view members" on public.org_members for select using (
          org_id in (select org_id from public.org_members where user_id = auth.uid()));"""
    (repo / "supabase/migrations/20240101000009_members.sql").write_text(protected)
    said = run(load_project(repo, worktree=True))
    (finding,) = (f for report in said for f in report.findings if f.rule == "rls-recursion")
    assert finding.object == "policy:public.org_members/Org members can view members"
