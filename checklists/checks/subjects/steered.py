"""What callers can steer: endpoints that take nothing, answer from a cache, or ask for what they gave out."""

import re

from checklists.checks.project import Project
from checklists.checks.subjects.steering import depends_on, sent_names
from checklists.ts.index import Effect, Endpoint, EndpointKind, Flow, Function, Query

# A request is read; `Response.json(`, `res.json(` and `c.json(` answer it.
_REQUEST_READ = re.compile(
    r"(?<!Response)(?<!\bres)(?<!\bresponse)(?<!\bc)(?<!\bctx)\.json\(|\.(?:formData|text|arrayBuffer|query|param)\("
    r"|searchParams|\.headers\b|\bheaders\(|\bcookies\(|\bparams\b|\.url\b"
)
_CACHED = re.compile(r"\b(?:const|let)\s+([\w$]+)\s*=\s*unstable_cache\(")
_WRITES = frozenset({"insert", "update", "upsert"})
_ONE = frozenset({"maybeSingle", "single"})
_STATE = re.compile(r"state|nonce", re.IGNORECASE)


def takes_nothing(endpoint: Endpoint, function: Function) -> bool:
    """A job that anyone can start, and whose work nobody can steer."""
    if function.flows or function.validations or not function.text:
        return False
    if endpoint.kind is EndpointKind.ACTION:
        return not function.parameters
    return not _REQUEST_READ.search(function.text)


def answers_from_cache(project: Project, endpoint: Endpoint, function: Function) -> bool:
    """Whether all that it does lies in a function cached for every caller: it takes nothing, and neither it
    nor anything else that it calls asks a database. React's own `cache` holds for one request only.
    """
    module = project.sources.modules.get(function.location.path)
    if module is None or not takes_nothing(endpoint, function) or "unstable_cache(" not in module.text:
        return False
    cached = [name for name in _CACHED.findall(module.text) if re.search(rf"\b{name}\(", function.text)]
    if not cached or function.queries:
        return False
    others = (call.target for call in function.calls if call.target and call.callee not in cached)
    return all(not each.queries for target in others for each in project.sources.reach(target))


def holds_against_stored(project: Project, endpoint: Endpoint, function: Function, effect: Effect) -> bool:
    """Whether the OAuth `state` that was sent is held against a row first, which another endpoint of the repo
    writes once it knows its caller.
    """
    sent = {name for name in sent_names(function, endpoint.kind) if _STATE.search(name)}
    earlier = [
        q for q in function.queries if q.operation == "select" and q.location.line < effect.location.line
    ]
    if not sent or not earlier or effect.location.path != function.location.path:
        return False
    lines = function.text.split("\n")[: effect.location.line - function.location.line]
    before = "\n".join(lines)
    return any(
        _leaves_unless_equal(before, name, query) and _is_issued(project, query.table)
        for name in sent
        for query in earlier
    )


def _leaves_unless_equal(text: str, name: str, query: Query) -> bool:
    stored = "|".join(map(re.escape, query.result))
    held = rf"\b(?:{stored})\b[^;{{}}]{{0,60}}!==?\s*{re.escape(name)}\b"
    turned = rf"\b{re.escape(name)}\s*!==?[^;{{}}]{{0,60}}\b(?:{stored})\b"
    return (
        bool(stored)
        and re.search(rf"\bif\s*\([^;{{}}]*?(?:{held}|{turned})[^;]{{0,40}}(?:return|throw)\b", text)
        is not None
    )


def _is_issued(project: Project, table: str | None) -> bool:
    """Whether an endpoint that knows its caller writes such a value into the table."""
    for endpoint in project.sources.endpoints:
        function = project.sources.functions.get(endpoint.function or "")
        if function is None or not any(guard.gates for guard in function.guards):
            continue
        if any(
            query.table == table and query.operation in _WRITES and _STATE.search(query.payload)
            for query in function.queries
        ):
            return True
    return False


def is_looked_up(endpoint: Endpoint, function: Function, flow: Flow) -> bool:
    """Whether each sent value in it named a stored row before, and the function leaves where there is none:
    it is then one of the values that the server gave out.
    """
    if flow.spread or not any(_ONE & set(query.methods) for query in function.queries):
        return False
    sent = {name for name in sent_names(function, endpoint.kind) if depends_on(flow.text, frozenset({name}))}
    return bool(sent) and all(
        any(_finds(function, query, name, flow) for query in function.queries) for name in sent
    )


def _finds(function: Function, query: Query, name: str, flow: Flow) -> bool:
    exact = any(method == "eq" and value.strip() == name for method, _, value in query.filters)
    if query.operation != "select" or not exact or not _ONE & set(query.methods):
        return False
    if query.location.path != flow.location.path or query.location.line >= flow.location.line:
        return False
    text = "\n".join(function.text.split("\n")[: flow.location.line - function.location.line])
    return any(
        re.search(rf"\bif\s*\([^;{{}}]*?!\s*{re.escape(each)}\b[^;]{{0,40}}(?:return|throw)\b", text)
        for each in query.result
    )
