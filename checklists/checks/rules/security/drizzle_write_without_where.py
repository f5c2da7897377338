"""An update or delete over a direct connection has no condition, or one that can be empty."""

from collections.abc import Iterator

from checklists.checks.check import Check, Said
from checklists.checks.project import Project
from checklists.checks.subjects.unconditional import unconditional
from checklists.model import Severity

CHECK = Check(
    items=("actions-authenticated", "drizzle-authorised"),
    rule="drizzle-where-required",
    severity=Severity.HIGH,
    sources=True,
    peers=(
        "eslint-plugin-drizzle:enforce-delete-with-where",
        "eslint-plugin-drizzle:enforce-update-with-where",
    ),
)


def find(project: Project) -> Iterator[Said]:
    """Every update and delete that Drizzle sends."""
    return unconditional(project, direct=True, remedy="Add .where(eq(table.id, id)).")
