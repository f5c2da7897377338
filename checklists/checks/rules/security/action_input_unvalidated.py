"""Server actions whose parameters reach a query, an RPC, an address or a path without a schema parse."""

from collections.abc import Iterator

from checklists.checks.check import Check, Said
from checklists.checks.project import Project
from checklists.checks.subjects.inputs import unvalidated
from checklists.checks.subjects.servers import unread_servers
from checklists.model import Severity
from checklists.ts.index import EndpointKind

CHECK = Check(
    items=("input-validated", "unvalidated-actions"),
    rule="server-action-input-validated",
    severity=Severity.HIGH,
    sources=True,
)


def find(project: Project) -> Iterator[Said]:
    """Every server action that takes input."""
    yield from unvalidated(project, EndpointKind.ACTION)
    yield from unread_servers(project, EndpointKind.ACTION)
