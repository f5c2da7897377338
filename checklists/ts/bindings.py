"""Whether what a query asks for or writes depends on the element that a loop is at."""

import re

from checklists.ts.index import Query
from checklists.ts.loops import Loop
from checklists.ts.scope import ModuleScope

_NAMES = re.compile(r"(?<![.\w$])[A-Za-z_$][\w$]*")
_DECLARED = re.compile(
    r"\b(?:const|let|var)\s+(\{[^=]*?\}|\[[^=]*?\]|[\w$]+)(?:\s*:[^=;]+?)?\s*=\s*([^;\n]*)"
)
_SLICE = re.compile(r"\.slice\(|\.splice\(|chunk|batch", re.IGNORECASE)


def bound_loop(query: Query, loop: Loop | None, module: ModuleScope) -> Loop | None:
    """The innermost loop around the query whose element its filters or payload mention, by itself or through
    a variable that is made from it in the loop's body.
    """
    asked = " ".join([value for _, _, value in query.filters] + [query.payload])
    if query.api != "supabase" or query.operation == "raw":
        asked = query.text
    return mentioning_loop(asked, loop, module)


def mentioning_loop(text: str, loop: Loop | None, module: ModuleScope) -> Loop | None:
    """The innermost loop whose element the text mentions, by itself or through a variable made from it."""
    mentioned: set[str] = set(_NAMES.findall(text)) if loop is not None else set()
    while loop is not None:
        if not loop.passes and loop.names and not mentioned.isdisjoint(_made_from(loop, module)):
            return loop
        loop = loop.outer
    return None


def _made_from(loop: Loop, module: ModuleScope) -> set[str]:
    names = set(loop.names)
    for target, value in _DECLARED.findall(module.text[loop.start : loop.end]):
        if names.intersection(_NAMES.findall(value)) and not _SLICE.search(value):
            names.update(_NAMES.findall(target))
    return names
