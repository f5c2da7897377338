"""A point in time is stored without its time zone."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.basetypes import base_type
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Column, Facet, Table

CHECK = Check(
    items=("naive-timestamps",),
    rule="timestamptz-only",
    severity=Severity.MEDIUM,
    reads=(Facet.TABLES, Facet.TYPES),
)
_NAIVE = "timestamp without time zone"
_ODD = "time with time zone"


def find(project: Project) -> Iterator[Said]:
    """Every column of a timestamp without time zone, in whatever wrapping, and every timetz."""
    for table in project.schema.user_tables():
        for column in table.columns:
            yield Examined("columns")
            kind = base_type(project.schema, column.type)
            if kind == _NAIVE:
                yield _flag(table, column, "the same value means another moment in each session's zone")
            elif kind == _ODD:
                yield _flag(table, column, "a zone's offset changes with the date, which it lacks")


def _flag(table: Table, column: Column, why: str) -> Flag:
    name = ident(column.name)
    zone = next((c.name for c in table.columns if c is not column and "zone" in c.name.lower()), None)
    perhaps = f" (A wall-clock time beside {zone} may be meant: then waive this.)" if zone else ""
    array = "[]" if column.type.endswith("[]") else ""
    using = "" if array else f" using {name} at time zone 'UTC'"
    return Flag(
        object=f"column:{table.qualified}.{column.name}",
        location=column.location or table.location,
        message=f"{table.qualified}.{column.name} is {column.type}: {why}.{perhaps}",
        remedy=f"alter table {relation(table.qualified)} alter column {name} type "
        f"timestamptz{array}{using};\n"
        "with the zone that the values were written in. Without USING, the session's zone is taken.",
        severity=Severity.LOW if zone else None,
    )
