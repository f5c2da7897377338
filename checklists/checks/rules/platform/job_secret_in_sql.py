"""A job, a trigger or a function carries the key that it sends."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.secret_values import Secret, demo_keys_in, secrets_in, shown
from checklists.checks.subjects.sql_requests import SqlRequest, sql_requests
from checklists.model import Confidence, Severity
from checklists.sql.schema import Facet
from checklists.ts.tokens import supabase_role

CHECK = Check(
    items=("jobs-secured",),
    rule="job-secret-in-sql",
    severity=Severity.BLOCKER,
    reads=(Facet.CRON, Facet.FUNCTIONS, Facet.TRIGGERS),
)
_BEARER = re.compile(r"Bearer\s+([\w.~+/-]{16,}=*)")
_HEADER = re.compile(
    r"""["'](?:authorization|apikey|x-[\w-]*(?:secret|token|key|signature))["']\s*[,:]\s*(?:["'])([\w.~+/-]{16,}=*)["']""",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"your|example|placeholder|change.?me|dummy|xxx|replace|<|\{", re.IGNORECASE)
_DISTINCT = 10
_REMEDY = """select vault.create_secret('…', 'job_key');  -- by hand, once; not in a migration
and where it is sent:
  'Bearer ' || (select decrypted_secret from vault.decrypted_secrets where name = 'job_key')"""


def find(project: Project) -> Iterator[Said]:
    """Every place that sends requests with a literal key; public keys are noted."""
    for request in sql_requests(project):
        yield Examined("jobs, webhooks and functions that send requests")
        secret = next(_literals(request.text), None)
        if secret is not None:
            yield _flag(request, secret)
        elif public := next(_public(request.text), None):
            yield _noted(request, public)
    yield from _baked(project)


def _baked(project: Project) -> Iterator[Flag]:
    """Commands that a migration puts together from what Vault holds at that moment."""
    for gap in project.schema.gaps_in(Facet.CRON):
        if "vault.decrypted_secrets" in gap.because and gap.location is not None:
            yield Flag(
                object=gap.object,
                location=gap.location,
                message="The command of this job is put together from Vault when it is scheduled: the key "
                "ends up in cron.job as plain text, and a new key in Vault never reaches it.",
                remedy=_REMEDY,
                severity=Severity.MEDIUM,
                confidence=Confidence.MEDIUM,
            )


def _literals(text: str) -> Iterator[Secret]:
    yield from (each for each in secrets_in(text) if each.certain)
    for pattern in (_BEARER, _HEADER):
        for found in pattern.finditer(text):
            value = found[1]
            if len(set(value)) > _DISTINCT and not _PLACEHOLDER.search(value) and not _is_public(value):
                yield Secret("a key", found.start(1), shown(value), certain=False)


def _is_public(value: str) -> bool:
    return supabase_role(value) == "anon" or next(demo_keys_in(value), None) is not None


def _public(text: str) -> Iterator[str]:
    yield from (
        found[1] for pattern in (_BEARER, _HEADER) for found in pattern.finditer(text) if _is_public(found[1])
    )


def _flag(request: SqlRequest, secret: Secret) -> Flag:
    return Flag(
        object=request.object,
        location=request.location,
        message=f"The text of {request.what} holds {secret.what} ({secret.shown}): it is in git for ever, in "
        "cron.job or pg_proc for whoever may read them, and in pg_net's queue with every request.",
        remedy=_REMEDY,
        confidence=None if secret.certain else Confidence.MEDIUM,
    )


def _noted(request: SqlRequest, value: str) -> Flag:
    return Flag(
        object=request.object,
        location=request.location,
        message=f"The text of {request.what} sends a public key ({shown(value)}). It is no secret, and "
        "proves nothing: whoever has the public key can call what it calls.",
        remedy=_REMEDY,
        severity=Severity.INFO,
    )
