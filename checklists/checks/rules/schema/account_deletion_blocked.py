"""A foreign key keeps user accounts from being deleted."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.model import Location, Severity
from checklists.sql.questions.accounts import USERS, account_keys, dies_with_account
from checklists.sql.quoting import columns, ident, listed, relation
from checklists.sql.schema import Constraint, Facet, Table

CHECK = Check(
    items=("ownership-columns",),
    rule="auth-users-fk-action",
    severity=Severity.MEDIUM,
    reads=(Facet.TABLES, Facet.CONSTRAINTS),
    also=(Input.SOURCES,),
    provable=True,
)


def find(project: Project) -> Iterator[Said]:
    """Every foreign key to an account that neither deletes the row nor clears the column with it."""
    deleting = _deletes_accounts(project)
    for table, key in account_keys(project.schema):
        if not dies_with_account(project.schema, key.references or ""):
            continue
        yield Examined("foreign keys")
        never = tuple(c.name for c in table.columns if c.name in key.columns and c.not_null)
        if key.on_delete in ("NO ACTION", "RESTRICT"):
            yield _flag(table, key, bool(never), deleting)
        elif key.on_delete == "SET NULL" and never:
            yield _contradiction(table, key, never)


def _deletes_accounts(project: Project) -> tuple[Location, ...]:
    """Where the sources delete users."""
    queries = project.sources.queries()
    return tuple(q.location for q in queries if q.api == "auth" and q.operation == "admin.deleteUser")


def _flag(table: Table, key: Constraint, required: bool, deleting: tuple[Location, ...]) -> Flag:  # noqa: FBT001
    user = "a user" if key.references == USERS else f"a user, and with them their row of {key.references},"
    asked = f" {deleting[0].path} does just that." if deleting else ""
    return Flag(
        object=f"constraint:{table.qualified}/{key.name}",
        location=key.location,
        message=f"Deleting {user} fails with 23503 as long as {table.qualified}.{listed(key.columns)} "
        "refers to "
        f"them: the foreign key is ON DELETE {key.on_delete}.{asked}",
        remedy=_remedy(table, key, "cascade" if required else "set null"),
        severity=None if deleting or key.on_delete == "NO ACTION" else Severity.LOW,  # RESTRICT was written
        related=deleting,
    )


def _contradiction(table: Table, key: Constraint, never: tuple[str, ...]) -> Flag:
    return Flag(
        object=f"constraint:{table.qualified}/{key.name}",
        location=key.location,
        message=f"{table.qualified}.{listed(never)} is to become NULL when the user is deleted, and is NOT "
        "NULL: "
        "deleting the user fails with 23502.",
        remedy=f"alter table {relation(table.qualified)} alter column {ident(never[0])} drop not null;",
    )


def _remedy(table: Table, key: Constraint, action: str) -> str:
    name, on = ident(key.name), relation(table.qualified)
    other = "set null, with a column that may be NULL, where the rows must outlive their author"
    return (
        f"alter table {on} drop constraint {name}, add constraint {name}\n"
        f"  foreign key ({columns(key.columns)}) references {relation(key.references or '')} on delete "
        f"{action};\n" + (f"Or {other}." if action == "cascade" else "Or cascade, where they must not.")
    )
