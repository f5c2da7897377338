"""An update or delete has no condition, or one that can be empty."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.places import function_name, query_object
from checklists.model import Severity
from checklists.ts.index import Query

CHECK = Check(
    items=("actions-authenticated", "drizzle-authorised"),
    rule="drizzle-where-required",
    severity=Severity.HIGH,
    sources=True,
    peers=(
        "eslint-plugin-drizzle:enforce-delete-with-where",
        "eslint-plugin-drizzle:enforce-update-with-where",
    ),
)

_SPREAD = re.compile(r"^(?:and|or)\(\s*\.\.\.")
_UNDEFINED = re.compile(r"^(?:undefined|and\(\s*\)|or\(\s*\))$")


def find(project: Project) -> Iterator[Said]:
    """Every update and delete that Drizzle or Supabase sends."""
    for query in project.sources.table_queries():
        if query.operation not in ("delete", "update") or not query.awaited:
            continue
        yield Examined("updates and deletes")
        if not query.filters or all(_UNDEFINED.match(value) for _, _, value in query.filters if value):
            yield _flag(query)
        elif query.api == "drizzle" and all(_SPREAD.match(value) for _, _, value in query.filters):
            yield Unsure(
                query_object(query),
                "its condition is put together from a list, which may be empty: then every row is meant",
                query.location,
            )


def _flag(query: Query) -> Flag:
    done = "deletes" if query.operation == "delete" else "updates"
    return Flag(
        object=query_object(query),
        location=query.location,
        message=f"{function_name(query)} {done} every row of {query.table or 'the table'} that the "
        "connection may touch: "
        "there is no condition.",
        remedy="Add .where(eq(table.id, id))." if query.api == "drizzle" else "Add a filter: .eq('id', id).",
        severity=None if query.api == "drizzle" else Severity.MEDIUM,
    )
