"""References to other rows are kept in an array."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.basetypes import base_type
from checklists.sql.questions.conventions import is_log, words
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Column, Facet, Table, TableKind

CHECK = Check(
    items=("jsonb-and-arrays",),
    rule="array-bounded",
    severity=Severity.LOW,
    reads=(Facet.TABLES,),
    peers=("sqlcheck:1001",),
)
_RECEIPTS = frozenset({"operation", "operations", "receipt", "receipts", "run", "runs", "batch", "batches"})
_IDS = re.compile(r".*_ids?|ids?")


def find(project: Project) -> Iterator[Said]:
    """Every array of UUIDs, and every array of integers that is called ids."""
    for table in project.schema.user_tables():
        if table.kind is TableKind.FOREIGN or table.partition_of or is_log(table):
            continue
        if words(table.name) & _RECEIPTS:
            continue  # what was meant then, and stays as it was
        for column in table.columns:
            if not column.type.endswith("]"):
                continue
            yield Examined("array columns")
            kind = base_type(project.schema, column.type)
            if kind == "uuid" or (kind in ("integer", "bigint") and _IDS.fullmatch(column.name)):
                yield _flag(table, column)


def _flag(table: Table, column: Column) -> Flag:
    one = column.name.removesuffix("s").removesuffix("_id")
    join = ident(f"{table.name}_{one}s")
    return Flag(
        object=f"column:{table.qualified}.{column.name}",
        location=column.location or table.location,
        message=f"{table.qualified}.{column.name} holds references in an array: no foreign key keeps them "
        "right, and rows that are deleted stay in it.",
        remedy=f"create table {relation(table.schema)}.{join} (\n"
        f"  … references {relation(table.qualified)} on delete cascade,\n"
        f"  {ident(one + '_id')} … references … on delete cascade,\n  primary key (…)\n);",
    )
