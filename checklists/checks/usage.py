"""The queries of the sources beside the tables they reach."""

from collections.abc import Iterator
from dataclasses import dataclass

from checklists.checks.project import Project
from checklists.sql.schema import Table
from checklists.ts.index import Query

EQUALITY = frozenset({"eq", "in", "match", "is"})
RANGE = frozenset({"gt", "gte", "lt", "lte"})
SEARCH = frozenset({"like", "ilike", "likeAllOf", "likeAnyOf", "ilikeAllOf", "ilikeAnyOf", "textSearch"})
CONTAINMENT = frozenset({"contains", "containedBy", "overlaps"})


@dataclass(frozen=True, slots=True)
class Usage:
    """One query of one table; the columns are those that the table has."""

    query: Query
    table: Table
    equal: tuple[str, ...]
    ranged: tuple[str, ...]
    ordered: tuple[str, ...]

    def filtered_by(self, methods: frozenset[str]) -> tuple[str, ...]:
        """The columns filtered by any of these methods."""
        found = (column for method, column, _ in self.query.filters if method in methods)
        return tuple(column for column in found if self.table.column(column) is not None)


def usages(project: Project) -> Iterator[Usage]:
    """Every query that reads, changes or deletes rows of a table that the migrations build."""
    tables = {table.qualified: table for table in project.schema.user_tables()}
    for query in project.sources.table_queries():
        name = query.table or ""
        table = tables.get(name) or tables.get(f"public.{name}")
        if table is None or query.operation not in ("select", "update", "delete"):
            continue
        usage = Usage(query, table, (), (), ())
        ordered = tuple(column for column in query.order_by if table.column(column) is not None)
        yield Usage(query, table, usage.filtered_by(EQUALITY), usage.filtered_by(RANGE), ordered)
