"""Route handlers that act before anyone has asked who is calling, or checked who signed the request."""

from collections.abc import Iterator

from checklists.checks.check import Check, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.endpoints import unverified
from checklists.checks.subjects.servers import unread_servers
from checklists.model import Severity
from checklists.ts.index import EndpointKind

CHECK = Check(
    items=("actions-authenticated", "routes-authenticated"),
    rule="route-handler-auth",
    severity=Severity.HIGH,
    sources=True,
    peers=("clerk:require-auth-protection",),
    also=(Input.SCHEMA,),
)
_BECAUSE = "a route is open to every client, and without Next's origin check."
_REMEDY = (
    "Verify the caller (`getUser()`), the provider's signature over the raw body, or a secret, and answer "
    "401 first."
)


def find(project: Project) -> Iterator[Said]:
    """Every route handler that does anything."""
    yield from unverified(project, EndpointKind.ROUTE, _BECAUSE, _REMEDY)
    yield from unread_servers(project, EndpointKind.ROUTE)
