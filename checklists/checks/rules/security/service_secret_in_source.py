"""A file of the revision holds another service's secret: of payments, mail or a model."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.bystanders import is_test
from checklists.checks.subjects.foreign_secrets import foreign_secrets_in
from checklists.checks.subjects.present_texts import present_texts
from checklists.checks.subjects.secret_values import Secret
from checklists.model import Confidence, Location, Severity

CHECK = Check(
    items=("no-client-secrets",),
    rule="secret-committed",
    severity=Severity.BLOCKER,
    peers=("gitleaks:stripe-access-token", "gitleaks:openai-api-key", "gitleaks:github-pat"),
    also=(Input.FILES,),
)


def find(project: Project) -> Iterator[Said]:
    """Every secret in every file that the review reads, once for each file and secret."""
    for path, text in present_texts(project):
        yield Examined("files")
        for secret in {each.shown: each for each in reversed([*foreign_secrets_in(text)])}.values():
            if secret.issued or not is_test(path):
                yield _flag(path, text, secret)


def _flag(path: str, text: str, secret: Secret) -> Flag:
    line = text.count("\n", 0, secret.start) + 1
    return Flag(
        object=f"file:{path}",
        location=Location(path, line, line),
        message=f"{path} holds {secret.what} ({secret.shown}): whoever can read the repo, or any clone or "
        "fork of it, can use it.",
        remedy="Replace the secret at its source now, then read it from the environment. Deleting the line "
        "is not enough: it stays in the history.",
        confidence=None if secret.certain else Confidence.MEDIUM,
    )
