"""Plans of every secured table as a signed-in user, with some thousand rows in it."""

import contextlib
from collections.abc import Iterator
from typing import Any

from checklists.live.ground import Ground
from checklists.live.model import Plan
from checklists.live.plans.bulk import ROWS, filling
from checklists.live.plans.explaining import Explained, explain
from checklists.live.plans.leakproof import blocked
from checklists.live.plans.rewriting import Rewrite, indexed, wrapped
from checklists.live.probe.actors import STRANGER
from checklists.live.probe.reach import reachable
from checklists.live.probe.trying import attempt, undone
from checklists.live.rows.seeded import Seeded
from checklists.live.rows.solving import qualified
from checklists.sql.schema import PLATFORM_SCHEMAS, Command, Table

_SECONDS = 5.0
_WORTH = 0.9
"""Of the cost, that a rewrite has to get below: a saving of less than a tenth is not worth a migration."""

_LONG = 200
"""Nodes of a plan beyond which policies on policies are what it is made of."""


def measure(ground: Ground, seeded: Seeded) -> tuple[Plan, ...]:
    """What the plans show, sorted; nothing of the rows stays.

    Ratios are of the planner's costs: the same on every machine, and smaller than those of the time taken.

    Raises:
        SandboxError: The server is gone.
    """
    found: list[Plan] = []
    with contextlib.closing(ground.connect()) as connection, ground.limit(_SECONDS):
        connection.execute("begin")
        for name in sorted(reachable(connection).tables & seeded.relations.keys()):
            table = ground.schema.tables.get(name)
            if table is not None and table.rls_enabled and table.schema not in PLATFORM_SCHEMAS:
                found += _of_table(connection, ground, seeded, table)
        connection.execute("rollback")
    return tuple(sorted(found, key=lambda plan: (plan.table, plan.kind, plan.object)))


def _of_table(connection: Any, ground: Ground, seeded: Seeded, table: Table) -> Iterator[Plan]:
    mine, theirs = (seeded.of(table.qualified, name) for name in (STRANGER.name, STRANGER.victim))
    if mine is None or theirs is None or not table.permissive(Command.SELECT, STRANGER.role):
        return
    query = f"select 1 from {qualified(table.qualified)}"
    with undone(connection, "filled"):
        fill = filling(seeded.relations[table.qualified], mine, theirs)
        if attempt(connection, None, fill, replica=True).failed:
            return
        connection.execute("set local session_replication_role = replica")
        connection.execute(fill)
        connection.execute("set local session_replication_role = origin")
        connection.execute(f"analyze {qualified(table.qualified)}")
        free, bound = explain(connection, None, query), explain(connection, STRANGER, query)
        if free is None or bound is None or not free.cost:
            return
        yield from _costs(connection, ground, table, query, free, bound)
        yield from blocked(connection, table.qualified, theirs)


def _costs(
    connection: Any, ground: Ground, table: Table, query: str, free: Explained, bound: Explained
) -> Iterator[Plan]:
    ratio = _ratio(bound, free)
    name = table.qualified
    if len(bound.nodes) > _LONG:
        because = (
            f"its policies unfold into a plan of {len(bound.nodes)} nodes: planning alone takes long, "
            f"and about {round(bound.planning_mb, -1):.0f} MB of memory"
        )
        yield Plan(name, STRANGER.name, "plan_blow_up", table.object, because, ratio, lines=len(bound.nodes))
        return
    calls = tuple(wrapped(table))
    with undone(connection, "wrapped"):
        for rewrite in calls:
            better = _after(connection, rewrite, query)
            if better is not None and better.cost < bound.cost * _WORTH:
                because = f"the session is asked again for each of {ROWS} rows, and once a statement would do"
                yield Plan(
                    name,
                    STRANGER.name,
                    "initplan",
                    rewrite.object,
                    because,
                    ratio,
                    _ratio(better, free),
                    f"{rewrite.sql};",
                    len(bound.nodes),
                )
        for rewrite in calls:
            connection.execute(rewrite.sql)
        now = explain(connection, STRANGER, query) or bound
        for rewrite in indexed(ground.schema, table):
            better = _after(connection, rewrite, query)
            if better is not None and better.indexes - now.indexes and better.cost < now.cost * _WORTH:
                because = f"{rewrite.column} decides who reads a row, and no index leads with it"
                yield Plan(
                    name,
                    STRANGER.name,
                    "missing_index",
                    rewrite.object,
                    because,
                    _ratio(now, free),
                    _ratio(better, free),
                    f"{rewrite.sql};",
                    len(now.nodes),
                )


def _after(connection: Any, rewrite: Rewrite, query: str) -> Explained | None:
    with undone(connection, "rewritten"):
        if attempt(connection, None, rewrite.sql).failed:
            return None
        connection.execute(rewrite.sql)
        return explain(connection, STRANGER, query)


def _ratio(one: Explained, other: Explained) -> float:
    return round(one.cost / other.cost, 2)
