"""What checks of input share: which of a caller's values reach what, and who has looked at them."""

import re
from collections.abc import Iterator

from checklists.checks.check import Examined, Flag, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.administrators import is_administrative
from checklists.checks.subjects.endpoints import PLURALS, function_of, place, short, unfollowed
from checklists.checks.subjects.places import handlers, snippet
from checklists.checks.subjects.reached import is_reached
from checklists.checks.subjects.steered import is_looked_up
from checklists.checks.subjects.steering import depends_on, sent_names, without_strings
from checklists.model import Confidence, Location, Severity
from checklists.ts.index import Endpoint, EndpointKind, Flow, Function, Key, Validation

REMEDY = "Parse the input with a schema first, leave where `safeParse` fails, and use only its `data`."
_READS = re.compile(
    r"\.(?:json|formData|text|arrayBuffer)\(\)|searchParams|\.query\b|\.param\(|params\b|\.body\b"
)
_BODY = re.compile(r"^(?:c\.)?_?req(?:uest)?\.(?:json|formData)$")
# How code looks at a value by hand; what stands between the brackets has to be the caller's.
_TESTS = (
    re.compile(r"\btypeof\s+([\w$.?!]+)"),
    re.compile(r"\b(?:is|validate|parse|assert|normali[sz]e|saniti[sz]e|clean|coerce)[A-Z]\w*\(([^;{}]*?)\)"),
    re.compile(r"\b(?:String|Number|Boolean|parseInt|parseFloat)\(([^;{}]*?)\)"),
    re.compile(r"\.(?:test|includes|has|match)\(([^;{}]*?)\)"),
    re.compile(r"[sS]chema\w*(?:\.\w+)*\(([^;]*?)\)"),
    re.compile(r"\(([^;()]*?[,(]\s*\w*[sS]chema)\b"),
    re.compile(r"([\w$.?!]+)\s+instanceof\b"),
)
_ASSIGNED = re.compile(r"(?:^|[;{}])\s*\(?([\w$]+)\s*=\s*([^=;\n][^;\n]*)", re.MULTILINE)
_BODY_READ = re.compile(r"\breq(?:uest)?\.(?:json|formData)\(")
_CLIENT = re.compile(r"^\s*\w+\s*:\s*(?:Typed)?Supabase\w*Client\b|^\s*\w+\s*:\s*\w*Pg\w*Database\b")
_SIGNED = frozenset({"signature", "secret"})
_DOUBTFUL = frozenset({"by hand", "helper"})
_WRITES = frozenset({"insert", "update", "upsert"})
_LESS = {Severity.HIGH: Severity.MEDIUM, Severity.MEDIUM: Severity.LOW}
_TEXTUAL = frozenset({"or", "filter", "not"})  # the value is a part of a filter's own text
_PATTERNS = frozenset({"ilike", "like", "likeAllOf", "likeAnyOf", "match", "textSearch"})
_SINKS = {
    "storage": "a storage path",
    "fetch": "the address of a request",
    "sql": "SQL text",
    "rpc": "a database function",
}
_HOW = {"by hand": "tests it by hand", "helper": "passes it through a helper first"}


def unvalidated(project: Project, kind: EndpointKind) -> Iterator[Examined | Flag | Unsure]:
    """One flag for each endpoint whose input reaches a sink unparsed, or whose parse nobody looks at."""
    for endpoint in project.sources.of_kind(kind):
        function = function_of(project, endpoint)
        if function is None:
            yield unfollowed(endpoint)
            continue
        if not takes_input(endpoint, function):
            continue
        yield Examined(f"{PLURALS[kind]} that take input")
        unsure = False
        for handler in handlers(project.sources, endpoint):
            for said in _of(project, endpoint, handler):
                if isinstance(said, Flag) or not unsure:
                    yield said
                unsure |= isinstance(said, Unsure)


def takes_input(endpoint: Endpoint, function: Function) -> bool:
    """Whether callers can send the endpoint anything."""
    if function.flows or function.validations:
        return True
    if endpoint.kind is EndpointKind.ACTION:
        return bool(function.parameters)
    return bool(_READS.search(function.text))


