"""An earlier commit holds a secret."""

from collections.abc import Iterator

from checklists.checks.check import Check, Said
from checklists.checks.project import Project
from checklists.checks.subjects.past_secrets import past_secrets
from checklists.model import Severity

CHECK = Check(
    items=("no-client-secrets", "service-role-contained", "service-role-in-client"),
    rule="secret-committed",
    severity=Severity.BLOCKER,
    peers=("gitleaks:jwt",),
    late=True,
)


def find(project: Project) -> Iterator[Said]:
    """Every Supabase key and database password of the history that no file holds any more."""
    yield from past_secrets(project, foreign=False)
