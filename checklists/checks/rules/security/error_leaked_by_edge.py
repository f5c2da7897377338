"""Edge functions that answer with an error's own text."""

from collections.abc import Iterator

from checklists.checks.check import Check, Said
from checklists.checks.project import Project
from checklists.checks.subjects.leaking import leaks
from checklists.model import Severity
from checklists.ts.index import EndpointKind

CHECK = Check(
    items=("errors-masked", "edge-errors-mapped"),
    rule="edge-fn-error-leak",
    severity=Severity.MEDIUM,
    sources=True,
    edge=True,
)


def find(project: Project) -> Iterator[Said]:
    """Every edge function that answers anything."""
    yield from leaks(project, EndpointKind.EDGE)
