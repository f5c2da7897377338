"""Both kinds of Supabase project: where new tables are granted to the API roles, and where they are not.

Which one a project is, [api].auto_expose_new_tables of config.toml says; where it is silent, the day on which
the project was made. The proof then takes the first kind, and what a project of the second kind would not
grant is told beside it.
"""

from collections.abc import Iterator

from checklists.live.model import Ungranted
from checklists.live.rehearsed import ground_of
from checklists.live.sandbox.boot import boot
from checklists.live.sandbox.limits import Limits
from checklists.repo import Layout, Snapshot
from checklists.sql.schema import Function, Grant, Schema, Table, View

_ROLES = ("anon", "authenticated", "service_role")


def ungranted(
    snapshot: Snapshot, layout: Layout, static: Schema, exposed: Schema, limits: Limits
) -> tuple[Ungranted, ...]:
    """What the API roles hold in `exposed`, and do not where new tables are not granted to them.

    Raises:
        SandboxError: No server can be had, or it ended.
    """
    with boot(limits) as server:
        other = ground_of(server, snapshot, layout, static, auto_expose=False, progress=_unheard)
    return tuple(sorted(_differences(exposed, other.schema)))


def _unheard(_path: str, _done: int, _total: int) -> None:
    """Nobody watches the second time."""


def _differences(exposed: Schema, other: Schema) -> Iterator[Ungranted]:
    for object_, grants, kept in _pairs(exposed, other):
        for role in _ROLES:
            lost = _privileges(grants, role) - _privileges(kept, role)
            if lost:
                yield Ungranted(object_, role, tuple(sorted(lost)))


def _pairs(exposed: Schema, other: Schema) -> Iterator[tuple[str, tuple[Grant, ...], tuple[Grant, ...]]]:
    """What the Data API serves of each kind, with its grants here and there."""
    for table in exposed.exposed_tables():
        yield table.object, table.grants, _grants(other.tables.get(table.qualified))
    for view in exposed.views.values():
        if view.schema in exposed.exposed_schemas:
            yield view.object, view.grants, _grants(other.views.get(view.qualified))
    for function in exposed.functions.values():
        if function.schema in exposed.exposed_schemas:
            yield function.object, function.grants, _grants(other.functions.get(function.signature))


def _grants(held: Table | View | Function | None) -> tuple[Grant, ...]:
    return () if held is None else held.grants


def _privileges(grants: tuple[Grant, ...], role: str) -> frozenset[str]:
    return frozenset(grant.privilege for grant in grants if grant.role in (role, "public"))
