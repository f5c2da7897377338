"""An update or delete through the Data API has no filter: every row that policies let through is meant."""

from collections.abc import Iterator

from checklists.checks.check import Check, Said
from checklists.checks.project import Project
from checklists.checks.subjects.unconditional import unconditional
from checklists.model import Severity

CHECK = Check(
    items=("actions-authenticated",),
    rule="drizzle-where-required",
    severity=Severity.MEDIUM,
    sources=True,
)


def find(project: Project) -> Iterator[Said]:
    """Every update and delete that Supabase's client sends."""
    return unconditional(project, direct=False, remedy="Add a filter: .eq('id', id).")
