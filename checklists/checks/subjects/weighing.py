"""How much it matters that an endpoint acts for anyone: what a stranger gets to write or read by it."""

import re
from collections.abc import Sequence

from checklists.checks.project import Project
from checklists.checks.subjects.answering import answers_with
from checklists.checks.subjects.publics import callable_anyway, is_public_read, is_sensitive, takes_new_rows
from checklists.checks.subjects.steered import answers_from_cache, holds_against_stored, takes_nothing
from checklists.checks.subjects.steering import depends_on, sent_names
from checklists.model import Severity
from checklists.sql.questions.reaching import read_tables
from checklists.ts.index import Effect, Endpoint, EndpointKind, Query
from checklists.ts.index import Function as Handler

_LESS = {Severity.HIGH: Severity.MEDIUM, Severity.MEDIUM: Severity.LOW}
_READS = frozenset({"select", "rpc"})
_FORM = re.compile(
    r"contact|newsletter|subscribe|wait-?_?list|feedback|inquir|enquir|rsvp|(?:demo|quote|callback)-?_?request"
    r"|request-?_?(?:demo|quote)|bug-?_?report",
    re.IGNORECASE,
)
# What asks whether all is well, as the last part of an address.
_PULSE = re.compile(
    r"(?:^|/)(?:health\w*|health-check|ping|heartbeat|ready|readyz|readiness|live|livez|liveness|uptime)"
    r"(?:/route\.\w+|\.\w+)?(?:#|$)",
    re.IGNORECASE,
)
# Steps before there is a session: whoever they act for proves it by a key of the device.
_SIGNING_IN = re.compile(
    r"(?:passkey|webauthn)[\w/-]*(?:auth|login|log-in|sign-?in|start|options)", re.IGNORECASE
)
_FOR_DEVELOPERS = re.compile(r"(?:^|[/_-])(?:debug|dev|test|testing|seed|mock|sandbox)(?:[/_.-]|$)")
_ENVIRONMENT = re.compile(r"\bNODE_ENV\b|\bVERCEL_ENV\b")
_ADDRESS = re.compile(r"['\"`](/[\w./-]{3,})['\"`]")
_MIDDLEWARE = re.compile(r"(?:^|/)(?:middleware|proxy)\.\w+$")
# Who knows such a value may see its row: it was handed to them.
_KEY = re.compile(r"(?:^|_)(?:token|code|secret|nonce|hash)(?:$|_hash$)")
_TAKES = frozenset({"insert", "upsert", "select"})
_STORED = frozenset({"download", "list", "createSignedUrl", "createSignedUrls", "exists", "info"})
_OUTWARD = frozenset({"mail", "message", "AI", "job", "fetch", "function"})
# A page to pay at, or a payment that its own customer has to confirm: nothing is taken or given yet.
_OFFERED = re.compile(
    r"checkout\.sessions\.create|(?:payment|setup)Intents\.create|customers\.create", re.IGNORECASE
)
_LIMITED = re.compile(r"rate_?-?limit|(?:^|\W)limiter?\b[.(]", re.IGNORECASE)


def weight(
    project: Project,
    endpoint: Endpoint,
    function: Handler | None,
    opened: Sequence[Effect],
    *,
    reached: bool = True,
) -> Severity | None:
    """The severity where it differs from the check's own; None for changes of a stranger's choice.

    Args:
        project: What is looked at.
        endpoint: The endpoint.
        function: What it runs.
        opened: What it does for anyone.
        reached: Whether something that a browser loads can call it; else it weighs one step less.
    """
    if function is not None and answers_from_cache(project, endpoint, function):
        return Severity.INFO
    severity = _of_effects(project, endpoint, function, opened)
    if reached:
        return severity
    return Severity.HIGH if severity is None else _LESS.get(severity, severity)


def _of_effects(
    project: Project, endpoint: Endpoint, function: Handler | None, opened: Sequence[Effect]
) -> Severity | None:
    if all(_is_public_read(project, effect) for effect in opened):
        return Severity.INFO
    writes = [effect for effect in opened if not _is_mild(effect)]
    if not writes and _PULSE.search(endpoint.name) and all(each.kind == "query" for each in opened):
        return Severity.LOW
    if _is_for_developers(project, endpoint) or _SIGNING_IN.search(endpoint.name):
        return Severity.MEDIUM
    if function is not None and _is_meant(project, function, writes):
        return Severity.LOW
    if _is_form(endpoint, opened):
        checked = function is not None and (function.validations or _is_limited(function))
        return Severity.LOW if checked else Severity.MEDIUM
    if not writes:
        weights = [_of_read(project, endpoint, function, effect) for effect in opened]
        least = Severity.MEDIUM if function is not None and _is_limited(function) else Severity.HIGH
        return max(least, min(weights, key=_rank), key=_rank)
    if function is not None and _is_unsteered(project, endpoint, function, writes):
        return Severity.MEDIUM
    validated = function is not None and bool(function.validations)
    if all(_adds(each) or _is_own(project, endpoint, function, each) for each in writes):
        return Severity.MEDIUM if validated else Severity.HIGH
    return Severity.MEDIUM if validated and all(_is_letterbox(project, each) for each in writes) else None


