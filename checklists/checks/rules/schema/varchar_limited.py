"""A text column has a length that is part of its type."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.gathered import gathered
from checklists.model import Severity
from checklists.sql.questions.basetypes import spelled_out
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Column, Facet, Table, TableKind

CHECK = Check(
    items=("text-types",),
    rule="text-over-varchar",
    severity=Severity.LOW,
    reads=(Facet.TABLES, Facet.TYPES),
    peers=("squawk:prefer-text-field", "squawk:ban-char-field"),
)
_LIMITED = ("character varying(", "character(", "bpchar(")


def find(project: Project) -> Iterator[Said]:
    """Every column of type varchar(n) or char(n), by way of a domain or array as well."""
    said = list(_said(project))
    yield from (each for each in said if not isinstance(each, Flag))
    flags = [each for each in said if isinstance(each, Flag)]
    yield from gathered(flags, "columns", "have a length that is part of their type")


def _said(project: Project) -> Iterator[Said]:
    for table in project.schema.user_tables():
        if table.kind is TableKind.FOREIGN or table.partition_of:
            continue
        for column in table.columns:
            kind = spelled_out(project.schema, column.type)
            if kind.startswith(("text", "character", "bpchar")):
                yield Examined("columns")
            if kind.startswith(_LIMITED):
                yield _flag(table, column, kind)


def _flag(table: Table, column: Column, kind: str) -> Flag:
    length = kind.partition("(")[2].partition(")")[0]
    padded = not kind.startswith("character varying")
    name, on = ident(column.name), relation(table.qualified)
    told = "is filled up with blanks to that length" if padded else "has a length that only its type knows"
    return Flag(
        object=f"column:{table.qualified}.{column.name}",
        location=column.location or table.location,
        message=f"{table.qualified}.{column.name} is {kind}: it {told}, and another length is another type.",
        remedy=f"alter table {on} alter column {name} type text,\n"
        f"  add check (char_length({name}) <= {length});",
        severity=None if padded else Severity.INFO,
    )
