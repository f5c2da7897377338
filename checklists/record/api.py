"""One endpoint on the page: who is let in, as far as the code shows it, and what checks its input."""

from checklists.checks.project import Project
from checklists.record.escape import clipped, code, prose
from checklists.ts.index import Endpoint, Guard

_UNVERIFIED = {
    "getSession": "session read, not verified",
    "decoded": "token decoded, not verified",
}
"""What a test of the caller rests on where the caller could have written it; others check it."""


def endpoint_line(project: Project, endpoint: Endpoint, *, limit: int) -> str:
    """The endpoint, its test of the caller and its input schema; no text longer than `limit` characters."""
    name = code(clipped(endpoint.name, limit))
    reach = project.sources.reach(endpoint.function) if endpoint.function else ()
    if not reach:
        return f"- {endpoint.kind.value} {name}: not read: {prose(clipped(endpoint.because, limit))}"
    guards = [guard for function in reach for guard in function.guards if guard.gates]
    schemas = {each.schema for function in reach for each in function.validations if each.checked}
    parsed = f"input parsed by {_names(schemas, limit)}" if schemas else "no input schema seen"
    return f"- {endpoint.kind.value} {name}: {_caller(guards, limit)}, {parsed}"


def _caller(guards: list[Guard], limit: int) -> str:
    verified = {_way(guard) for guard in guards if guard.basis not in _UNVERIFIED and not guard.error_only}
    if verified:
        return f"caller verified by {_names(verified, limit)}"
    if any(guard.error_only for guard in guards):
        return "only an error tested, not the caller"
    read = sorted({_UNVERIFIED[guard.basis] for guard in guards})
    return " and ".join(read) or "no caller check seen"


def _way(guard: Guard) -> str:
    """What the test rests on, also where a helper or a wrapper holds it."""
    return guard.basis or guard.how


def _names(names: set[str], limit: int) -> str:
    return code(clipped(", ".join(sorted(names)), limit))
