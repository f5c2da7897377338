"""Route handlers whose request reaches a query, an RPC, an address or a path without a schema parse."""

from collections.abc import Iterator

from checklists.checks.check import Check, Said
from checklists.checks.project import Project
from checklists.checks.subjects.inputs import unvalidated
from checklists.checks.subjects.servers import unread_servers
from checklists.model import Severity
from checklists.ts.index import EndpointKind

CHECK = Check(
    items=("input-validated",),
    rule="server-action-input-validated",
    severity=Severity.HIGH,
    sources=True,
)


def find(project: Project) -> Iterator[Said]:
    """Every route handler that reads its request."""
    yield from unvalidated(project, EndpointKind.ROUTE)
    yield from unread_servers(project, EndpointKind.ROUTE)
