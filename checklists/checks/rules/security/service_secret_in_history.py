"""An earlier commit holds another service's secret: of payments, mail or a model."""

from collections.abc import Iterator

from checklists.checks.check import Check, Said
from checklists.checks.project import Project
from checklists.checks.subjects.past_secrets import past_secrets
from checklists.model import Severity

CHECK = Check(
    items=("no-client-secrets",),
    rule="secret-committed",
    severity=Severity.BLOCKER,
    peers=("gitleaks:stripe-access-token", "gitleaks:openai-api-key", "gitleaks:github-pat"),
    late=True,
)


def find(project: Project) -> Iterator[Said]:
    """Every secret of another service in the history that no file holds any more."""
    yield from past_secrets(project, foreign=True)
