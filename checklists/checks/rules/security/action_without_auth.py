"""Server actions that act before anyone has asked who is calling."""

from collections.abc import Iterator

from checklists.checks.check import Check, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.endpoints import unverified
from checklists.checks.subjects.servers import unread_servers
from checklists.model import Severity
from checklists.ts.index import EndpointKind

CHECK = Check(
    items=("actions-authenticated",),
    rule="server-action-auth",
    severity=Severity.BLOCKER,
    sources=True,
    peers=("react-doctor:server-auth-actions", "clerk:require-auth-protection"),
    also=(Input.SCHEMA,),
)
_BECAUSE = "every exported action is a public POST endpoint, whatever page uses it."
_REMEDY = "Call `supabase.auth.getUser()` first and leave where there is no user, or use a wrapper that does."


def find(project: Project) -> Iterator[Said]:
    """Every server action that does anything."""
    yield from unverified(project, EndpointKind.ACTION, _BECAUSE, _REMEDY)
    yield from unread_servers(project, EndpointKind.ACTION)
