"""Many small findings of one kind as one: a convention that a repo does not follow is said once."""

from collections.abc import Iterable, Iterator

from checklists.checks.check import Flag
from checklists.checks.subjects.places import listed
from checklists.counting import counted

_FEW = 2
_NAMED, _SHOWN = 6, 20


def gathered(flags: Iterable[Flag], what: str, told: str) -> Iterator[Flag]:
    """Up to two as they are; more as one, of the first's place, severity and remedy, that names them.

    Args:
        flags: In the order of the schema.
        what: A plural noun for the objects ("indexes").
        told: What is the matter with each, after their names ("have names that do not say what they are on").
    """
    found = list(flags)
    if len(found) <= _FEW:
        yield from found
        return
    first, *others = found
    names = listed((each.object.partition(":")[2] for each in found), _NAMED)
    yield Flag(
        object=f"{what}:all",
        location=first.location,
        message=f"{counted(len(found), what)} {told}: {names}.",
        remedy=first.remedy,
        severity=first.severity,
        confidence=first.confidence,
        related=tuple(each.location for each in others[:_SHOWN]),
    )
