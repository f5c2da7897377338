"""Edge functions whose request reaches a query, an RPC, an address or a path without a schema parse."""

from collections.abc import Iterator

from checklists.checks.check import Check, Said
from checklists.checks.project import Project
from checklists.checks.subjects.inputs import unvalidated
from checklists.model import Severity
from checklists.ts.index import EndpointKind

CHECK = Check(
    items=("input-validated", "edge-input-validated"),
    rule="edge-fn-input-validated",
    severity=Severity.HIGH,
    sources=True,
    edge=True,
)


def find(project: Project) -> Iterator[Said]:
    """Every edge function that reads its request."""
    yield from unvalidated(project, EndpointKind.EDGE)
