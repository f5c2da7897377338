"""Names and words for places in the sources, as findings give them."""

from collections.abc import Iterable

from checklists.ts.index import Query, SourceIndex


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
