"""Server actions that know the caller, and act with elevated rights on any object the caller names."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.endpoints import function_of, place, short
from checklists.model import Confidence, Severity
from checklists.ts.index import CallerState, EndpointKind, Function, Key, Query

CHECK = Check(
    items=("actions-authenticated",),
    rule="server-action-authz",
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    sources=True,
)
_ELEVATED = (Key.SERVICE, Key.OWNER)
# What a decision about rights looks like: the caller's id, a role, an ownership test, a helper that says so.
_DECIDES = re.compile(
    r"user\w*\s*[?!]?\.\s*(?:id|sub|email|app_metadata|role)|\b\w*[uU]ser_?[iI]d\b|claims|\bsub\b|[rR]ole|[oO]wner|"
    r"[aA]dmin(?!Client|\.from|\s*=)|[mM]ember|[pP]ermission|[aA]ccess|[aA]uthor|\bcan[A-Z]|tenant|[oO]rg_?[iI]d"
)
_ACTS = frozenset({"update", "delete", "select", "upsert"})
_LITERAL = re.compile(r"^(?:['\"`][^$]*['\"`]|\d+|true|false|null)$")


def find(project: Project) -> Iterator[Said]:
    """Every server action that verifies its caller and then acts with an elevated key."""
    for endpoint in project.sources.of_kind(EndpointKind.ACTION):
        caller, function = project.sources.callers[endpoint.object], function_of(project, endpoint)
        if caller.state is not CallerState.VERIFIED or function is None:
            continue
        if not any(effect.key in _ELEVATED for effect in caller.effects):
            continue
        yield Examined("server actions with an elevated client")
        named = [query for query in function.queries if _names_any(query)]
        if not named:
            continue
        if _decides(function):
            continue
        if any(guard.via is not None for guard in function.guards if guard.gates):
            because = "whether the guard also decides who may act on this object is not in the action"
            yield Unsure(endpoint.object, because, place(project, endpoint))
            continue
        first = named[0]
        yield Flag(
            endpoint.object,
            first.location,
            f"`{short(endpoint)}` lets any signed-in user {_verb(first)} any row of `{first.table}`: the "
            f"id comes from "
            "the caller, the key passes every policy, and nothing compares the row's owner with the "
            "caller.",
            "Add the verified user's id to the filter (`.eq('created_by', user.id)`), or use the caller's "
            "own client "
            "and let RLS decide.",
            within=(endpoint.object,),
        )


def _names_any(query: Query) -> bool:
    """An elevated query whose only filters are values that stand in no relation to the caller."""
    if query.key not in _ELEVATED or query.operation not in _ACTS or query.table is None or not query.filters:
        return False
    return any(not _LITERAL.match(value.strip()) for _, _, value in query.filters if value)


def _decides(function: Function) -> bool:
    """Whether the code mentions anything that could be a decision about rights, besides fetching the user."""
    text = re.sub(r"\.auth\s*\.\s*get(?:User|Claims)\([^)]*\)", "", function.text)
    text = re.sub(r"(?:['\"`])[^'\"`\n]*(?:['\"`])", "''", text)
    return bool(_DECIDES.search(text))


def _verb(query: Query) -> str:
    return {"select": "read", "delete": "delete"}.get(query.operation, "change")
