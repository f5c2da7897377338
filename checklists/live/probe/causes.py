"""What opens a hole: the policies without which it closes, and the rows that give the actor a role."""

from dataclasses import dataclass

from checklists.live.model import Action, Cause, Shape
from checklists.live.probe.actors import Actor
from checklists.live.probe.cells import Bench
from checklists.live.probe.context import Context
from checklists.live.probe.trials import Trial
from checklists.live.probe.trying import attempt, undone
from checklists.live.rows.candidates import by_power, candidates
from checklists.live.rows.inserting import Row
from checklists.live.rows.options import is_role_column
from checklists.live.rows.people import A
from checklists.live.rows.solving import qualified, quoted, value_sql
from checklists.sql.schema import Policy

_LABELS = 6


@dataclass(frozen=True, slots=True)
class Role:
    """A row of the actor's without which a hole closes; `label` is the value that matters, if one does."""

    row: Row
    label: str = ""

    @property
    def words(self) -> str:
        """For a sentence."""
        return f"{self.row.table} with {self.label}" if self.label else self.row.table


@dataclass(frozen=True, slots=True)
class Opening:
    """`alone` are the policies that each open it, `together` those that only do so jointly; `roles` the rows
    that it needs. With row security off there is no policy to name.
    """

    secured: bool = True
    alone: tuple[Policy, ...] = ()
    together: tuple[Policy, ...] = ()
    roles: tuple[Role, ...] = ()

    @property
    def causes(self) -> tuple[Cause, ...]:
        """As the proof states them, sorted."""
        if not self.secured:
            return (Cause(words="row level security is off"),)
        rows = tuple(sorted(role.words for role in self.roles))
        found = [Cause((policy.object,), rows) for policy in self.alone]
        if self.together:
            found.append(Cause(tuple(sorted(policy.object for policy in self.together)), rows))
        if not found:
            found.append(Cause((), rows, "no policy accounts for it alone"))
        return tuple(sorted(found))


def opening(context: Context, bench: Bench, actor: Actor, trial: Trial) -> Opening:
    """Attribute a hole by taking things away, one at a time, and trying again."""
    known = context.table(bench.table)
    if known is not None and not known.rls_enabled:
        return Opening(secured=False)
    policies = context.permissive(bench.table, trial.command, actor.role)
    alone = tuple(
        p
        for p in policies
        if _holds_without(context, bench, actor, trial, [q for q in policies if q is not p])
    )
    together: tuple[Policy, ...] = ()
    if not alone:
        together = tuple(p for p in policies if not _holds_without(context, bench, actor, trial, [p]))
    return Opening(alone=alone, together=together, roles=_roles(context, bench, actor, trial))


def _holds_without(
    context: Context, bench: Bench, actor: Actor, trial: Trial, policies: list[Policy]
) -> bool:
    with undone(context.connection):
        for policy in policies:
            context.connection.execute(f"drop policy {quoted(policy.name)} on {qualified(policy.table)}")
        return bench.passes(actor, trial)


def _mine(context: Context, row: Row) -> str:
    """The condition for every row of the same person in that table."""
    people = [c for c in context.seeded.whose.person_columns(row.table) if row.values.get(c) is not None]
    if not people:
        return row.where
    return " or ".join(f"{quoted(c)} = {value_sql(row.values[c])}" for c in people[:1])


def _roles(context: Context, bench: Bench, actor: Actor, trial: Trial) -> tuple[Role, ...]:
    rows = [
        row
        for row in context.rows_of(actor, context.asked(bench.table))
        if row.table != bench.table or _of_others(trial)
    ]
    found = []
    for row in rows:
        where = _mine(context, row)
        if not _passes_after(context, bench, actor, trial, _gone(context, row)):
            found.append(Role(row, _label(context, bench, actor, trial, row, where)))
    together = "; ".join(_gone(context, row) for row in rows)
    if not found and len(rows) > 1 and not _passes_after(context, bench, actor, trial, together):
        found = [Role(row) for row in rows]
    return tuple(found)


def _gone(context: Context, row: Row) -> str:
    return f"delete from {qualified(row.table)} where {_mine(context, row)}"


def _of_others(trial: Trial) -> bool:
    """Whether it does without a row of the actor's own in the table itself."""
    return trial.command is Action.INSERT or trial.shape in (Shape.OTHERS, Shape.BLIND, Shape.TAKE)


def _passes_after(context: Context, bench: Bench, actor: Actor, trial: Trial, change: str) -> bool:
    """Whether the hole is still open after a change made as `postgres`, triggers and keys off."""
    with undone(context.connection):
        if attempt(context.connection, None, change, replica=True).failed:
            return True
        context.connection.execute("set local session_replication_role = replica")
        context.connection.execute(change)
        context.connection.execute("set local session_replication_role = origin")
        return bench.passes(actor, trial)


def _label(context: Context, bench: Bench, actor: Actor, trial: Trial, row: Row, where: str) -> str:
    """The role that matters: another value in its column closes the hole."""
    relation = context.seeded.relations[row.table]
    for attribute in relation.attributes:
        value = row.values.get(attribute.name)
        if value is None or not is_role_column(attribute):
            continue
        others = (
            ("false",)
            if attribute.base == "bool"
            else by_power(candidates(attribute, relation.checks, A), powerful=False)
        )
        for other in [each for each in others if each not in (value, None)][:_LABELS]:
            assignment = f"{quoted(attribute.name)} = {value_sql(other)}"
            change = f"update {qualified(row.table)} set {assignment} where {where}"
            if not _passes_after(context, bench, actor, trial, change):
                return f"{attribute.name} = {value}"
    return ""
