"""A file of the revision holds a secret."""

from collections.abc import Iterator
from itertools import islice

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.bystanders import is_test
from checklists.checks.subjects.present_texts import present_texts
from checklists.checks.subjects.secret_values import Secret, demo_keys_in, secrets_in
from checklists.model import Confidence, Location, Severity

CHECK = Check(
    items=("no-client-secrets", "service-role-contained", "service-role-in-client"),
    rule="secret-committed",
    severity=Severity.BLOCKER,
    peers=("gitleaks:jwt",),
    also=(Input.FILES,),
)


def find(project: Project) -> Iterator[Said]:
    """Every secret in every file that the review reads, once for each file and secret; demo keys where they
    are migrated into a database.
    """
    migrated = set(project.layout.migrations)
    for path, text in present_texts(project):
        yield Examined("files")
        seen: set[str] = set()
        for secret in secrets_in(text):
            if secret.shown not in seen and (secret.issued or not is_test(path)):
                seen.add(secret.shown)
                yield _flag(path, text, secret)
        if path in migrated:
            yield from (_demo(path, text, key) for key in islice(demo_keys_in(text), 1))


def _demo(path: str, text: str, key: Secret) -> Flag:
    line = text.count("\n", 0, key.start) + 1
    return Flag(
        object=f"file:{path}",
        location=Location(path, line, line),
        message=f"{path} writes {key.what} ({key.shown}) into the database: every deployment must replace it "
        "here, and a replaced one is a secret in a migration.",
        remedy="Keep the key in Vault, and read it from vault.decrypted_secrets where it is used.",
        severity=Severity.INFO,
    )


def _flag(path: str, text: str, secret: Secret) -> Flag:
    line = text.count("\n", 0, secret.start) + 1
    return Flag(
        object=f"file:{path}",
        location=Location(path, line, line),
        message=f"{path} holds {secret.what} ({secret.shown}): whoever can read the repo, or any clone or "
        "fork of it, "
        "can use it.",
        remedy="Replace the secret at its source now, then read it from the environment. Deleting the "
        "line is not "
        "enough: it stays in the history.",
        confidence=None if secret.certain else Confidence.MEDIUM,
    )
