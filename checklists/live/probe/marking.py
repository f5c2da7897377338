"""Tells from any text whose rows it speaks of: values that only one person's rows hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from checklists.live.rows.people import PEOPLE
from checklists.live.rows.seeded import Seeded

_SHORTEST = 5


@dataclass(frozen=True, slots=True)
class Marks:
    """For each person, the values (ids, addresses, titles) that no other person's rows hold."""

    by_person: Mapping[str, frozenset[str]] = field(hash=False)

    def whose(self, text: str) -> frozenset[str]:
        """The people whose values stand in the text."""
        return frozenset(
            name for name, marks in self.by_person.items() if any(mark in text for mark in marks)
        )


def marks(seeded: Seeded) -> Marks:
    """Read from all rows; numbers and short words are nobody's."""
    holders: dict[str, set[str]] = {}
    for (_, name), row in seeded.mine.items():
        for value in row.values.values():
            if value is not None and len(value) >= _SHORTEST and not value.lstrip("-").isdigit():
                holders.setdefault(value, set()).add(name)
    people = [person.name for person in PEOPLE]
    alone = {value: next(iter(names)) for value, names in holders.items() if len(names) == 1}
    return Marks(
        {p: frozenset(v for v, name in alone.items() if name == p and "2024" not in v) for p in people}
    )
