"""A table lay open between the migration that made it and the one that put it under RLS."""

from collections.abc import Iterator
from dataclasses import replace

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.places import listed
from checklists.checks.subjects.recent import alterations, arrival
from checklists.model import Severity
from checklists.sql.schema import Alteration, AlterationKind, Facet

CHECK = Check(
    items=("rls-with-table",),
    rule="rls-in-same-migration",
    severity=Severity.HIGH,
    reads=(Facet.RLS, Facet.TABLES),
)


def find(project: Project) -> Iterator[Said]:
    """Every exposed table under RLS whose RLS came with another change than the table."""
    exposed = {table.qualified for table in project.schema.exposed_tables() if table.rls_enabled}
    yield Examined("tables with RLS", len(exposed))
    new, old = alterations(project, (AlterationKind.ENABLE_RLS,))
    came = arrival(project)
    for each in new:
        if each.table in exposed:
            yield _together(each) if came(each.born) == came(each.path) else _flag(each)
    apart = [each for each in old if each.table in exposed and came(each.born) != came(each.path)]
    if apart:
        yield _past(apart)


def _flag(each: Alteration) -> Flag:
    made = each.born.rpartition("/")[2]
    return Flag(
        object=f"table:{each.table}",
        location=each.location,
        message=f"{each.table} is put under RLS here; {made} made it without. Until this is deployed, the "
        "Data API shows and changes its rows for whoever holds the public key.",
        remedy="Deploy this at once, and look into the API's logs for what was read and written until then. "
        f"For the next one: alter table {each.table} enable row level security; in the file that makes it.",
    )


def _together(each: Alteration) -> Flag:
    """Both files came in with one change: they are applied in one go, with nothing open in between."""
    made = each.born.rpartition("/")[2]
    message = (
        f"{each.table} is put under RLS here, in another file than {made}, which made it; both came in with "
        "one change and are applied together."
    )
    remedy = "Nothing for this change. Next time: RLS in the file that makes the table."
    return replace(_flag(each), message=message, remedy=remedy, severity=Severity.INFO)


def _past(apart: list[Alteration]) -> Flag:
    first, *others = (each.location for each in apart)
    return Flag(
        object=f"migrations:{first.path.rpartition('/')[0]}",
        location=first,
        message=f"Put under RLS by a later change than made them: {listed(each.table for each in apart)}. "
        "In between they were open. That is over; what was read in that time stays read.",
        remedy="Nothing for this change. Next time: RLS in the file that makes the table.",
        severity=Severity.INFO,
        related=tuple(others[:10]),
    )
