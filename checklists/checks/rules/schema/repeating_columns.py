"""A table has the same column several times over, under numbers."""

import re
from collections import defaultdict
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Confidence, Severity
from checklists.sql.questions.basetypes import base_type
from checklists.sql.quoting import listed
from checklists.sql.schema import Column, Facet, Schema, Table, TableKind

CHECK = Check(
    items=("normal-forms",),
    rule="third-normal-form",
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    reads=(Facet.TABLES,),
)
_NUMBERED = re.compile(r"(.*[a-z])_?([1-9])(_\w+)?")
# Numbers that are part of what the word means.
_NAMES = re.compile(r"line|address|md|sha|utf|base|[a-z]|level|iso|oauth|team|player|side|opponent")


def find(project: Project) -> Iterator[Said]:
    """Every table with a run of columns of one type: `phone1`, `phone2`."""
    for table in project.schema.user_tables():
        if table.kind is TableKind.FOREIGN or table.partition_of:
            continue
        yield Examined("tables")
        runs = _runs(project.schema, table)
        if runs:
            yield _flag(table, runs)


def _runs(schema: Schema, table: Table) -> list[list[Column]]:
    found: dict[tuple[str, str, str], dict[int, Column]] = defaultdict(dict)
    for column in table.columns:
        match = _NUMBERED.fullmatch(column.name)
        if match is not None and not _NAMES.fullmatch(match[1].rpartition("_")[2]):
            stem = (match[1], match[3] or "", base_type(schema, column.type))
            found[stem][int(match[2])] = column
    runs = [
        [numbered[n] for n in sorted(numbered)] for numbered in found.values() if {1, 2} <= numbered.keys()
    ]
    return sorted(runs, key=len, reverse=True)


def _flag(table: Table, runs: list[list[Column]]) -> Flag:
    first = runs[0]
    more = f", and {len(runs) - 1} lists more so" if len(runs) > 1 else ""
    names = listed(tuple(column.name for column in first), 4)
    others = (column.location for run in runs for column in run if column is not first[0])
    return Flag(
        object=table.object,
        location=first[0].location or table.location,
        message=f"{table.qualified} keeps a list in {names}{more}: a search must ask each column, and one "
        "more "
        "of them is a migration.",
        remedy=f"A table of its own, with a row for each and a foreign key to {table.qualified}.",
        related=tuple(place for place in others if place is not None),
    )
