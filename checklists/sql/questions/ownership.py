"""Whether a plain signed-in user can change whose row it is."""

from collections.abc import Iterator
from dataclasses import dataclass

from checklists.sql.expressions import Names, Reach, held_columns
from checklists.sql.questions.access import column_is_free, demands
from checklists.sql.questions.openness import Openness, openness
from checklists.sql.schema import Command, Policy, Schema, Table

ROLE = "authenticated"


@dataclass(frozen=True, slots=True)
class Update:
    """One permissive policy that lets signed-in users update, and what its clauses demand of a plain one.

    `held` are columns that the new row may hold one value in: nobody is handed a row by those.
    """

    policy: Policy
    using: Reach
    check: Reach
    open: bool
    held: frozenset[str] = frozenset()

    @property
    def let_go(self) -> frozenset[str]:
        """Columns that tie the row to its owner before the update and not after it."""
        if self.open or self.using.gated or self.check.gated:
            return frozenset()
        return self.using.columns - self.check.columns - self.held


def updates(schema: Schema, table: Table) -> tuple[Update, ...]:
    """The permissive policies that govern signed-in users' updates."""
    names = Names.of(schema, table)
    return tuple(_update(table, policy, names) for policy in table.permissive(Command.UPDATE, ROLE))


def _update(table: Table, policy: Policy, names: Names) -> Update:
    check = policy.effective_check
    everyone = (Openness.EVERYONE, Openness.SIGNED_IN)
    is_open = check is not None and openness(check, table, policy) in everyone
    held = held_columns(check or "", names)
    return Update(policy, demands(policy.using, names), demands(check, names), is_open, held)


def changeable(schema: Schema, table: Table, columns: frozenset[str]) -> tuple[str, ...]:
    """Those columns that no restrictive policy, column grant or trigger keeps as they are."""
    names = Names.of(schema, table)
    held = {
        column
        for policy in table.restrictive(Command.UPDATE, ROLE)
        for column in demands(policy.effective_check, names).columns
    }
    return tuple(c for c in sorted(columns - held) if column_is_free(schema, table, c, Command.UPDATE, ROLE))


def widenings(schema: Schema, table: Table) -> Iterator[tuple[Update, Update, tuple[str, ...]]]:
    """(the policy that widens, the policy it undoes, the columns) for permissive policies joined by OR.

    A row may be saved when any policy's WITH CHECK accepts it, whichever policy's USING admitted the update.
    """
    found = updates(schema, table)
    for lax in found:
        if not lax.check.free or lax.open:
            continue
        for strict in found:
            columns = changeable(schema, table, strict.check.columns - lax.check.columns - lax.held)
            if strict is not lax and not strict.using.gated and not strict.check.gated and columns:
                yield lax, strict, columns
                break
