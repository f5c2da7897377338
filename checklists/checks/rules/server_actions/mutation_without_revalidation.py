"""An action changes rows that a cached function reads, and nothing tells the cache."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.caching import Cached, cached
from checklists.checks.subjects.endpoints import function_of, place, short
from checklists.model import Confidence, Location, Severity
from checklists.ts.index import EndpointKind, Function, Query
from checklists.ts.objects import entries

CHECK = Check(
    items=("cache-revalidated",),
    rule="revalidate-after-mutation",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    sources=True,
)
_WRITES = frozenset({"delete", "insert", "update", "upsert"})
_TELLS = re.compile(
    r"\b(?:revalidate\w*|updateTag|expireTag|expirePath|refresh|invalidate\w*|redirect|permanentRedirect)\s*\("
)
_LOG = re.compile(r"audit|log|event|history", re.IGNORECASE)
_SOON = re.compile(r"\brevalidate\s*:\s*([1-9]\d?)\b|\bcacheLife\(\s*['\"]seconds")


def find(project: Project) -> Iterator[Said]:
    """Every server action that writes, where the app caches what it reads."""
    readers: dict[str, list[tuple[Cached, Query]]] = {}
    for each in cached(project):
        for query in each.queries:
            if query.operation == "select" and query.table and not _SOON.search(each.text):
                readers.setdefault(query.table, []).append((each, query))
    for endpoint in project.sources.of_kind(EndpointKind.ACTION) if readers else ():
        function = function_of(project, endpoint)
        reached = project.sources.reach(function.id) if function is not None else ()
        pairs = [
            (query, reader)
            for each in reached
            for query in each.queries
            if query.operation in _WRITES and query.table and not _LOG.search(query.table)
            for reader, read in readers.get(query.table, ())
            if _touches(query, read)
        ]
        if not pairs:
            continue
        yield Examined("server actions that change cached rows")
        if not any(_tells(each) for each in reached):
            yield _flag(endpoint.object, place(project, endpoint), short(endpoint), *pairs[0])


def _touches(written: Query, read: Query) -> bool:
    """Whether a change can show in what is read: an update shows by the columns that it writes."""
    changed = entries(written.payload) if written.operation == "update" else None
    if changed is None or read.columns is None or "*" in read.columns:
        return written.operation != "update"
    asked = {column for _, column, _ in read.filters}
    return bool(changed.keys() & ({column.rpartition(":")[2] for column in read.columns} | asked))


def _tells(function: Function) -> bool:
    """Whether it says that something has changed, or sends the caller on to a page that is made anew."""
    return _TELLS.search(function.text) is not None


def _flag(name: str, location: Location, title: str, query: Query, reader: Cached) -> Flag:
    return Flag(
        name,
        location,
        f"`{title}` changes {query.table} and revalidates nothing, while {reader.name} keeps rows of it "
        f"with {reader.how}: "
        "people see the old ones until the entry expires.",
        "Call revalidateTag or revalidatePath for what has changed before it returns.",
        within=(name,),
        related=(reader.location,),
    )
