"""A partial index leaves out what queries ask for, or holds what none of them does."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.softdelete import soft_tables
from checklists.checks.subjects.usage import queries_of, spellings
from checklists.model import Confidence, Severity
from checklists.sql.expressions import Condition, Names, conditions
from checklists.sql.questions.conventions import key_of
from checklists.sql.questions.indexing import is_foreign_key
from checklists.sql.questions.mentions import mentioned_in_sql
from checklists.sql.questions.searched import searches_of
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Column, Facet, Index, Schema, Table
from checklists.ts.index import Query

CHECK = Check(
    items=("indexes-shaped",),
    rule="partial-index-predicate",
    severity=Severity.LOW,
    reads=(Facet.TABLES, Facet.INDEXES, Facet.POLICIES, Facet.FUNCTIONS, Facet.VIEWS),
    sources=True,
)
# Filters that no NULL passes.
_STRICT = frozenset({"eq", "gt", "gte", "lt", "lte", "in", "like", "ilike"})


def find(project: Project) -> Iterator[Said]:
    """Every index with a condition that no query states, and those that forget the mark of deleted rows."""
    soft = {each.table.qualified: each.column for each in soft_tables(project)}
    for table in project.schema.user_tables():
        queries = [q for q in queries_of(project, table) if q.operation in ("select", "update", "delete")]
        for index in table.indexes:
            if index.unique or index.constraint:
                continue
            yield Examined("indexes")
            if index.predicate is not None and _is_unstated(project, table, index, queries):
                yield _unstated(table, index)
            elif table.qualified in soft and _forgets(table, index, soft[table.qualified], queries):
                mark = soft[table.qualified]
                if not _searched_in_sql(project.schema, table, index, mark):
                    yield _forgetful(table, index, mark, queries)


def _is_unstated(project: Project, table: Table, index: Index, queries: list[Query]) -> bool:
    """Whether queries search by the index's column, and none says what its condition says."""
    wanted = conditions(index.predicate or "", Names.of(project.schema, table))
    searching = [q for q in queries if any(column == index.columns[0] for _, column, _ in q.filters)]
    if not wanted or not searching or _in_sql(project.schema, table, wanted):
        return False
    return not any(all(_states(query, each) for each in wanted) for query in queries)


def _states(query: Query, wanted: Condition) -> bool:
    """Whether a filter of the query says this in so many words; other columns' filters do not matter."""
    for method, column, value in query.filters:
        if method == "where" and any(name in value for name in spellings(wanted.column)):
            return True  # Drizzle's conditions are one text
        if column == wanted.column and _implies(method, value.strip().strip("'\"`"), wanted):
            return True
    return False


def _implies(method: str, written: str, wanted: Condition) -> bool:
    match wanted.kind:
        case "null":
            return method == "is" and written == "null"
        case "not null":
            return method.startswith("not") or method in _STRICT
        case _:
            return method in ("eq", "is") and written == wanted.value


def _in_sql(schema: Schema, table: Table, wanted: tuple[Condition, ...]) -> bool:
    """Whether a view, function or policy names the table and all these columns: it may well be its."""
    return mentioned_in_sql(schema, table, tuple(each.column for each in wanted))


def _forgets(table: Table, index: Index, mark: Column, queries: list[Query]) -> bool:
    """Whether all queries by its column leave deleted rows out, and this does not; where there are none,
    whether another partial index does.
    """
    first = index.columns[0]
    if mark.name in (index.predicate or "") or mark.name in index.columns or index.method != "btree":
        return False
    if is_foreign_key(table, first) or first in key_of(table):
        return False  # a cascade cannot use a partial index, and a key is looked up for any row
    searching = [{column for _, column, _ in query.filters} for query in queries]
    searching = [columns for columns in searching if first in columns]
    if searching:
        return all(mark.name in columns for columns in searching)
    return index.predicate is not None and any(mark.name in (each.predicate or "") for each in table.indexes)


def _searched_in_sql(schema: Schema, table: Table, index: Index, mark: Column) -> bool:
    """Whether a function or view searches by its column and may well want deleted rows too."""
    return any(
        found.relation == table.qualified
        and index.columns[0] in (*found.equal, *found.ranged, *found.ordered)
        and mark.name not in (*found.equal, *found.ranged)
        for found in searches_of(schema)
    )


def _unstated(table: Table, index: Index) -> Flag:
    return Flag(
        object=f"index:{index.schema}.{index.name}",
        location=index.location,
        message=f"The index {index.name} holds rows of {table.qualified} where {index.predicate}, and no "
        "query "
        f"that searches by {index.columns[0]} says so: Postgres uses it only where the query's own text "
        "does.",
        remedy="State the condition in the queries as it stands in the index, with literals; or make the "
        "index "
        "whole.",
        confidence=Confidence.MEDIUM,
    )


def _forgetful(table: Table, index: Index, mark: Column, queries: list[Query]) -> Flag:
    asked = any(column == index.columns[0] for query in queries for _, column, _ in query.filters)
    who = "the queries by it" if asked else "another index of the table"
    leaves = "leave" if asked else "leaves"
    kept = f"not {ident(mark.name)}" if mark.type == "boolean" else f"{ident(mark.name)} is null"
    condition = f"({index.predicate}) and {kept}" if index.predicate else kept
    columns = ", ".join(index.columns)
    return Flag(
        object=f"index:{index.schema}.{index.name}",
        location=index.location,
        message=f"The index {index.name} of {table.qualified} holds rows that are marked in "
        f"{mark.name} as well, which {who} {leaves} out: it grows with all that was ever deleted.",
        remedy=f"create index {ident(index.name)} on {relation(table.qualified)} ({columns})\n  where "
        f"{condition};",
    )
