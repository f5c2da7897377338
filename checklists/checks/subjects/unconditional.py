"""Updates and deletes without a condition: over a direct connection, or through the Data API."""

import re
from collections.abc import Iterator

from checklists.checks.check import Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.places import function_name, query_object
from checklists.ts.index import Query

_SPREAD = re.compile(r"^(?:and|or)\(\s*\.\.\.")
_UNDEFINED = re.compile(r"^(?:undefined|and\(\s*\)|or\(\s*\))$")


def unconditional(project: Project, *, direct: bool, remedy: str) -> Iterator[Said]:
    """Every update and delete that Drizzle sends (`direct`), or else Supabase's client."""
    for query in project.sources.table_queries():
        if query.operation not in ("delete", "update") or not query.awaited:
            continue
        if (query.api == "drizzle") is not direct:
            continue
        yield Examined("updates and deletes")
        if not query.filters and query.handed:
            because = "it is handed on before it is sent, and its condition may be added there"
            yield Unsure(query_object(query), because, query.location)
        elif not query.filters or all(_UNDEFINED.match(value) for _, _, value in query.filters if value):
            yield _flag(query, remedy)
        elif direct and all(_SPREAD.match(value) for _, _, value in query.filters):
            yield Unsure(
                query_object(query),
                "its condition is put together from a list, which may be empty: then every row is meant",
                query.location,
            )


def _flag(query: Query, remedy: str) -> Flag:
    done = "deletes" if query.operation == "delete" else "updates"
    return Flag(
        object=query_object(query),
        location=query.location,
        message=f"{function_name(query)} {done} every row of {query.table or 'the table'} that the "
        "connection may touch: there is no condition.",
        remedy=remedy,
    )
