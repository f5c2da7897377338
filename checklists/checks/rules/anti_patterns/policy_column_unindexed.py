"""A policy searches a column that no index leads with."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Location, Severity
from checklists.sql.questions.indexing import leads_any, unindexed_keys
from checklists.sql.questions.searching import policies_do, searched_columns
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Facet, Policy, Table, TableKind

CHECK = Check(
    items=("missing-indexes", "policies-cheap"),
    rule="policy-column-indexed",
    severity=Severity.MEDIUM,
    reads=(Facet.TABLES, Facet.POLICIES, Facet.INDEXES),
)


def find(project: Project) -> Iterator[Said]:
    """Every column that a policy's USING compares with the caller and that leads no index.

    A foreign key of this one column, which lacks the same index, is reported in its place.
    """
    for (name, column), policies in searched_columns(project.schema).items():
        table = project.schema.tables.get(name)
        if table is None or table.kind is TableKind.FOREIGN or name.startswith(("auth.", "storage.")):
            continue
        yield Examined("columns")
        reported = any(key.columns == (column,) for key in unindexed_keys(table))
        if not reported and not leads_any(table, column):
            yield _flag(table, column, policies)


def _flag(table: Table, column: str, policies: tuple[Policy, ...]) -> Flag:
    known = table.column(column)
    place: Location = known.location if known is not None and known.location is not None else table.location
    does = policies_do(policies, "finds")
    name = f"idx_{table.name}_{column}"[:63]
    return Flag(
        object=f"column:{table.qualified}.{column}",
        location=place,
        message=f"{does[:1].upper()}{does[1:]} rows by {table.name}.{column}, and no index leads with "
        "it: a query that brings no indexed filter of its own reads the whole table.",
        remedy=f"create index {ident(name)} on {relation(table.qualified)} ({ident(column)});",
        related=tuple(policy.location for policy in policies),
    )
