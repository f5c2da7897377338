"""A column is revoked from a role that keeps the whole table."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.readable import Finds, finds
from checklists.sql.quoting import columns, ident, listed, relation
from checklists.sql.schema import API_ROLES, ColumnRevoke, Facet, Schema, Table

CHECK = Check(
    items=("grants-least-privilege",),
    rule="least-privilege-grants",
    severity=Severity.HIGH,
    reads=(Facet.GRANTS,),
)


def find(project: Project) -> Iterator[Said]:
    """Every REVOKE of columns that took nothing, of roles that still hold the privilege on the table."""
    for revoke in project.schema.column_revokes:
        yield Examined("revokes of columns")
        table = project.schema.tables.get(revoke.table)
        if table is not None and _is_held(table, revoke) and _last(project.schema, revoke):
            yield _flag(project.schema, table, revoke)


def _is_held(table: Table, revoke: ColumnRevoke) -> bool:
    """Whether the role, or PUBLIC, holds the privilege on the whole table in the end."""
    roles = (revoke.role, "public")
    whole = any(g.role in roles and g.privilege == revoke.privilege and not g.columns for g in table.grants)
    return whole and any(table.column(name) is not None for name in revoke.columns)


def _last(schema: Schema, revoke: ColumnRevoke) -> bool:
    """Whether no later statement says the same again."""
    same = [
        each
        for each in schema.column_revokes
        if (each.table, each.role, each.privilege, each.columns)
        == (revoke.table, revoke.role, revoke.privilege, revoke.columns)
    ]
    return same[-1] is revoke


def _shows_own(schema: Schema, table: Table, revoke: ColumnRevoke) -> bool:
    """Whether policies let the role read no rows but its caller's own, whose columns these are."""
    if revoke.privilege != "SELECT" or revoke.role not in API_ROLES or not table.rls_enabled:
        return False
    return finds(schema, table, revoke.role) in (Finds.OWN, Finds.NONE)


def _flag(schema: Schema, table: Table, revoke: ColumnRevoke) -> Flag:
    own = _shows_own(schema, table, revoke)
    left = tuple(column.name for column in table.columns if column.name not in revoke.columns)
    privilege, on = revoke.privilege.lower(), relation(table.qualified)
    return Flag(
        object=f"column:{table.qualified}.{revoke.columns[0]}",
        location=revoke.location,
        message=f"{revoke.privilege} on {table.qualified} ({listed(revoke.columns)}) is revoked from "
        f"{revoke.role}, which holds it on the whole table: the columns stay as open as they were"
        + (", which is to whom policies show the row." if own else "."),
        remedy=f"revoke {privilege} on {on} from {ident(revoke.role)};\n"
        f"grant {privilege} ({columns(left)}) on {on} to {ident(revoke.role)};",
        severity=Severity.MEDIUM if own else None,
    )
