"""A table's rows are numbered one by one."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.gathered import gathered
from checklists.model import Severity
from checklists.sql.questions.basetypes import base_type
from checklists.sql.questions.conventions import is_log, key_of
from checklists.sql.quoting import ident
from checklists.sql.schema import Column, ConstraintKind, Facet, Table, TableKind

CHECK = Check(
    items=("uuid-keys",),
    rule="uuid-primary-key",
    severity=Severity.LOW,
    reads=(Facet.TABLES, Facet.CONSTRAINTS),
)
_INTEGERS = frozenset({"smallint", "integer", "bigint"})


def find(project: Project) -> Iterator[Said]:
    """Every served table whose primary key is one integer that a sequence hands out."""
    said = list(_said(project))
    yield from (each for each in said if not isinstance(each, Flag))
    flags = [each for each in said if isinstance(each, Flag)]
    yield from gathered(flags, "tables", "have numbers for ids that a sequence hands out")


def _said(project: Project) -> Iterator[Said]:
    for table in project.schema.exposed_tables():
        key = key_of(table)
        if len(key) != 1 or table.kind is TableKind.FOREIGN or table.partition_of or is_log(table):
            continue
        column = table.column(key[0])
        if column is None or _is_foreign(table, column):
            continue
        yield Examined("tables")
        if base_type(project.schema, column.type) in _INTEGERS and _is_counted(column):
            yield _flag(table, column)


def _is_foreign(table: Table, column: Column) -> bool:
    """Whether the value is another table's: a profile with the id of its user."""
    return any(key.columns == (column.name,) for key in table.of_kind(ConstraintKind.FOREIGN_KEY))


def _is_counted(column: Column) -> bool:
    return column.identity or (column.default or "").lower().startswith("nextval(")


def _flag(table: Table, column: Column) -> Flag:
    return Flag(
        object=table.object,
        location=column.location or table.location,
        message=f"{table.qualified}.{column.name} is a number that a sequence hands out: ids clash where "
        "rows of two databases are brought together, and tell readers how many rows there are.",
        remedy=f"For a new table: {ident(column.name)} uuid primary key default gen_random_uuid()\n"
        "A table that others refer to is hardly worth changing; waive it then.",
    )