def only_reads(opened: Sequence[Effect]) -> bool:
    """Whether all of it is queries that read, or call a function of the database."""
    return all(effect.kind == "query" and effect.operation in _READS for effect in opened)


def _is_mild(effect: Effect) -> bool:
    """It reads, or it has something sent or computed: costly and embarrassing, but no row changes."""
    if effect.kind == "query":
        return effect.operation in _READS
    if effect.kind == "payment":
        return bool(_OFFERED.search(effect.operation))
    return effect.kind in _OUTWARD or (effect.kind == "storage" and effect.operation in _STORED)


def _adds(effect: Effect) -> bool:
    return effect.kind == "query" and effect.operation == "insert"


def _is_own(project: Project, endpoint: Endpoint, function: Handler | None, effect: Effect) -> bool:
    """Whether what is changed is found by nothing that was sent, such as the row that was just added."""
    query = _query(project, effect) if effect.kind == "query" else None
    if query is None or function is None or query.function != function.id or not query.filters:
        return False
    sent = sent_names(function, endpoint.kind)
    return not any(depends_on(value, sent) for _, _, value in query.filters)


def _rank(severity: Severity) -> int:
    return severity.rank


def _of_read(project: Project, endpoint: Endpoint, function: Handler | None, effect: Effect) -> Severity:
    """What a stranger learns, or has sent: private rows weigh most, what never leaves the server least."""
    if _is_public_read(project, effect):
        return Severity.INFO
    if effect.kind in ("mail", "message"):
        takes = function is None or not takes_nothing(endpoint, function)
        return Severity.HIGH if takes else Severity.MEDIUM
    if effect.kind != "query":
        return Severity.HIGH if effect.kind == "storage" else Severity.MEDIUM
    query = _query(project, effect)
    if effect.operation == "rpc" and (called := callable_anyway(project.schema, effect.table or "", "anon")):
        acts = any(read_tables(project.schema, each) is None for each in called)
        return Severity.MEDIUM if acts else Severity.LOW
    if query is None or effect.operation == "rpc":
        return Severity.HIGH
    if any(method == "eq" and _KEY.search(column) for method, column, _ in query.filters):
        return Severity.LOW
    if _counts(query) or (function is not None and not answers_with(function, query)):
        return Severity.LOW
    if function is not None and not query.filters and not _is_asked(function):
        return Severity.MEDIUM
    return Severity.HIGH if is_sensitive(query.columns or ("*",)) else Severity.MEDIUM


def _query(project: Project, effect: Effect) -> Query | None:
    return next((each for each in project.sources.queries() if each.location == effect.location), None)


def _is_public_read(project: Project, effect: Effect) -> bool:
    query = _query(project, effect) if effect.operation == "select" else None
    return is_public_read(project.schema, effect, query.filters if query is not None else ())


def _counts(query: Query) -> bool:
    """`select("id", { count: "exact", head: true })`: a number of rows, and no row."""
    return "head: true" in query.text or "head:true" in query.text


def _is_asked(function: Handler) -> bool:
    return bool(function.flows or function.validations)


def _is_unsteered(project: Project, endpoint: Endpoint, function: Handler, writes: Sequence[Effect]) -> bool:
    """Whether callers send nothing that decides, or had to be given the `state` that they come back with."""
    if takes_nothing(endpoint, function):
        return True
    return all(holds_against_stored(project, endpoint, function, each) for each in writes)


def _is_meant(project: Project, function: Handler, writes: Sequence[Effect]) -> bool:
    """New rows that RLS takes from everyone too, or that a limiter stands before: a form, a counter."""
    if not writes or not all(_adds(effect) for effect in writes):
        return False
    return _is_limited(function) or all(_is_letterbox(project, effect) for effect in writes)


def _is_for_developers(project: Project, endpoint: Endpoint) -> bool:
    """Whether it is called for trying things out, and a middleware that asks for the environment names it."""
    path = endpoint.name.partition("#")[0]
    if endpoint.kind is not EndpointKind.ROUTE or not _FOR_DEVELOPERS.search(path):
        return False
    address = path[path.rfind("/api/") :]
    return any(
        address.startswith(prefix)
        for module in project.sources.modules.values()
        if _MIDDLEWARE.search(module.path) and _ENVIRONMENT.search(module.text)
        for prefix in _ADDRESS.findall(module.text)
    )


def _is_form(endpoint: Endpoint, opened: Sequence[Effect]) -> bool:
    """Whether it is called for what strangers are asked to send in, and only takes it and passes it on."""
    asked = _FORM.search(endpoint.name) is not None
    return asked and all(
        each.kind in ("mail", "message") or (each.kind == "query" and each.operation in _TAKES)
        for each in opened
    )


def _is_limited(function: Handler) -> bool:
    return _LIMITED.search(function.text) is not None


def _is_letterbox(project: Project, effect: Effect) -> bool:
    """A write to a table whose policies take new rows from every visitor anyway; no delete."""
    return effect.operation != "delete" and takes_new_rows(project.schema, effect.table or "")
