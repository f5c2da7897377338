"""A condition compares a column with a word that the column's CHECK does not allow."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.model import Location, Severity
from checklists.sql.access import clauses
from checklists.sql.expressions import Names, literals, text_literals
from checklists.sql.quoting import listed
from checklists.sql.schema import Facet, Schema, Table
from checklists.sql.values import allowed_values

CHECK = Check(
    items=("hard-coded-values", "closed-sets-checked"),
    rule="hard-coded-id",
    severity=Severity.HIGH,
    reads=(Facet.TABLES, Facet.CONSTRAINTS, Facet.POLICIES, Facet.INDEXES),
    also=(Input.SOURCES,),
)
_WHAT = {"column": "The default", "policy": "The policy", "index": "The index predicate"}
_EQUALITY = frozenset({"eq"})


def find(project: Project) -> Iterator[Said]:
    """Every such word in a default, a policy, an index predicate, or a query's filter."""
    for table in project.schema.user_tables():
        allowed = allowed_values(table)
        if not allowed:
            continue
        yield Examined("columns", len(allowed))
        said = (*_in_schema(project.schema, table), *_in_queries(project, table))
        for name, place, column, word in said:
            if column in allowed and word not in allowed[column]:
                yield _flag(table, name, place, column, word, allowed[column])


def _in_schema(schema: Schema, table: Table) -> Iterator[tuple[str, Location, str, str]]:
    names = Names.of(schema, table)
    for policy in table.policies:
        for _, text in clauses(policy):
            yield from ((policy.object, policy.location, c, word) for c, word in text_literals(text, names))
    for index in table.indexes:
        found = text_literals(index.predicate or "", names)
        yield from ((f"index:{index.schema}.{index.name}", index.location, c, word) for c, word in found)
    for column in table.columns:
        words = literals(column.default or "")
        if len(words) == 1:
            name = f"column:{table.qualified}.{column.name}"
            yield name, column.location or table.location, column.name, words[0]


def _in_queries(project: Project, table: Table) -> Iterator[tuple[str, Location, str, str]]:
    for query in project.sources.table_queries():
        if query.table not in (table.name, table.qualified):
            continue
        for method, column, value in query.filters:
            if method in _EQUALITY and len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
                name = f"call:{query.function}/{table.name}.{query.operation}"
                yield name, query.location, column, value[1:-1]


def _flag(table: Table, name: str, place: Location, column: str, word: str, allowed: frozenset[str]) -> Flag:
    what = _WHAT.get(name.partition(":")[0], "The query")
    known = listed(tuple(sorted(allowed)), 6)
    does = "sets" if name.startswith("column:") else "asks for"
    return Flag(
        object=name,
        location=place,
        message=f"{what} {does} '{word}' in {table.qualified}.{column}, which its CHECK does not allow "
        f"({known}): no row ever has it.",
        remedy=f"Use one of {known}, or add '{word}' to the CHECK.",
    )
