"""What the catalogs hold, with what Postgres refused of the migrations' text beside it.

A statement may be refused here alone, as where it rests on what was made by hand. That the server lacks
what it makes refutes nothing of its text: it stays as the replay read it, and `Schema.refused` says which it
is.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from checklists.model import Location
from checklists.sql.relations import Table
from checklists.sql.schema import Schema


class _Placed(Protocol):
    @property
    def location(self) -> Location | None: ...


class _Named(_Placed, Protocol):
    @property
    def name(self) -> str: ...


_Thing = TypeVar("_Thing", bound=_Placed)
_Part = TypeVar("_Part", bound=_Named)


def beside(live: Schema, static: Schema, refused: tuple[tuple[Location, str], ...]) -> Schema:
    """The schema for checks to look at.

    Args:
        live: What the catalogs hold.
        static: What the replay of the text says.
        refused: The statements that the server refused, each with its words.
    """
    if not refused:
        return live
    text = _Text(tuple(place for place, _ in refused))
    tables = text.things(live.tables, static.tables)
    return replace(
        live,
        tables={name: text.table(each, static.tables.get(name)) for name, each in tables.items()},
        views=text.things(live.views, static.views),
        functions=text.things(live.functions, static.functions),
        types=text.things(live.types, static.types),
        cron_jobs=(
            *live.cron_jobs,
            *(job for job in static.cron_jobs if text.holds(job.location) and job not in live.cron_jobs),
        ),
        refused=refused,
    )


@dataclass(frozen=True, slots=True)
class _Text:
    """The refused statements' places."""

    places: Collection[Location]

    def holds(self, at: Location | None) -> bool:
        """Whether one of the statements makes what stands there."""
        return at is not None and any(each.covers(at) for each in self.places)

    def things(self, live: Mapping[str, _Thing], static: Mapping[str, _Thing]) -> dict[str, _Thing]:
        """Those of the catalogs, and those that only the text makes."""
        return {
            **live,
            **{n: each for n, each in static.items() if n not in live and self.holds(each.location)},
        }

    def table(self, live: Table, static: Table | None) -> Table:
        """The table with what only the text hangs on it."""
        if static is None or static is live:
            return live
        secured = static.rls_enabled and self.holds(static.rls_location)
        return replace(
            live,
            columns=self._parts(live.columns, static.columns),
            constraints=self._parts(live.constraints, static.constraints),
            indexes=self._parts(live.indexes, static.indexes),
            policies=self._parts(live.policies, static.policies),
            triggers=self._parts(live.triggers, static.triggers),
            rls_enabled=live.rls_enabled or secured,
            rls_location=live.rls_location or (static.rls_location if secured else None),
        )

    def _parts(self, live: tuple[_Part, ...], static: tuple[_Part, ...]) -> tuple[_Part, ...]:
        known = {part.name for part in live}
        return live + tuple(p for p in static if p.name not in known and self.holds(p.location))