def _of(project: Project, endpoint: Endpoint, function: Function) -> Iterator[Flag | Unsure]:
    relevant = [flow for flow in function.flows if _matters(flow)]
    raw = sorted((flow for flow in relevant if not flow.checked), key=_weight)
    raw.sort(key=lambda flow: is_looked_up(endpoint, function, flow))
    ignored = next((each for each in function.validations if not each.checked), None)
    if raw and all(flow.sink == "auth" for flow in raw) and ignored is None:
        yield from _of_account(project, endpoint, function, raw[0])
    elif raw:
        yield _flag(
            endpoint, _spot(project, endpoint, function), raw, weigh(project, endpoint, function, raw[0])
        )
    elif ignored is not None:
        yield _ignored(endpoint, function, ignored)
    else:
        doubtful = next((flow for flow in relevant if flow.checked in _DOUBTFUL), None)
        if doubtful is not None:
            because = (
                f"`{short(endpoint)}` uses {doubtful.source} in {_sink(doubtful)}, and "
                f"{_HOW[doubtful.checked]}"
            )
            yield Unsure(endpoint.object, because, doubtful.location)
        elif not relevant and not function.validations:
            yield from _body_unparsed(project, endpoint, function)


def _of_account(
    project: Project, endpoint: Endpoint, function: Function, flow: Flow
) -> Iterator[Flag | Unsure]:
    """A sign-in form: the Auth server looks at what it is handed, and nobody did before."""
    said = tuple(_body_unparsed(project, endpoint, function)) if not function.validations else ()
    yield from said
    if not said:
        because = (
            f"`{short(endpoint)}` hands {flow.source} to `auth.{flow.operation}` without parsing it: whether "
            "the Auth server's own tests are enough is not in the code"
        )
        yield Unsure(endpoint.object, because, flow.location)


def _body_unparsed(project: Project, endpoint: Endpoint, function: Function) -> Iterator[Flag | Unsure]:
    """The body is read, nothing in the function parses it, and it goes where no sink is known."""
    if endpoint.kind is EndpointKind.ACTION or _SIGNED & set(project.sources.callers[endpoint.object].bases):
        return
    call = next((call for call in function.calls if _BODY.match(call.callee)), None)
    if call is not None and _is_tested(endpoint, function):
        because = f"`{short(endpoint)}` reads its request's body, and tests it by hand or in a helper"
        yield Unsure(endpoint.object, because, call.location)
    elif call is not None:
        slight = is_administrative(endpoint, function)
        yield Flag(
            endpoint.object,
            call.location,
            f"`{short(endpoint)}` reads its request's body and never parses it: any shape goes on.",
            REMEDY,
            severity=Severity.LOW if slight else Severity.MEDIUM,
            confidence=Confidence.MEDIUM,
            within=(endpoint.object,),
        )


def _is_tested(endpoint: Endpoint, function: Function) -> bool:
    """Whether something in the function looks at a value of the body."""
    text, names = without_strings(function.text), sent_names(function, endpoint.kind)
    assigned = _ASSIGNED.findall(text)
    names |= {name for name, value in assigned if depends_on(value, names) or _BODY_READ.search(value)}
    looked_at = (found[1] for pattern in _TESTS for found in pattern.finditer(text))
    return any(depends_on(each, names) or _BODY_READ.search(each) for each in looked_at)


def _matters(flow: Flow) -> bool:
    return flow.use != "column" and flow.sink != "redirect" and not flow.source.startswith("validated ")


def _weight(flow: Flow) -> tuple[int, int]:
    order = (
        flow.sink == "sql" or (flow.use == "address" and flow.sink == "fetch"),
        flow.spread,
        flow.use == "payload" and flow.operation in _WRITES,
        flow.sink == "rpc" or (flow.use == "filter" and flow.operation in ("update", "delete")),
        flow.sink == "storage",
    )
    return next((n for n, holds in enumerate(order) if holds), len(order)), flow.location.line


