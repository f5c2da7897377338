"""The eight sections of a record's page; what nobody looked at is said, not left out."""

from collections.abc import Iterable
from itertools import chain

from checklists.checks.project import Project
from checklists.record.model import Record
from checklists.record.sections.api import api
from checklists.record.sections.context import context
from checklists.record.sections.items import asked_in
from checklists.record.sections.performance import performance
from checklists.record.sections.plan import plan
from checklists.record.sections.policies import policies
from checklists.record.sections.room import Room
from checklists.record.sections.schema import schema
from checklists.record.sections.testing import testing

__all__ = ["TITLES", "Room", "sections"]

TITLES = (
    "Context", "Schema", "RLS policies", "API", "Performance", "Security", "Implementation plan", "Testing",
)  # fmt: skip

ALONE = "- Not told here: the page was made from the record alone."


def sections(record: Record, project: Project | None, room: Room) -> tuple[Iterable[str], ...]:
    """The lines of each section, in the order of `TITLES`; without a project, what the record alone says."""
    told: tuple[Iterable[str], ...] = (
        context(record, project, room),
        schema(record, project, room) if project else (ALONE,),
        policies(project, room) if project else (ALONE,),
        api(record, project, room),
        performance(record, project, room),
        (),
        plan(record, project, room),
        testing(record, project, room),
    )
    return tuple(
        chain(lines, asked_in(number, record, project, room)) for number, lines in enumerate(told, 1)
    )
