"""Anyone can make an account with any address that is taken for confirmed."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.endpoints import short
from checklists.checks.subjects.places import handlers
from checklists.checks.subjects.steering import depends_on, is_authorized, sent_names
from checklists.model import Severity
from checklists.sql.questions.access import clauses
from checklists.sql.schema import Schema
from checklists.ts.index import CallerState, Endpoint, Function, Query
from checklists.ts.objects import entries

CHECK = Check(
    items=("auth-configured",),
    rule="auth-config",
    severity=Severity.MEDIUM,
    sources=True,
    also=(Input.SCHEMA,),
)
_BY_ADDRESS = re.compile(r"\bauth\s*\.\s*email\s*\(|->>\s*'email'", re.IGNORECASE)
# What came by mail or telephone before: an invitation, a code.
_PROVEN = re.compile(r"invit|verify_?otp|\botp\b|\btoken\b|siwe|nonce|signature|assertion", re.IGNORECASE)
_KNOWN = (CallerState.VERIFIED, CallerState.SESSION)


def find(project: Project) -> Iterator[Said]:
    """Every account that an endpoint makes with the service key."""
    for endpoint in project.sources.endpoints:
        for function in handlers(project.sources, endpoint):
            for query in function.queries:
                if query.api != "auth" or query.operation != "admin.createUser":
                    continue
                yield Examined("accounts that are made with the service key")
                if _is_for_anyone(project, endpoint, function, query):
                    yield _flag(project.schema, endpoint, query)


def _is_for_anyone(project: Project, endpoint: Endpoint, function: Function, query: Query) -> bool:
    """Whether a stranger names the address, and nothing shows that it is theirs."""
    known = project.sources.callers[endpoint.object].state in _KNOWN
    if known or any(guard.gates is not False for guard in function.guards) or is_authorized(function, query):
        return False
    given = entries(query.payload) or {}
    confirmed = next((name for name in ("email", "phone") if given.get(f"{name}_confirm") == "true"), None)
    if confirmed is None or _PROVEN.search(function.text) or _PROVEN.search(endpoint.name):
        return False
    return depends_on(given.get(confirmed, ""), sent_names(function, endpoint.kind))


def _decides_by_address(schema: Schema) -> bool:
    """Whether a policy, or a function, asks for the address of whoever is signed in."""
    texts = (text for table in schema.tables.values() for p in table.policies for _, text in clauses(p))
    bodies = (function.body for function in schema.functions.values())
    return any(_BY_ADDRESS.search(text) for text in (*texts, *bodies))


def _flag(schema: Schema, endpoint: Endpoint, query: Query) -> Flag:
    decided = _decides_by_address(schema)
    more = " Policies or functions decide by that address." if decided else ""
    return Flag(
        object=endpoint.object,
        location=query.location,
        message=f"`{short(endpoint)}` makes an account for whatever address a stranger sends, and marks it "
        f"as confirmed: they sign in as its owner, who then cannot sign up.{more}",
        remedy="Use auth.signUp(), which sends a mail first; or leave `email_confirm` out.",
        severity=Severity.HIGH if decided else None,
        within=(endpoint.object,),
    )
