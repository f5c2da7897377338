"""A migration builds an index concurrently within a transaction, where Postgres refuses it."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.schema import AlterationKind, Facet

CHECK = Check(
    items=("migrations-safe", "migrations-replay"),
    rule="migration-lock-safety",
    severity=Severity.HIGH,
    reads=(Facet.INDEXES,),
    peers=("squawk:ban-concurrent-index-creation-in-transaction",),
)


def find(project: Project) -> Iterator[Said]:
    """Every CREATE INDEX CONCURRENTLY behind a BEGIN of its file, or in a DO block."""
    yield Examined("migrations", len(project.layout.migrations))
    for each in project.schema.alterations:
        if each.kind is AlterationKind.CONCURRENTLY:
            yield Flag(
                object=f"index:{each.table.partition('.')[0]}.{each.name}",
                location=each.location,
                message=f"{each.name} is built CONCURRENTLY within a transaction: Postgres refuses that "
                "(25001), and the migration fails.",
                remedy="Put the statement into a file of its own, without BEGIN and outside of DO.",
            )
