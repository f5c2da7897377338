"""Whether a plain signed-in user can write the columns by which a lookup table grants rights."""

from dataclasses import dataclass

from checklists.model import Location
from checklists.sql.expressions import Names, own_columns, own_ways
from checklists.sql.questions.access import column_is_free
from checklists.sql.questions.lookups import Lookup
from checklists.sql.schema import Command, ConstraintKind, Policy, Schema, Table, holds

ROLE = "authenticated"


@dataclass(frozen=True, slots=True)
class Loophole:
    """How, where, and which columns."""

    how: str
    location: Location
    columns: tuple[str, ...]


def loophole(schema: Schema, table: Table, lookup: Lookup) -> Loophole | None:
    """How a plain user writes a granting column in a row of their own; None where nobody can."""
    keys = {frozenset(key.columns) for kind in _KEYS for key in table.of_kind(kind)}
    columns = tuple(c for c in sorted(lookup.granting) if frozenset({c}) not in keys)
    for command in (Command.INSERT, Command.UPDATE):
        # Whose row is unique by user has it already, from sign-up; inserting another fails.
        if command is Command.INSERT and frozenset({lookup.caller_column}) in keys and table.rls_enabled:
            continue
        # A new row can only take away; an update may clear what does.
        if command is Command.INSERT and lookup.denies:
            continue
        if not holds(table.grants, ROLE, command.value):
            continue
        free = tuple(c for c in columns if column_is_free(schema, table, c, command, ROLE))
        found = _way(schema, table, command, free) if free else None
        if found is not None:
            return found
    return None


_KEYS = (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE)


def _way(schema: Schema, table: Table, command: Command, columns: tuple[str, ...]) -> Loophole | None:
    if not table.rls_enabled:
        return Loophole("it has no Row Level Security", table.rls_location or table.location, columns)
    names = Names.of(schema, table)
    held = {c for p in table.restrictive(command, ROLE) for c in own_columns(p.effective_check or "", names)}
    for policy in table.permissive(command, ROLE):
        open_ = _unchecked(policy, columns, names)
        left = tuple(c for c in open_ if c not in held)
        if left:
            return Loophole(f'its policy "{policy.name}" lets users {command.value}', policy.location, left)
    return None


def _unchecked(policy: Policy, columns: tuple[str, ...], names: Names) -> tuple[str, ...]:
    """The columns that some way through the policy, open to every user, says nothing of."""
    check = policy.effective_check
    if check is None:
        return ()
    if (
        policy.command is not Command.INSERT
        and policy.using is not None
        and not own_ways(policy.using, names)
    ):
        return ()
    ways = own_ways(check, names)
    return tuple(column for column in columns if any(column not in way for way in ways))
