"""A migration adds a constraint and reads the whole table while nobody can write to it."""

from collections.abc import Iterator

from checklists.checks.check import Check, Said
from checklists.checks.project import Project
from checklists.checks.subjects.locks import Remedy, blocking
from checklists.model import Confidence, Severity
from checklists.sql.schema import AlterationKind, Facet

CHECK = Check(
    items=("migrations-safe",),
    rule="migration-lock-safety",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(Facet.TABLES, Facet.CONSTRAINTS),
    peers=("squawk:constraint-missing-not-valid", "squawk:adding-foreign-key-constraint", "eugene:E1",
           "squawk:adding-not-nullable-field", "squawk:disallowed-unique-constraint", "eugene:E7"),
)  # fmt: skip
Kind = AlterationKind
_LATER = "alter table {table} validate constraint {name};  -- in a later migration: it blocks no write"
_REMEDIES = {
    Kind.ADD_FOREIGN_KEY: Remedy(
        "adds a foreign key to {table}({detail}) and checks every row: writes to it, and to the table it "
        "refers to, wait",
        "alter table {table} add constraint {name}\n"
        f"  foreign key ({{detail}}) references … not valid;\n{_LATER}",
    ),
    Kind.ADD_CHECK: Remedy(
        "adds a check to {table} and reads every row: reads and writes wait",
        f"alter table {{table}} add constraint {{name}} check (…) not valid;\n{_LATER}",
    ),
    Kind.ADD_KEY: Remedy(
        "adds a unique or primary key to {table}({detail}) and builds its index: reads and writes wait",
        "create unique index concurrently {name} on {table} ({detail});  -- in a file of its own\n"
        "alter table {table} add constraint {name} unique using index {name};",
    ),
    Kind.SET_NOT_NULL: Remedy(
        "requires {table}.{name} and reads every row to see that it may: reads and writes wait",
        "alter table {table} add constraint {name}_there check ({name} is not null) not valid;\n"
        "alter table {table} validate constraint {name}_there;  -- in a later migration\n"
        "alter table {table} alter column {name} set not null;  -- which then reads no row",
    ),
}


def find(project: Project) -> Iterator[Said]:
    """Every constraint of a new migration that is checked at once, on a table that stood before it."""
    yield from blocking(project, _REMEDIES, lambda each: not each.safe)
