"""Queries in `try` and `catch`: what runs only after a failure, and what is tried beside other work."""

import re

from checklists.ts.index import Function, Query, SourceIndex

_CATCH = re.compile(r"\bcatch\s*(?:\([^)]*\)\s*)?\{")
_NEXT = re.compile(rf"\s*{_CATCH.pattern}")
_TRY = re.compile(r"\btry\s*\{")
# What a `catch` holds that leaves an error be.
_NOTHING = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/|console\.\w+\([^;{}\n]*\);?)*\}", re.DOTALL)


def in_catch(function: Function, query: Query) -> bool:
    """Whether the query lies in a `catch` of the function, below the line that begins it."""
    line = query.location.line - function.location.line
    for found in _CATCH.finditer(function.text):
        end = _closing(function.text, found.end())
        if function.text.count("\n", 0, found.end()) < line <= function.text.count("\n", 0, end):
            return True
    return False


def is_best_effort(sources: SourceIndex, function: Function, query: Query) -> bool:
    """Whether a function that works on other tables adds this row in a `try` of its own, whose `catch` does
    nothing: a log beside what was asked for.
    """
    if query.operation != "insert" or query.error_read is not False:
        return False
    text, line = function.text, query.location.line - function.location.line
    for found in _TRY.finditer(text):
        end = _closing(text, found.end())
        within = text.count("\n", 0, found.end()) <= line <= text.count("\n", 0, end)
        caught = _NEXT.match(text, end)
        if within and caught is not None and text.count("await ", found.end(), end) == 1:
            return _NOTHING.match(text, caught.end()) is not None and _works_on_others(sources, query)
    return False


def _works_on_others(sources: SourceIndex, query: Query) -> bool:
    beside = (each for each in sources.table_queries() if each.function == query.function)
    return any(each.table not in (None, query.table) for each in beside)


def _closing(text: str, at: int) -> int:
    """Where the block ends whose opening brace is before `at`: behind its closing brace."""
    depth = 1
    while depth and at < len(text):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return at
