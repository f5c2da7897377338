"""Which queries of this revision still name a table or a column."""

import re

from checklists.checks.project import Project
from checklists.checks.subjects.places import function_name
from checklists.ts.index import Query


def still_named(project: Project, table: str, column: str = "") -> Query | None:
    """The first query of the (qualified) table, or the first that names its column; a star names none.

    A column of Drizzle's may be that of a table it joins, and its types tell of one that is gone.
    """
    names = {table, table.removeprefix("public.")}
    for query in project.sources.table_queries():
        if query.table in names and (not column or (query.api == "supabase" and _names(query, column))):
            return query
    return None


def _names(query: Query, column: str) -> bool:
    filtered = (name for _, name, _ in query.filters)
    named = {*(query.columns or ()), *filtered, *query.order_by, *(query.on_conflict or ())}
    return column in named or re.search(rf"[{{,\s]{re.escape(column)}\s*[:,}}]", query.payload) is not None


def told(query: Query) -> str:
    """`listTenders (lib/tenders.ts:12)`."""
    return f"{function_name(query)} ({query.location})"
