"""A constraint was added without a look at the rows that were there, and nobody looked since."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.recent import new_migrations
from checklists.model import Location, Severity
from checklists.sql.quoting import ident
from checklists.sql.schema import Constraint, ConstraintKind, Facet, Table

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
            if each.validated or each.location.path in new:
                continue
            name = f"constraint:{table.qualified}/{each.name}"
            if (place := _perhaps(project, table, each)) is not None:
                yield Unsure(name, "a block validates it if the rows that it finds are right", place)
            else:
                yield Flag(
                    object=name,
                    location=each.location,
                    message=f"{each.name} of {table.qualified} was added NOT VALID and never validated: rows "
                    "from before may break it, and the planner does not rely on it.",
                    remedy=f"alter table {table.qualified} validate constraint {ident(each.name)};",
                )


def _perhaps(project: Project, table: Table, constraint: Constraint) -> Location | None:
    """Where a block that may have run, as its condition asks the rows, speaks of validating it."""
    spoken = re.compile(rf'validate\s+constraint\s+"?{re.escape(constraint.name)}\b', re.IGNORECASE)
    gaps = (g for g in project.schema.gaps if Facet.CONSTRAINTS in g.facets and g.gap.object == table.object)
    places = (gap.gap.location for gap in gaps)
    return next((p for p in places if p and spoken.search(project.snapshot.text(p.path) or "")), None)
