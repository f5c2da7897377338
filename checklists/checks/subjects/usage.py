"""The queries of the sources beside the tables they reach."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from checklists.checks.project import Project
from checklists.sql.questions.bodywrites import body_writes
from checklists.sql.questions.searched import searches_of
from checklists.sql.schema import Command, Schema, Table
from checklists.ts.index import Key, Query, SourceIndex

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


def table_of(project: Project, query: Query) -> Table | None:
    """The table of the migrations that a query is on; one without a schema is in `public`."""
    name = query.table or ""
    return project.schema.tables.get(name if "." in name else f"public.{name}")


def usages(project: Project) -> Iterator[Usage]:
    """Every query that reads, changes or deletes rows of a table that the migrations build."""
    for table in project.schema.user_tables():
        for query in queries_of(project, table):
            if query.operation not in ("select", "update", "delete"):
                continue
            usage = Usage(query, table, (), (), ())
            ordered = tuple(column for column in query.order_by if table.column(column) is not None)
            yield Usage(query, table, usage.filtered_by(EQUALITY), usage.filtered_by(RANGE), ordered)


def queries_of(project: Project, table: Table) -> tuple[Query, ...]:
    """The queries of the sources that name this table, in their order."""
    return _by_table(project.schema, project.sources).get(table.qualified, ())


@lru_cache(maxsize=4)
def _by_table(schema: Schema, sources: SourceIndex) -> Mapping[str, tuple[Query, ...]]:
    found: dict[str, list[Query]] = {}
    for query in sources.table_queries():
        name = query.table or ""
        qualified = name if name in schema.tables else f"public.{name}"
        if qualified in schema.tables:
            found.setdefault(qualified, []).append(query)
    return {name: tuple(queries) for name, queries in found.items()}


def changes_rows(project: Project, table: Table) -> bool:
    """Whether any query of the sources, or any function or job of the database, updates its rows."""
    return any(q.operation in ("update", "upsert") for q in queries_of(project, table)) or any(
        write.command is Command.UPDATE for write in body_writes(project.schema).get(table.qualified, ())
    )


def spellings(column: str) -> tuple[str, ...]:
    """How code may spell a column: as it is, or in camelCase, as Drizzle's keys mostly are."""
    return tuple(dict.fromkeys((column, re.sub(r"_(\w)", lambda match: match[1].upper(), column))))


def sql_usages(project: Project) -> Iterator[Usage]:
    """Every search of such a table in a view or in the body of a function, as a query of its own."""
    tables = {table.qualified: table for table in project.schema.user_tables()}
    for found in searches_of(project.schema):
        table = tables.get(found.relation)
        if table is None:
            continue
        key = Key.SERVICE if found.definer else Key.UNKNOWN
        query = Query("postgres", "select", found.relation, found.location, key, "", found.by)
        yield Usage(query, table, found.equal, found.ranged, found.ordered)
