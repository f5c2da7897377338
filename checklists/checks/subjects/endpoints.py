"""What checks of endpoints share: how each kind is called, who calls it, and what stands behind it."""

from collections.abc import Iterator

from checklists.checks.check import Examined, Flag, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.gateways import asking
from checklists.checks.subjects.places import named
from checklists.checks.subjects.reached import is_reached
from checklists.checks.subjects.weighing import only_reads, weight
from checklists.model import Confidence, Location
from checklists.sql.questions.guards import asks_caller
from checklists.sql.schema import Command
from checklists.ts.index import Caller, CallerState, Effect, Endpoint, EndpointKind, Function, Key

PLURALS = {
    EndpointKind.ACTION: "server actions",
    EndpointKind.ROUTE: "route handlers",
    EndpointKind.EDGE: "edge functions",
}
_COMMANDS = {
    "insert": Command.INSERT,
    "update": Command.UPDATE,
    "upsert": Command.UPDATE,
    "delete": Command.DELETE,
}
_DOES = {
    "mail": "sends mail",
    "message": "sends messages",
    "AI": "runs an AI model",
    "payment": "calls the payment provider",
}
_TRUE = frozenset({"true", "(true)"})
_FEW, _NAMED = 6, 4
_ELEVATED = (Key.SERVICE, Key.OWNER)


def unfollowed(endpoint: Endpoint) -> Unsure:
    """What is said of an endpoint whose function is not known."""
    because = endpoint.because or "its function could not be followed"
    return Unsure(endpoint.object, because, endpoint.location)


def function_of(project: Project, endpoint: Endpoint) -> Function | None:
    """The function that the endpoint runs."""
    return project.sources.functions.get(endpoint.function) if endpoint.function else None


def short(endpoint: Endpoint) -> str:
    """The name by which people know it: `createTender`, `POST /api/x`, `process-tender`."""
    if endpoint.kind is EndpointKind.ROUTE:
        return named(endpoint.name)
    return endpoint.name.partition("#")[2] or endpoint.name


def place(project: Project, endpoint: Endpoint) -> Location:
    """The lines of its function where that lies in the endpoint's file, else where it is declared."""
    function = function_of(project, endpoint)
    if function is not None and function.location.path == endpoint.location.path:
        return function.location
    return endpoint.location


def unverified(
    project: Project, kind: EndpointKind, because: str, remedy: str
) -> Iterator[Examined | Flag | Unsure]:
    """One flag for each endpoint of a kind that acts with more than its caller's rights for anyone.

    Args:
        project: What is looked at.
        kind: Which endpoints.
        because: The end of the message: why anyone can reach such an endpoint.
        remedy: What to do.
    """
    readers: list[Endpoint] = []
    for endpoint in project.sources.of_kind(kind):
        caller = project.sources.callers.get(
            endpoint.object, Caller(CallerState.UNKNOWN, because=endpoint.because)
        )
        if caller.state is CallerState.HARMLESS:
            continue
        yield Examined(f"{PLURALS[kind]} that act")
        opened = [effect for effect in caller.exposed if is_open(project, effect)]
        if caller.state is CallerState.UNVERIFIED or (caller.state is CallerState.RLS_ONLY and opened):
            before = asking(project, endpoint)
            if before is None:
                yield _flag(project, endpoint, opened or _past_rls(caller), because, remedy)
            else:
                yield Unsure(endpoint.object, _at_the_gate(endpoint, before), place(project, endpoint))
        elif caller.state is CallerState.RLS_ONLY and all(e.operation == "select" for e in caller.effects):
            readers.append(endpoint)
        elif caller.state in (CallerState.RLS_ONLY, CallerState.UNKNOWN):
            yield Unsure(endpoint.object, _reason(project, endpoint, caller), place(project, endpoint))
    yield from _of_readers(project, readers)


def _at_the_gate(endpoint: Endpoint, middleware: str) -> str:
    return (
        f"`{short(endpoint)}` asks nobody itself, and {middleware} turns away who has no session, at this "
        "address too as its lists of paths read: say whether any signed-in user may do this"
    )


def _past_rls(caller: Caller) -> list[Effect]:
    """What no policy decides about: all but queries with the caller's own rights; if there is none, all."""
    held = [e for e in caller.exposed if e.key in (Key.USER, Key.ANON) and e.kind in ("query", "storage")]
    return [each for each in caller.exposed if each not in held] or list(caller.exposed)


