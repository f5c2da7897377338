"""What checks of replies share: which endpoints send a foreign error's own text to whoever called."""

from collections.abc import Iterator

from checklists.checks.check import Examined, Flag, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.endpoints import PLURALS, function_of, place, short, unfollowed
from checklists.checks.subjects.inputs import takes_input
from checklists.checks.subjects.places import handlers
from checklists.checks.subjects.reached import is_reached
from checklists.model import Confidence, Location, Severity
from checklists.ts.index import CallerState, Endpoint, EndpointKind, Reply

_WHOSE = {
    "database": "the database's own message, with names of tables, columns and constraints",
    "service": "the message of Storage, or of another function",
    "auth": "the Auth server's message",
    "caught": "the message of whatever was caught",
}
_RANK = ("database", "service", "caught", "auth")
_WRITES = frozenset({"insert", "update", "upsert", "delete"})
_REMEDY = "Log the error, and answer with a stable code and plain words."


def leaks(project: Project, kind: EndpointKind) -> Iterator[Examined | Flag | Unsure]:
    """One flag for each endpoint of a kind that answers with an error's own text."""
    for endpoint in project.sources.of_kind(kind):
        function = function_of(project, endpoint)
        if function is None:
            yield unfollowed(endpoint)
            continue
        if not function.replies:
            continue
        yield Examined(f"{PLURALS[kind]} that answer")
        for handler in handlers(project.sources, endpoint):
            leaking = sorted((reply for reply in handler.replies if reply.leak is not None), key=_rank)
            if leaking:
                own = handler.id == endpoint.function
                spot = place(project, endpoint) if own else handler.location
                yield _flag(endpoint, spot, leaking, _severity(project, endpoint, leaking[0]))


def _rank(reply: Reply) -> tuple[int, int]:
    return _RANK.index(reply.source) if reply.source in _RANK else len(_RANK), reply.location.line


def _severity(project: Project, endpoint: Endpoint, reply: Reply) -> Severity | None:
    """Less where it tells little: to a known caller, of a read, of no database, of how one signs in, or of
    statements that the caller sends nothing to.

    With the caller's own rights it tells nothing at all that PostgREST would not tell them.
    """
    if reply.source == "auth":
        return Severity.INFO
    caller = project.sources.callers.get(endpoint.object)
    writes = caller is not None and any(effect.operation in _WRITES for effect in caller.effects)
    strange = writes and caller is not None and caller.state is CallerState.UNVERIFIED
    steered = (function := function_of(project, endpoint)) is None or takes_input(endpoint, function)
    tells = strange and steered and reply.source == "database" and reply.via is None
    return None if tells and is_reached(project, endpoint) else Severity.LOW


def _flag(endpoint: Endpoint, spot: Location, leaking: list[Reply], severity: Severity | None) -> Flag:
    first = leaking[0]
    own = first.location.path == spot.path
    via = f", which `{first.via}` returns" if first.via else ""
    return Flag(
        endpoint.object,
        first.location if own else spot,
        f"`{short(endpoint)}` answers with `{first.leak}`: "
        f"{_WHOSE.get(first.source, 'an internal message')}{via}.",
        _REMEDY,
        severity=severity,
        confidence=Confidence.MEDIUM if first.source == "caught" or first.via else None,
        within=(endpoint.object,),
        related=tuple(reply.location for reply in leaking[1:6]),
    )
