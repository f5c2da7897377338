"""Names and words for places in the sources, as findings give them."""

from collections.abc import Iterable

from checklists.ts.index import Endpoint, Function, Query, SourceIndex


def query_object(query: Query) -> str:
    """`call:lib/db.ts#listTenders/tenders.select`."""
    if query.api in ("auth", "storage", "functions"):
        return f"call:{query.function}/{query.api}.{query.operation}"
    return f"call:{query.function}/{query.table or query.api}.{query.operation}"


def function_name(query: Query) -> str:
    """The function that holds the query, without its file."""
    return query.function.rpartition("#")[2]


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