def _of_readers(project: Project, readers: list[Endpoint]) -> Iterator[Unsure]:
    """Endpoints that only read what RLS lets their caller: one question for many, one each for a few."""
    if len(readers) <= _FEW:
        for endpoint in readers:
            because = _reason(project, endpoint, project.sources.callers[endpoint.object])
            yield Unsure(endpoint.object, because, place(project, endpoint))
        return
    names = ", ".join(f"`{short(endpoint)}`" for endpoint in readers[:_NAMED])
    yield Unsure(
        readers[0].object,
        f"RLS is the only guard of {len(readers)} {PLURALS[readers[0].kind]} that read and ask nobody "
        f"({names} and {len(readers) - _NAMED} more); say whether its policies are meant to decide",
        place(project, readers[0]),
    )


def _flag(project: Project, endpoint: Endpoint, exposed: list[Effect], because: str, remedy: str) -> Flag:
    first, reached = worst(exposed), is_reached(project, endpoint)
    unused = "" if reached else " No page or component of this repo imports it."
    return Flag(
        endpoint.object,
        place(project, endpoint),
        f"`{short(endpoint)}` {described(first)} before anyone has asked who is calling: {because}{unused}",
        remedy,
        severity=weight(project, endpoint, function_of(project, endpoint), exposed, reached=reached),
        confidence=Confidence.MEDIUM if only_reads(exposed) or not reached else None,
        within=(endpoint.object,),
        related=tuple(effect.location for effect in exposed[:5]),
    )


def _reason(project: Project, endpoint: Endpoint, caller: Caller) -> str:
    if caller.state is CallerState.RLS_ONLY:
        doing = described(caller.exposed[0]) if caller.exposed else "acts"
        past = next((each for each in caller.exposed if _asks_nobody(project, each)), None)
        if past is not None:
            return (
                f"`{short(endpoint)}` asks nobody and {described(past)}, which is SECURITY DEFINER and asks "
                "nobody either: RLS does not hold within it, so say who may call it"
            )
        return (
            f"RLS is the only guard: `{short(endpoint)}` {doing} with the caller's own rights and asks nobody"
        )
    return caller.because


def _asks_nobody(project: Project, effect: Effect) -> bool:
    """Whether it calls a function that runs with its owner's rights and does not read who calls."""
    if effect.operation != "rpc" or effect.table is None:
        return False
    name = effect.table if "." in effect.table else f"public.{effect.table}"
    called = [each for each in project.schema.functions.values() if each.qualified == name]
    return any(each.security_definer and not asks_caller(project.schema, each) for each in called)


def worst(effects: list[Effect]) -> Effect:
    """The effect to name first: writes before reads, elevated rights before the caller's own."""
    return min(
        effects, key=lambda e: (e.key not in _ELEVATED, e.operation in ("select", "rpc"), e.location.line)
    )


def described(effect: Effect) -> str:
    """An effect in words: "inserts into `awards` with the service key"."""
    rights = {Key.SERVICE: " with the service key", Key.OWNER: " as the database's owner"}.get(effect.key, "")
    name = f"`{effect.table}`" if effect.table else "a table"
    asked = f"the function `{effect.table}`" if effect.table else "a function of the database"
    words = {
        "select": f"reads {name}",
        "insert": f"inserts into {name}",
        "update": f"updates {name}",
        "upsert": f"writes to {name}",
        "delete": f"deletes from {name}",
        "rpc": f"calls {asked}",
    }
    if effect.kind == "query":
        return words.get(effect.operation, f"runs `{effect.operation}`") + rights
    if effect.kind == "storage":
        return f"calls storage `{effect.operation}`{rights}"
    if effect.kind == "auth":
        return f"calls `auth.{effect.operation}`{rights}"
    if effect.kind == "function":
        return f"invokes an edge function{rights}"
    if effect.kind in _DOES:
        return f"{_DOES[effect.kind]} (`{effect.operation}`)"
    return f"calls `{effect.operation}` ({effect.kind})"


def is_open(project: Project, effect: Effect) -> bool:
    """Whether a write with the caller's own rights passes for everyone: no RLS, or a policy that is always
    true.
    """
    command = _COMMANDS.get(effect.operation)
    if effect.kind != "query" or effect.table is None or command is None or effect.key in _ELEVATED:
        return False
    name = effect.table if "." in effect.table else f"public.{effect.table}"
    table = project.schema.tables.get(name)
    if table is None:
        return False
    if not table.rls_enabled:
        return True
    policies = table.permissive(command, "anon")
    passing = (p.effective_check if command is Command.INSERT else p.using for p in policies)
    return any(text is not None and text.strip().lower() in _TRUE for text in passing)
