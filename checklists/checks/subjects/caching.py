"""Functions whose result the server keeps and serves to others: `unstable_cache` and `'use cache'`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checklists.checks.project import Project
from checklists.model import Location
from checklists.ts.index import Function, Module, Query, SourceIndex, Use

_DIRECTIVE = re.compile(r"""\{\s*(?:(?://[^\n]*\n|/\*.*?\*/)\s*)*["']use cache(?:: remote)?["']""", re.DOTALL)
_PARAMETERS = re.compile(r"^\s*(?:async\s*)?(?:function\s*\w*\s*)?(?:\(([^)]*)\)|([\w$]+)\s*=>)")


@dataclass(frozen=True, slots=True)
class Cached:
    """One such function: `how` it is cached, its `parameters` (which are part of the key) as written, the
    text of further `keys`, its `text`, and every query that it makes, by itself or through helpers.
    """

    how: str
    name: str
    function: str
    location: Location
    parameters: tuple[str, ...]
    keys: str
    text: str
    queries: tuple[Query, ...]


def cached(project: Project) -> Iterator[Cached]:
    """All of them, module by module."""
    for use in project.sources.uses:
        if use.name == "unstable_cache" and use.arguments:
            yield _wrapped(project.sources, use)
    for module in project.sources.modules.values():
        if "use cache" in module.text:
            yield from _directed(project.sources, module)


def _wrapped(sources: SourceIndex, use: Use) -> Cached:
    text = use.arguments[0]
    function = _named(sources, use, text)
    place = function.location if function is not None else use.location
    head = _PARAMETERS.match(text)
    parameters = tuple(filter(None, (head[1] or head[2] or "").split(","))) if head else ()
    return Cached(
        how="unstable_cache",
        name=use.held or use.function.rpartition("#")[2],
        function=use.function,
        location=use.location,
        parameters=function.parameters if function is not None else parameters,
        keys=use.arguments[1] if len(use.arguments) > 1 else "",
        text=function.text if function is not None else text,
        queries=_queries(sources, place),
    )


def _named(sources: SourceIndex, use: Use, name: str) -> Function | None:
    """The function that is handed over by name, of the same file or imported."""
    module = sources.modules.get(use.location.path)
    if module is None or not name.isidentifier():
        return None
    own = sources.functions.get(f"{module.path}#{name}")
    taken = (
        sources.functions.get(f"{each.target}#{there}")
        for each in module.imports
        for local, there in each.names
        if local == name and each.target
    )
    return own or next((each for each in taken if each is not None), None)


def _directed(sources: SourceIndex, module: Module) -> Iterator[Cached]:
    whole = "use cache" in module.directives
    for name in module.functions:
        function = sources.functions[name]
        body = function.text.find("{", function.text.find(")"))
        if (whole and function.exported) or _DIRECTIVE.match(function.text, max(body, 0)):
            yield Cached(
                how="'use cache'",
                name=function.name,
                function=function.id,
                location=function.location,
                parameters=function.parameters,
                keys="",
                text=function.text,
                queries=_queries(sources, function.location),
            )


def _queries(sources: SourceIndex, place: Location) -> tuple[Query, ...]:
    """The queries of these lines, and of the functions that they call."""
    module = sources.modules.get(place.path)
    found: dict[Query, None] = {}
    names = (*module.functions, f"{module.path}#module") if module is not None else ()
    for function in (sources.functions[name] for name in names if name in sources.functions):
        for query in function.queries:
            if place.line <= query.location.line <= place.end_line:
                found[query] = None
        for call in function.calls:
            if call.target and place.line <= call.location.line <= place.end_line:
                found |= dict.fromkeys(q for each in sources.reach(call.target) for q in each.queries)
    return tuple(found)
