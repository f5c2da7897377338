"""Server actions that answer with an error's own text."""

from collections.abc import Iterator

from checklists.checks.check import Check, Said
from checklists.checks.project import Project
from checklists.checks.subjects.leaking import leaks
from checklists.model import Severity
from checklists.ts.index import EndpointKind

CHECK = Check(
    items=("errors-masked",), rule="server-action-error-leak", severity=Severity.MEDIUM, sources=True
)


def find(project: Project) -> Iterator[Said]:
    """Every server action that answers anything."""
    yield from leaks(project, EndpointKind.ACTION)
