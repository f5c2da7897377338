"""A foreign key refers to a unique column of the auth schema that is not the primary key."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.conventions import key_of
from checklists.sql.quoting import columns, ident, relation
from checklists.sql.schema import Constraint, ConstraintKind, Facet, Table

CHECK = Check(
    items=("ownership-columns",),
    rule="owner-column",
    severity=Severity.HIGH,
    reads=(Facet.TABLES, Facet.CONSTRAINTS),
    peers=("splinter:0021_fkey_to_auth_unique",),
)


def find(project: Project) -> Iterator[Said]:
    """Every foreign key into `auth` that leans on another index than the primary key's."""
    for table in project.schema.user_tables():
        for key in table.of_kind(ConstraintKind.FOREIGN_KEY):
            target = project.schema.tables.get(key.references or "")
            if target is None or target.schema != "auth":
                continue
            yield Examined("foreign keys")
            if key.referenced_columns and key.referenced_columns != key_of(target):
                yield _flag(table, key)


def _flag(table: Table, key: Constraint) -> Flag:
    named = columns(key.referenced_columns)
    return Flag(
        object=f"constraint:{table.qualified}/{key.name}",
        location=key.location,
        message=f"{table.qualified} refers to {key.references} ({named}), whose uniqueness Supabase Auth "
        "changes "
        "as it needs: such a key keeps its migrations, and so updates of the project, from running.",
        remedy=f"alter table {relation(table.qualified)} drop constraint {ident(key.name)};\n"
        f"Refer to {key.references} (id).",
    )
