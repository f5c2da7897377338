"""A migration waits for locks without end."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.recent import alterations, new_migrations
from checklists.model import Severity
from checklists.sql.schema import AlterationKind, Facet

CHECK = Check(
    items=("migrations-safe",),
    rule="migration-lock-safety",
    severity=Severity.LOW,
    reads=(Facet.TABLES,),
    also=(Input.FILES,),
    peers=("squawk:require-lock-timeout", "eugene:E9"),
)
Kind = AlterationKind
_WAITS = frozenset(Kind) - {Kind.DELETE_ALL, Kind.UPDATE_ALL, Kind.CONCURRENTLY}


def find(project: Project) -> Iterator[Said]:
    """Every new migration that locks a table that stood before it, at the first such statement."""
    yield Examined("new migrations", len(new_migrations(project)))
    new, _ = alterations(project, _WAITS)
    seen: set[str] = set()
    used = any("lock_timeout" in (project.snapshot.text(path) or "") for path in project.layout.migrations)
    for each in new:
        concurrent = each.kind is Kind.ADD_INDEX and each.safe
        if each.bounded or concurrent or each.path in seen:
            continue
        seen.add(each.path)
        name = each.path.rpartition("/")[2]
        what = "write" if each.kind is Kind.ADD_INDEX else "query"
        yield Flag(
            object=f"migration:{name}",
            location=each.location,
            message=f"{name} locks {each.table} and sets no lock_timeout: behind one long transaction it "
            f"waits without end, and every {what} of the table waits behind it.",
            severity=None if used else Severity.INFO,
            remedy="set lock_timeout = '2s';  -- first in the file; a migration that fails can be run again",
        )
