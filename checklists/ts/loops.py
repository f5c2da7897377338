"""What is run once for each element: loops, and callbacks of `map`, `forEach` and their kin."""

import re
from dataclasses import dataclass

from checklists.model import Location
from checklists.ts.parse import Mark, Node, span
from checklists.ts.patterns import bound

_METHODS = frozenset(
    {"every", "filter", "find", "flatMap", "forEach", "map", "reduce", "reduceRight", "some"}
)
_HELPERS = re.compile(r"^(?:p?[mM]ap|each|forEach)(?:Limit|Series|Async|Concurrent\w*|WithConcurrency)?$")
_CHUNKED = re.compile(r"chunk|batch|slice\(|pages?\b|splice\(|_\.chunk", re.IGNORECASE)
_SMALL = 3
_WRITTEN = 10


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """`names` are what stands for one element; `passes` is why its body is not one query an element, or
    empty: `chunks` (each round takes a slice), `few` (a short list that is written out, or three rounds or
    less), `unlisted` (no list: a retry,
    poll or page loop); `outer` is the loop around it, in the same function.
    """

    location: Location
    start: int
    end: int
    names: tuple[str, ...]
    passes: str = ""
    outer: "Loop | None" = None


def statement_loop(mark: Mark, text: str, path: str) -> Loop:
    """A `for`, `while` or `do` statement; it starts where its body does."""
    body = mark.node.field("body")
    start = span(body)[0] if body is not None else mark.start
    place = Location(path, mark.line, mark.end_line)
    if mark.kind == "for_in_statement":
        left, right = mark.node.field("left"), mark.node.field("right")
        names = tuple(name for name, _, _ in bound(left)) if left is not None else ()
        return Loop(place, start, mark.end, names, _element_passes(names, right))
    if mark.kind == "for_statement":
        return _counting(mark, text[mark.start : start], text[start : mark.end], place, start)
    return Loop(place, start, mark.end, (), "unlisted")


def callback_loop(mark: Mark, callee: str, path: str) -> Loop | None:
    """A callback that is run for each element of a list, None for any other."""
    method = callee.rpartition(".")[2]
    listed = "." in callee and method in _METHODS
    made = callee == "Array.from"
    if not (listed or made or _HELPERS.match(method)):
        return None
    parameters = mark.node.field("parameters")
    each = parameters.named_children() if parameters is not None else []
    single = mark.node.field("parameter")
    names = [single.text()] if single is not None else []
    for parameter in each[1:] if method.startswith("reduce") else each:
        pattern = parameter.field("pattern")
        names += [name for name, _, _ in bound(pattern)] if pattern is not None else []
    source = _receiver(mark.node) if listed else None
    found = tuple(names)
    return Loop(
        Location(path, mark.line, mark.end_line),
        mark.start,
        mark.end,
        found,
        _element_passes(found[:1], source),
    )


def _receiver(callback: Node) -> Node | None:
    arguments = callback.parent()
    call = arguments.parent() if arguments is not None else None
    function = call.field("function") if call is not None else None
    return function.field("object") if function is not None else None


def _element_passes(names: tuple[str, ...], source: Node | None) -> str:
    if any(_CHUNKED.search(name) for name in names[:1]) or (
        source is not None and _CHUNKED.search(_head(source))
    ):
        return "chunks"
    if source is not None and source.kind() == "array":
        elements = [child for child in source.named_children() if child.kind() != "comment"]
        if len(elements) <= _WRITTEN and all(child.kind() != "spread_element" for child in elements):
            return "few"
    return ""


def _head(source: Node) -> str:
    return source.text()[:120]


_INDEX = re.compile(r"for\s*\(\s*(?:let|var)\s+([\w$]+)")
_UP_TO = re.compile(r"[<>]=?\s*(\d+)\s*;")


def _counting(mark: Mark, header: str, body: str, place: Location, start: int) -> Loop:
    index = _INDEX.match(header)
    if index is None:
        return Loop(place, start, mark.end, (), "unlisted")
    name = re.escape(index[1])
    if re.search(rf"\b{name}\s*\+=", header) or _CHUNKED.search(header):
        return Loop(place, start, mark.end, (), "chunks")
    bound_to = _UP_TO.search(header)
    if bound_to is not None and int(bound_to[1]) <= _SMALL:
        return Loop(place, start, mark.end, (), "few")
    if not re.search(rf"\[\s*{name}\s*\]|\.at\(\s*{name}\s*\)", body):
        return Loop(place, start, mark.end, (), "unlisted")
    return Loop(place, start, mark.end, (index[1],))
