"""A table holds a column of the table that it refers to."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Confidence, Severity
from checklists.sql.schema import Column, Constraint, ConstraintKind, Facet, Schema, Table, TableKind

CHECK = Check(
    items=("normal-forms",),
    rule="third-normal-form",
    severity=Severity.INFO,
    confidence=Confidence.LOW,
    reads=(Facet.TABLES, Facet.CONSTRAINTS),
)


def find(project: Project) -> Iterator[Said]:
    """Every `buyer_name` beside a foreign key `buyer_id` to a table that has a `name`."""
    for table in project.schema.user_tables():
        if table.kind is TableKind.FOREIGN or table.partition_of:
            continue
        yield Examined("tables")
        for key in table.of_kind(ConstraintKind.FOREIGN_KEY):
            for column, source in _copies(project.schema, table, key):
                yield _flag(table, key, column, source)


def _copies(schema: Schema, table: Table, key: Constraint) -> Iterator[tuple[Column, str]]:
    parent = schema.tables.get(key.references or "")
    if parent is None or len(key.columns) != 1 or not key.columns[0].endswith("_id"):
        return
    stem = key.columns[0].removesuffix("id")
    for column in table.columns:
        name = column.name.removeprefix(stem)
        known = parent.column(name) if name not in (column.name, "id") else None
        foreign = any(column.name in k.columns for k in table.of_kind(ConstraintKind.FOREIGN_KEY))
        if known is not None and known.type == column.type and not foreign and column.generated is None:
            yield column, name


def _flag(table: Table, key: Constraint, column: Column, source: str) -> Flag:
    return Flag(
        object=f"column:{table.qualified}.{column.name}",
        location=column.location or table.location,
        message=f"{table.qualified}.{column.name} repeats {key.references}.{source}, which {key.columns[0]} "
        "leads "
        "to: once the one changes, the two differ.",
        remedy="Read it by the foreign key; or keep it, and say that it is meant as it was at the time.",
    )