def severity_of(flow: Flow, *, elevated: bool) -> Severity:
    """SQL text and addresses weigh most; what is only compared with weighs least, for it is bound and typed.

    What is written, or handed to a function of the database, weighs more where RLS does not look at it.
    """
    if flow.sink == "sql" or (flow.use == "address" and flow.sink == "fetch"):
        return Severity.HIGH
    if flow.spread or flow.sink == "storage" or flow.method in _TEXTUAL:
        return Severity.MEDIUM
    if flow.use == "payload" or flow.sink == "rpc":
        return Severity.MEDIUM if elevated else Severity.LOW
    is_body = flow.source in ("request body", "form data")
    return (
        Severity.LOW if flow.operation != "select" or is_body or flow.method in _PATTERNS else Severity.INFO
    )


def weigh(project: Project, endpoint: Endpoint, function: Function, flow: Flow) -> Severity:
    """A flow's severity: less where only administrators get that far, least for machines.

    Whoever holds the secret, or signs, is no stranger; and an action that has to be handed a client of the
    server's fails for everyone who calls it from outside.
    """
    severity = severity_of(flow, elevated=_is_elevated(project, endpoint, flow))
    signed = any(guard.gates and guard.basis in _SIGNED for guard in function.guards)
    if signed or (endpoint.kind is EndpointKind.ACTION and _needs_client(function)):
        return max(Severity.LOW, severity, key=_rank)
    if is_looked_up(endpoint, function, flow):
        return max(Severity.LOW, severity, key=_rank)
    line = flow.location.line if flow.location.path == function.location.path else None
    slight = is_administrative(endpoint, function, line) or not is_reached(project, endpoint)
    return _LESS.get(severity, severity) if slight else severity


def _rank(severity: Severity) -> int:
    return severity.rank


def _is_elevated(project: Project, endpoint: Endpoint, flow: Flow) -> bool:
    """Whether the write, or the call, that a value goes into acts with more than the caller's own rights."""
    place = flow.location
    effects = project.sources.callers[endpoint.object].effects
    return any(
        effect.key in (Key.SERVICE, Key.OWNER)
        and effect.location.path == place.path
        and effect.location.line <= place.line <= (effect.location.end_line or place.line)
        for effect in effects
    )


def _needs_client(function: Function) -> bool:
    return any(_CLIENT.search(parameter) for parameter in function.parameters)


def _spot(project: Project, endpoint: Endpoint, function: Function) -> Location:
    """Where the code is that answers: each handler of an application has a place of its own."""
    return place(project, endpoint) if function.id == endpoint.function else function.location


def _flag(endpoint: Endpoint, spot: Location, raw: list[Flow], severity: Severity) -> Flag:
    first = raw[0]
    own = first.location.path == spot.path
    via = f" (in `{first.via}`)" if first.via else ""
    return Flag(
        endpoint.object,
        first.location if own else spot,
        f"`{short(endpoint)}` puts {first.source} into {_sink(first)}{via} without parsing it: "
        f"`{snippet(first.text)}`.",
        REMEDY,
        severity=severity,
        confidence=None if own else Confidence.MEDIUM,
        within=(endpoint.object,),
        related=tuple(dict.fromkeys(flow.location for flow in raw[:6] if flow is not first or not own)),
    )


def _ignored(endpoint: Endpoint, function: Function, validation: Validation) -> Flag:
    slight = is_administrative(endpoint, function)
    return Flag(
        endpoint.object,
        validation.location,
        f"`{short(endpoint)}` parses with `{snippet(validation.schema, 40)}` and never looks at the outcome, "
        "so bad input goes on.",
        REMEDY,
        severity=Severity.LOW if slight else Severity.MEDIUM,
        within=(endpoint.object,),
    )


def _sink(flow: Flow) -> str:
    if flow.sink != "query":
        return _SINKS.get(flow.sink, flow.sink)
    return (
        f"the row of an {flow.operation}"
        if flow.use == "payload"
        else f"the filter of {_article(flow.operation)}"
    )


def _article(operation: str) -> str:
    return f"an {operation}" if operation[:1] in "aeiou" else f"a {operation}"
