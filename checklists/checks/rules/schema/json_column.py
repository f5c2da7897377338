"""A column is of type json instead of jsonb."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.basetypes import base_type
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Column, Facet, Table, TableKind

CHECK = Check(
    items=("jsonb-and-arrays",),
    rule="jsonb-bounded",
    severity=Severity.LOW,
    reads=(Facet.TABLES, Facet.TYPES),
    peers=("squawk:prefer-jsonb", "schemalint:prefer-jsonb-to-json", "eugene:E3"),
)


def find(project: Project) -> Iterator[Said]:
    """Every column of type json, in an array or domain as well."""
    for table in project.schema.user_tables():
        if table.kind is TableKind.FOREIGN or table.partition_of:
            continue
        for column in table.columns:
            kind = base_type(project.schema, column.type)
            if kind in ("json", "jsonb"):
                yield Examined("columns")
            if kind == "json":
                yield _flag(table, column)


def _flag(table: Table, column: Column) -> Flag:
    name = ident(column.name)
    change = f"alter table {relation(table.qualified)} alter column {name} type jsonb using {name}::jsonb;"
    if column.type.endswith("]"):
        change = "One jsonb column that holds a list; it cannot be cast, and is to be filled from the array."
    return Flag(
        object=f"column:{table.qualified}.{column.name}",
        location=column.location or table.location,
        message=f"{table.qualified}.{column.name} is {column.type}: the text as it came, parsed anew by "
        "every "
        "query, without an equality or an index of its own; DISTINCT and GROUP BY on it fail.",
        remedy=change,
    )
