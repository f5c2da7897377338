"""A migration builds an index while nobody can write to the table."""

from collections.abc import Iterator

from checklists.checks.check import Check, Said
from checklists.checks.project import Project
from checklists.checks.subjects.locks import Remedy, blocking
from checklists.model import Confidence, Severity
from checklists.sql.schema import Alteration, AlterationKind, Facet

CHECK = Check(
    items=("migrations-safe",),
    rule="migration-lock-safety",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(Facet.TABLES, Facet.INDEXES),
    peers=("squawk:require-concurrent-index-creation", "eugene:E6", "strong_migrations:add_index"),
)
_REMEDIES = {
    AlterationKind.ADD_INDEX: Remedy(
        "builds an index on {table}({detail}): every insert, update and delete waits until it is built",
        "In a file of its own, with version 2.109 or newer of Supabase's CLI:\n"
        "create index concurrently if not exists {name} on {table} ({detail});",
    )
}


def find(project: Project) -> Iterator[Said]:
    """Every index of a new migration on a table that stood before it, and on columns that did too."""
    added = {
        (each.path, each.table, each.name)
        for each in project.schema.alterations
        if each.kind is AlterationKind.ADD_COLUMN
    }

    def blocks(each: Alteration) -> bool:
        columns = [column.strip() for column in each.detail.split(",")]
        return not each.safe and not all((each.path, each.table, column) in added for column in columns)

    yield from blocking(project, _REMEDIES, blocks)
