"""Statements of new migrations that hold a table while they read or write all of it."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from checklists.checks.check import Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.recent import alterations, new_migrations
from checklists.sql.schema import Alteration, AlterationKind


class Remedy(NamedTuple):
    """What a statement does and what to write instead, with `{table}`, `{name}` and `{detail}`."""

    does: str
    instead: str


def blocking(
    project: Project,
    remedies: Mapping[AlterationKind, Remedy],
    blocks: Callable[[Alteration], bool],
) -> Iterator[Said]:
    """A flag for each blocking statement of a new migration; earlier ones have been applied."""
    yield Examined("new migrations", len(new_migrations(project)))
    new, _ = alterations(project, remedies)
    for each in filter(blocks, new):
        if project.facts.is_small(each.table):
            continue
        words, remedy = (
            text.format(table=each.table, name=each.name or "NAME", detail=each.detail)
            for text in remedies[each.kind]
        )
        yield Flag(
            object=_object(each),
            location=each.location,
            message=f"This migration {words}. How long depends on how many rows there are.",
            remedy=remedy,
        )


_CONSTRAINTS = (AlterationKind.ADD_FOREIGN_KEY, AlterationKind.ADD_CHECK, AlterationKind.ADD_KEY)


def _object(each: Alteration) -> str:
    if not each.name:
        return f"table:{each.table}"
    if each.kind is AlterationKind.ADD_INDEX:
        return f"index:{each.table.partition('.')[0]}.{each.name}"
    if each.kind in _CONSTRAINTS:
        return f"constraint:{each.table}/{each.name}"
    return f"column:{each.table}.{each.name}"
