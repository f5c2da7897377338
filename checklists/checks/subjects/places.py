"""Names and words for places in the sources, as findings give them."""

import re
from collections.abc import Iterable

from checklists.ts.index import Endpoint, Function, Query, SourceIndex

_ROUTE = re.compile(r"(?:^|/)app/(?P<path>.*?)/?route\.\w+$|(?:^|/)(?P<api>pages/api/.+?)(?:/index)?\.\w+$")
_EDGE = re.compile(r"(?:^|/)functions/(?P<name>[^/]+)/(?:.*/)?\w+\.\w+$")
_GROUP = re.compile(r"(?:^|(?<=/))\([^()/]*\)(?:/|$)")  # a folder in brackets is no part of the address
_VERBS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_HANDLERS = frozenset({"default", "serve", "handler", "application"})


def query_object(query: Query) -> str:
    """`call:lib/db.ts#listTenders/tenders.select`."""
    if query.api in ("auth", "storage", "functions"):
        return f"call:{query.function}/{query.api}.{query.operation}"
    return f"call:{query.function}/{query.table or query.api}.{query.operation}"


def function_name(query: Query) -> str:
    """The function that holds the query, without its file."""
    return named(query.function)


def named(function: str) -> str:
    """The name by which people know a function, from its id.

    `listTenders` for most, `POST /api/tenders` for a route handler, `process-tender` for an edge function,
    the file's name for what has none of its own.
    """
    path, _, name = function.rpartition("#")
    first = name.partition(".")[0].partition("@")[0]
    route = _ROUTE.search(path)
    if route and (first in _VERBS or first == "default"):
        address = route_address(path)
        return f"{first} {address}" if first in _VERBS else address
    if first in _HANDLERS:
        edge = _EDGE.search(path)
        return edge["name"] if edge else path.rpartition("/")[2] if first == "default" else name
    return name


def route_address(path: str) -> str:
    """The address that the file of a route handler answers at; its path where it is none."""
    found = _ROUTE.search(path)
    if found is None:
        return path
    return f"/{found['api'].removeprefix('pages/')}" if found["api"] else f"/{_GROUP.sub('', found['path'])}"


def snippet(text: str, most: int = 60) -> str:
    """Source text on one line, cut at a word where it is longer than `most` characters."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    kept = line[:most]
    return f"{(kept.rpartition(' ')[0] or kept).rstrip(' ,;:({[')} …"


def target(query: Query) -> str:
    """What the query is on, in words: `tenders`, `function award`, `auth`."""
    if query.operation == "rpc":
        return f"function {query.table or '(worked out)'}"
    if query.api in ("auth", "storage", "functions"):
        return query.api
    return query.table or "a table that is worked out"


def import_chain(sources: SourceIndex, path: str) -> str:
    """The imports by which a client root reaches the file, in words."""
    return " -> ".join(sources.client_paths.get(path, (path,)))


def listed(words: Iterable[str], most: int = 4) -> str:
    """`a, b and 3 more`."""
    every = tuple(dict.fromkeys(words))
    more = len(every) - most
    return ", ".join(every[:most]) + (f" and {more} more" if more > 0 else "")


def handlers(sources: SourceIndex, endpoint: Endpoint) -> tuple[Function, ...]:
    """The functions that answer: one, or each handler of an edge function that is an application."""
    function = sources.functions.get(endpoint.function or "")
    if function is None:
        return ()
    if not function.text:  # it stands for the handlers that it calls
        found = (sources.functions.get(call.target or "") for call in function.calls)
        return tuple(each for each in found if each is not None)
    return (function,)


def operation(query: Query) -> str:
    """What it does, as a noun: "a select", "an insert"."""
    vowel = query.operation.startswith(("a", "e", "i", "o", "u", "rpc"))
    return f"{'an' if vowel else 'a'} {query.operation}"
