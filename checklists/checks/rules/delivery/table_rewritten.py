"""A migration writes a whole table anew while nobody can read it."""

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
    reads=(Facet.TABLES,),
    peers=("squawk:changing-column-type", "squawk:adding-field-with-default", "eugene:E5", "eugene:E10"),
)
_REMEDIES = {
    AlterationKind.RETYPE_COLUMN: Remedy(
        "changes {table}.{name} from {detail} and writes every row anew: reads and writes wait",
        "Add a column of the new type, write both, copy in batches, switch the readers, drop the old one.",
    ),
    AlterationKind.ADD_COLUMN: Remedy(
        "adds {table}.{name} with a value of its own in each row, and writes them all anew: reads and writes "
        "wait",
        "alter table {table} add column {name} …;  -- without a default, then:\n"
        "alter table {table} alter column {name} set default …;  -- and fill old rows in batches",
    ),
}


def find(project: Project) -> Iterator[Said]:
    """Every statement of a new migration that rewrites a table that stood before it."""
    yield from blocking(project, _REMEDIES, _rewrites)


def _rewrites(each: Alteration) -> bool:
    return not each.safe
