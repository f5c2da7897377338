"""A constraint was added without a look at the rows that were there, and nobody looked since."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.recent import new_migrations
from checklists.model import Severity
from checklists.sql.quoting import ident
from checklists.sql.schema import ConstraintKind, Facet

CHECK = Check(
    items=("migrations-safe",),
    rule="migration-lock-safety",
    severity=Severity.LOW,
    reads=(Facet.CONSTRAINTS,),
)
_LATER = (ConstraintKind.CHECK, ConstraintKind.FOREIGN_KEY)


def find(project: Project) -> Iterator[Said]:
    """Every NOT VALID constraint of an earlier migration that none has validated."""
    new = new_migrations(project)
    for table in project.schema.user_tables():
        for each in table.constraints:
            if each.kind not in _LATER:
                continue
            yield Examined("constraints")
            if not each.validated and each.location.path not in new:
                yield Flag(
                    object=f"constraint:{table.qualified}/{each.name}",
                    location=each.location,
                    message=f"{each.name} of {table.qualified} was added NOT VALID and never validated: rows "
                    "from before may break it, and the planner does not rely on it.",
                    remedy=f"alter table {table.qualified} validate constraint {ident(each.name)};",
                )
