"""PostgREST filter text that a caller's value is joined into."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.places import query_object
from checklists.model import Confidence, Severity
from checklists.ts.index import Flow, Function, Key, Query

CHECK = Check(
    items=("injection-impossible", "sql-concatenation"),
    rule="postgrest-filter-injection",
    severity=Severity.MEDIUM,
    sources=True,
)
_TEXTUAL = frozenset({"or", "filter", "not"})
_COLUMNS = frozenset({"order", "select"})
_SAFE = frozenset({"converted"})
_PAGE = re.compile(r"(?:^|/)(?:page|layout)\.[jt]sx?$|(?:^|/)pages/|\+page\.|\+server\.|\+layout\.")
_BUILT = re.compile(r"\$\{|\+|^[A-Za-z_$][\w$.]*$")
_PUT_IN = re.compile(r"\$\{((?:[^{}]|\{[^{}]*\})*)\}")
_REPLACED = re.compile(r"\.replace(?:All)?\(\s*/\[(\^?)((?:[^\]\\]|\\.)*)\][+*]?/\w*g")
_REMEDY = (
    "Chain builders (`.ilike('title', pattern)`), or put the value in double quotes with `\"` and `\\` "
    "escaped by one "
    "helper; take column names from a fixed list."
)


def find(project: Project) -> Iterator[Said]:
    """Every query with filter text, or with a column name, that is not a plain literal."""
    for query in project.sources.queries():
        if any(_is_built(method, value) for method, _, value in query.filters):
            yield Examined("queries with filter text that is put together")
    seen: set[tuple[str, int]] = set()
    for function in project.sources.functions.values():
        for flow in function.flows:
            key = (flow.location.path, flow.location.line)
            if flow.sink != "query" or key in seen or not _matters(flow):
                continue
            seen.add(key)
            yield from _say(project, function, flow)


def _is_built(method: str, value: str) -> bool:
    return (
        method.partition(".")[0] in _TEXTUAL
        and bool(_BUILT.search(value))
        and not value.startswith(("'", '"'))
    )


def _matters(flow: Flow) -> bool:
    if flow.checked in _SAFE or flow.method not in _TEXTUAL | _COLUMNS:
        return False
    return flow.method == "or" or flow.method in _COLUMNS or "${" in flow.text or "+" in flow.text


def _say(project: Project, function: Function, flow: Flow) -> Iterator[Said]:
    query = _query_at(project, flow)
    if flow.method in _TEXTUAL and _is_stripped(flow, function):
        return
    name = query_object(query) if query is not None else f"call:{function.id}/{flow.method}"
    source = flow.source.removeprefix("validated ")
    if flow.checked in ("helper", "by hand"):
        because = (
            f"what the caller sends ({source}) goes into `.{flow.method}()` after {_LOOKED[flow.checked]}; "
            "whether commas, dots, quotes and "
        )
        yield Unsure(name, f"{because}parentheses survive is not in sight", flow.location)
        return
    if flow.method in _COLUMNS:
        if flow.checked == "parsed":
            return
        message = (
            f"The caller ({source}) chooses the column names of `.{flow.method}()`: callers can read or "
            "sort by any column."
        )
        yield Flag(name, flow.location, message, _REMEDY, severity=Severity.LOW, confidence=Confidence.MEDIUM)
        return
    elevated = query is not None and query.key in (Key.SERVICE, Key.OWNER)
    strange = function.id not in project.sources.within and not _PAGE.search(function.location.path)
    sender = "What it is handed" if strange else "What the caller sends"
    yield Flag(
        name,
        flow.location,
        f"{sender} ({source}) is joined into the text of `.{flow.method}()`: a comma or a "
        "parenthesis in it adds conditions of the caller's own." + _reach(query),
        _REMEDY,
        severity=_weight(elevated=elevated, strange=strange),
        confidence=Confidence.MEDIUM if strange or flow.checked else None,
    )


def _weight(*, elevated: bool, strange: bool) -> Severity | None:
    """Most where the key passes every policy; one step less where no endpoint is seen to get there."""
    if elevated:
        return None if strange else Severity.HIGH
    return Severity.LOW if strange else None


def _reach(query: Query | None) -> str:
    """How far such conditions reach, where it is known what the client acts with."""
    if query is None or query.key is Key.UNKNOWN:
        return ""
    if query.key in (Key.SERVICE, Key.OWNER):
        return " The key passes every policy."
    return " RLS still bounds what comes back."


def _is_stripped(flow: Flow, function: Function) -> bool:
    """Whether whatever is put in has lost its commas and parentheses before, there or where it is named."""
    pieces = _PUT_IN.findall(flow.text)
    return bool(pieces) and all(_is_clean(piece, function) for piece in pieces)


def _is_clean(piece: str, function: Function) -> bool:
    if piece.isidentifier():
        named = re.search(rf"\b(?:const|let)\s+{re.escape(piece)}\b[^=;\n]*=([^;]{{0,300}})", function.text)
        piece = named[1] if named is not None else ""
    return any(_strips(negated, kept) for negated, kept in _REPLACED.findall(piece))


def _strips(negated: str, characters: str) -> bool:
    if negated:
        return not any(mark in characters for mark in ",()")
    return "," in characters and ("(" in characters or ")" in characters)


_LOOKED = {"helper": "a helper", "by hand": "a test"}


def _query_at(project: Project, flow: Flow) -> Query | None:
    """The query whose text it is, or to which the text is added further down."""
    near = [query for query in project.sources.queries() if query.location.path == flow.location.path]
    for query in near:
        if query.location.line <= flow.location.line <= query.location.end_line:
            return query
    added = (q for q in near if any(m == flow.method and v and v in flow.text for m, _, v in q.filters))
    return next(added, None)
