"""A foreign key's column is of another type than the column that it refers to."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.basetypes import base_type
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Column, Constraint, ConstraintKind, Facet, Schema, Table

CHECK = Check(
    items=("uuid-keys",),
    rule="uuid-primary-key",
    severity=Severity.LOW,
    reads=(Facet.TABLES, Facet.CONSTRAINTS),
    peers=("pglinter:B008",),
)
_ALIKE = {"character varying": "text", "character": "text"}
_SMALLER = {("integer", "bigint"), ("smallint", "bigint"), ("smallint", "integer")}


def find(project: Project) -> Iterator[Said]:
    """Every foreign key whose type differs from what it refers to, lengths of texts aside."""
    for table in project.schema.user_tables():
        for key in table.of_kind(ConstraintKind.FOREIGN_KEY):
            target = project.schema.tables.get(key.references or "")
            if target is None or table.partition_of or len(key.columns) != len(key.referenced_columns):
                continue
            yield Examined("foreign keys")
            for name, other in zip(key.columns, key.referenced_columns, strict=True):
                mine, theirs = table.column(name), target.column(other)
                if mine is not None and theirs is not None and _differ(project.schema, mine, theirs):
                    yield _flag(table, key, mine, theirs)


def _plain(schema: Schema, column: Column) -> str:
    kind = base_type(schema, column.type)
    return _ALIKE.get(kind, kind)


def _differ(schema: Schema, mine: Column, theirs: Column) -> bool:
    return _plain(schema, mine) != _plain(schema, theirs)


def _flag(table: Table, key: Constraint, mine: Column, theirs: Column) -> Flag:
    small = (mine.type, theirs.type) in _SMALLER
    comes = (
        f"rows beyond the largest {mine.type} cannot be referred to"
        if small
        else "each comparison has to convert one of the two"
    )
    return Flag(
        object=f"constraint:{table.qualified}/{key.name}",
        location=mine.location or key.location,
        message=f"{table.qualified}.{mine.name} is {mine.type} and refers to "
        f"{key.references}.{theirs.name}, which "
        f"is {theirs.type}: {comes}.",
        remedy=f"alter table {relation(table.qualified)} alter column {ident(mine.name)} type {theirs.type};",
    )
