"""config.toml holds a secret of Auth in plain text."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.secret_values import shown
from checklists.checks.subjects.settings import below, place
from checklists.model import Severity

CHECK = Check(
    items=("auth-configured", "no-client-secrets"),
    rule="auth-config",
    severity=Severity.HIGH,
    peers=("gitleaks:generic-api-key",),
)
_SECRET = re.compile(
    r"^(?:secret|secrets|auth_token|access_key|api_key|api_secret|pass|password|private_key)$"
)
_ENV = re.compile(r"env\(|\$\{|%\(")
_PLACEHOLDER = re.compile(r"your|example|placeholder|change.?me|dummy|fake|xxx|test|local|<", re.IGNORECASE)
_SHORTEST, _DISTINCT = 12, 8


def find(project: Project) -> Iterator[Said]:
    """Every setting below [auth] that is named for a secret."""
    for name, value in below(project.config, "auth"):
        if not _SECRET.match(name[-1]) or not isinstance(value, str) or not value:
            continue
        yield Examined("secret settings")
        if _ENV.search(value) or _PLACEHOLDER.search(value):
            continue
        if len(value) >= _SHORTEST and len(set(value)) >= _DISTINCT:
            variable = "_".join(name).upper()
            yield Flag(
                object=f"config:{'.'.join(name)}",
                location=place(project, *name),
                message=f"{'.'.join(name)} is a literal ({shown(value)}): whoever can read the repo can "
                "speak as this application to that service.",
                remedy=f'{name[-1]} = "env(SUPABASE_{variable})"  # and replace it where it was issued',
            )
