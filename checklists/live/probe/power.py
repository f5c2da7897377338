"""Before a table is tried: nobody but the admin has power, and slow tables are tried briefly."""

from collections.abc import Iterable

from checklists.live.probe.actors import STRANGER
from checklists.live.probe.context import Context
from checklists.live.probe.trying import attempt
from checklists.live.rows.candidates import POWERFUL
from checklists.live.rows.people import ADMIN, PEOPLE
from checklists.live.rows.solving import qualified

_LINES = 200
"""Lines of a plan beyond which planning alone takes a good part of a second; a count, so that it is the same
on every machine."""


def take_power(context: Context, tables: Iterable[str], *, but: str = "") -> None:
    """Delete everybody's rows but the admin's from those of the tables that are of admins and staff.

    Such tables give power by a row alone. The table that is being tried (`but`) keeps its rows.
    """
    found = [
        name
        for name in sorted(set(tables))
        if name != but
        and POWERFUL.search(name.partition(".")[2])
        and name not in context.seeded.whose.organisations
        and name in context.seeded.relations
    ]
    for name in found:
        for person in PEOPLE:
            row = context.seeded.of(name, person.name)
            if row is None or person is ADMIN:
                continue
            gone = f"delete from {qualified(name)} where {row.where}"
            if not attempt(context.connection, None, gone, replica=True).failed:
                context.connection.execute("set local session_replication_role = replica")
                context.connection.execute(gone)
                context.connection.execute("set local session_replication_role = origin")


def is_heavy(context: Context, table: str) -> bool:
    """Whether the policies unfold into a plan so long that every statement takes the planner long."""
    if table not in context.heavy:
        query = f"explain (costs off) select 1 from {qualified(table)}"
        context.heavy[table] = attempt(context.connection, STRANGER, query).rows > _LINES
    return context.heavy[table]
