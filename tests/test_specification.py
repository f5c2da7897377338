"""The specification's own snippets, laid out as a repo, against its own two lists.

Each row names the specification's lines, the rule that they break, and words on the line that is reported.
"""

from typing import NamedTuple

import pytest
from gitrepos import sample

from checklists.catalogue import items
from checklists.checks.engine import run
from checklists.checks.loading import load_project
from checklists.checks.project import Project
from checklists.model import Finding, Report, Verdict
from checklists.review.prefill import suggest


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
ITEMS = "lib/items.ts"
ROLE_TEST = "supabase/tests/roles.sql"

BROKEN = [
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
    Row("L261-263", "n-plus-one", ITEMS, ".insert(item)"),
    Row("L262", "supabase-error-handled", ITEMS, ".insert(item)"),
]
KEPT = [
    Row("L39-41", "timestamptz-only", TENDERS, ""),
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
