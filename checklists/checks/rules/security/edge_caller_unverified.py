"""Edge functions that act with more than the caller's rights before anyone has asked who is calling."""

from collections.abc import Iterator

from checklists.checks.check import Check, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.endpoints import unverified
from checklists.model import Severity
from checklists.ts.index import EndpointKind

CHECK = Check(
    items=("service-role-contained", "actions-authenticated", "edge-callers-verified"),
    rule="edge-fn-caller-verified",
    severity=Severity.BLOCKER,
    sources=True,
    edge=True,
    also=(Input.SCHEMA,),
)
_BECAUSE = "`verify_jwt` lets anyone through who holds the public key."
_REMEDY = (
    "Call `auth.getUser()` with the request's token and leave where there is no user; verify a signature or "
    "a secret."
)


def find(project: Project) -> Iterator[Said]:
    """Every edge function that does anything."""
    yield from unverified(project, EndpointKind.EDGE, _BECAUSE, _REMEDY)
