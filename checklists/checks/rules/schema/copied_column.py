"""A table holds a column of the table that it refers to."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.usage import queries_of, spellings
from checklists.model import Confidence, Location, Severity
from checklists.sql.questions.bodywrites import body_writes
from checklists.sql.questions.conventions import is_log, is_passing
from checklists.sql.schema import Column, Command, Constraint, ConstraintKind, Facet, Schema, Table, TableKind

CHECK = Check(
    items=("normal-forms",),
    rule="third-normal-form",
    severity=Severity.INFO,
    confidence=Confidence.LOW,
    reads=(Facet.TABLES, Facet.CONSTRAINTS, Facet.FUNCTIONS),
    also=(Input.SOURCES,),
)

_WHERE = re.compile(r"\bwhere\b", re.IGNORECASE)


def find(project: Project) -> Iterator[Said]:
    """Every `buyer_name` beside a foreign key `buyer_id` to a table that has a `name`."""
    for table in project.schema.user_tables():
        if table.kind is TableKind.FOREIGN or table.partition_of:
            continue
        yield Examined("tables")
        for key in table.of_kind(ConstraintKind.FOREIGN_KEY):
            for column, source in _copies(project.schema, table, key):
                if not _is_of_its_time(table) and (place := _changed(project, key.references or "", source)):
                    yield _flag(table, key, column, source, place)


def _is_of_its_time(table: Table) -> bool:
    """Whether its rows say how it was then: logs, jobs, invitations."""
    return is_log(table) or is_passing(table)


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


def _changed(project: Project, parent: str, source: str) -> Location | None:
    """Where code changes the column that is repeated; without that the two stay the same."""
    table = project.schema.tables[parent]
    sent = re.compile(rf"\b(?:{'|'.join(map(re.escape, spellings(source)))})\b[\"']?\s*[:,}}]")
    for query in queries_of(project, table):
        if query.operation == "update" and sent.search(query.payload):
            return query.location
    sets = re.compile(rf'(?<![.\w])"?{re.escape(source)}"?\s*=', re.IGNORECASE)
    for write in body_writes(project.schema).get(parent, ()):
        assigned = _WHERE.split(write.text, maxsplit=1)[0]
        if write.command is Command.UPDATE and sets.search(assigned):
            return write.by.location
    return None


def _flag(table: Table, key: Constraint, column: Column, source: str, place: Location) -> Flag:
    return Flag(
        object=f"column:{table.qualified}.{column.name}",
        location=column.location or table.location,
        message=f"{table.qualified}.{column.name} repeats {key.references}.{source}, which {key.columns[0]} "
        f"leads to, and {place} changes that one: what was copied before stays as it was.",
        remedy="Read it by the foreign key; or keep it, and say that it is meant as it was at the time.",
        related=(place,),
    )
