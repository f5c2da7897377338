"""Which rows an API role may read anyway: what passes by their policies then shows it nothing new."""

from collections.abc import Iterable
from enum import StrEnum

from checklists.sql.expressions import Names, always_true, readable
from checklists.sql.questions.access import demands
from checklists.sql.questions.exposure import is_served, may_use
from checklists.sql.questions.openness import Openness, admits_nothing, openness
from checklists.sql.schema import Command, Schema, Table, holds

_OPEN = {
    "anon": frozenset({Openness.EVERYONE}),
    "authenticated": frozenset({Openness.EVERYONE, Openness.SIGNED_IN}),
}


class Finds(StrEnum):
    """Which rows the filter of an update or delete finds: those that the SELECT policies show as well."""

    NONE = "none"
    OWN = "own"
    SOME = "some"
    ALL = "all"


def finds(schema: Schema, table: Table, role: str) -> Finds:
    """What SELECT policies show a plain caller of `role`; what cannot be read is taken to show all."""
    names = Names.of(schema, table)
    shown = [p for p in table.permissive(Command.SELECT, role) if not admits_nothing(p, Command.SELECT, role)]
    if not shown or not holds(table.grants, role, "SELECT"):
        return Finds.NONE
    if any(not readable(p.using or "") or openness(p.using or "", table, p) in _OPEN[role] for p in shown):
        return Finds.ALL
    return Finds.SOME if any(demands(p.using, names).free for p in shown) else Finds.OWN


def reads_whole(schema: Schema, name: str, role: str) -> bool:
    """Whether `role` may read every column of every row of this table by the Data API; no where it is not
    known.
    """
    table = schema.tables.get(name)
    if table is None or not is_served(schema, table.schema) or not may_use(schema, table.schema, role):
        return False
    return _granted(table, role) and (not table.rls_enabled or _shown(table, role))


def hidden_from(schema: Schema, names: Iterable[str], roles: Iterable[str]) -> tuple[str, ...]:
    """Those of the tables of which one of the roles may not read all by itself."""
    asked = tuple(roles)
    return tuple(name for name in names if not all(reads_whole(schema, name, role) for role in asked))


def _granted(table: Table, role: str) -> bool:
    grants = (g for g in table.grants if g.privilege == "SELECT" and g.role in (role, "public"))
    return any(not grant.columns for grant in grants)


def _shown(table: Table, role: str) -> bool:
    """Whether some policy shows every row, and no restrictive one takes any back."""
    if any(always_true(policy.using or "") is not True for policy in table.restrictive(Command.SELECT, role)):
        return False
    return any(
        openness(policy.using or "", table, policy) in _OPEN[role]
        for policy in table.permissive(Command.SELECT, role)
    )
