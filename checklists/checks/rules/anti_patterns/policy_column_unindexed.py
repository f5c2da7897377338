"""A policy searches a column that no index leads with, on every query of the table."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Location, Severity
from checklists.sql.expressions import Names, tied_columns
from checklists.sql.indexing import leads_any
from checklists.sql.lookups import lookups
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Facet, Policy, Schema, Table, TableKind

CHECK = Check(
    items=("missing-indexes",),
    rule="policy-column-indexed",
    severity=Severity.MEDIUM,
    reads=(Facet.TABLES, Facet.POLICIES, Facet.INDEXES),
)


def find(project: Project) -> Iterator[Said]:
    """Every column that a policy's USING compares with the caller and that leads no index."""
    searched: dict[tuple[str, str], list[Policy]] = {}
    for relation_, column, policy in _searched(project.schema):
        searched.setdefault((relation_, column), []).append(policy)
    for (name, column), policies in searched.items():
        table = project.schema.tables.get(name)
        if table is None or table.kind is TableKind.FOREIGN or name.startswith(("auth.", "storage.")):
            continue
        yield Examined("policy columns")
        if not leads_any(table, column):
            yield _flag(table, column, policies)


def _searched(schema: Schema) -> Iterator[tuple[str, str, Policy]]:
    """(relation, column, policy): own columns, and those by which a policy finds the caller elsewhere."""
    for table in schema.user_tables():
        names = Names.of(schema, table)
        for policy in table.policies if table.rls_enabled else ():
            text = policy.using
            if text is None:
                continue
            yield from ((table.qualified, column, policy) for column in sorted(tied_columns(text, names)))
            yield from (
                (found.relation, found.caller_column, policy) for found in lookups(schema, text, names)
            )


def _flag(table: Table, column: str, policies: list[Policy]) -> Flag:
    known = table.column(column)
    place: Location = known.location if known is not None and known.location is not None else table.location
    first = policies[0]
    others = len({policy.object for policy in policies}) - 1
    more = f" and {others} more" if others else ""
    name = f"idx_{table.name}_{column}"[:63]
    return Flag(
        object=f"column:{table.qualified}.{column}",
        location=place,
        message=f'Policy "{first.name}" on {first.table}{more} finds rows by {table.name}.{column}, and no '
        "index leads with it: each query of a user reads the whole table to decide.",
        remedy=f"create index {ident(name)} on {relation(table.qualified)} ({ident(column)});",
        related=tuple(policy.location for policy in policies),
    )
