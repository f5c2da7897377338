"""Whether a row that was given another name has changed hands, or only bears the name."""

from checklists.live.model import Action, Outcome, Shape
from checklists.live.probe.actors import Actor
from checklists.live.probe.cells import Bench, Tried
from checklists.live.probe.context import Context
from checklists.live.probe.decoding import PASSED
from checklists.live.probe.trials import Trial
from checklists.live.probe.trying import attempt
from checklists.live.rows.people import PEOPLE
from checklists.live.rows.solving import qualified, quoted


def changes_hands(context: Context, bench: Bench, actor: Actor, given: Tried, tried: list[Tried]) -> bool:
    """Whether it matters that the actor wrote somebody else's id into its own row.

    It does where either of them may then do with the row what they could not before, or no longer what they
    could, and where policies refuse a new row in that name. Elsewhere the column (`created_by` of what
    belongs to an organisation) says who did something, and no policy asks it.
    """
    own = context.seeded.of(bench.table, actor.persona.name) if actor.persona else None
    if own is None:
        return False
    handed = f"{actor.sign_in}; {given.trial.sql}; "
    for reader in (actor, reader_of(actor)):
        if _may(context, bench, reader, own.where) != _may(context, bench, reader, given.trial.then, handed):
            return True
    return _holds_to_the_name(bench, actor, given.trial, tried)


def reader_of(actor: Actor) -> Actor:
    """The actor's victim as one who signs in."""
    victim = next(person for person in PEOPLE if person.name == actor.victim)
    return Actor(victim.name, "authenticated", victim, actor.name)


def _may(
    context: Context, bench: Bench, reader: Actor, where: str, first: str = ""
) -> tuple[bool, bool, bool]:
    """Whether a reader may read, update and delete the row, `first` having run."""
    table, column = qualified(bench.table), context.subject(bench.table, reader).neutral
    statements = (
        f"select 1 from {table} where {where}",
        f"update {table} set {quoted(column)} = {quoted(column)} where {where}",
        f"delete from {table} where {where}",
    )
    answers = [attempt(context.connection, None, f"{first}{reader.sign_in}; {each}") for each in statements]
    read, updated, deleted = (not answer.failed and answer.rows > 0 for answer in answers)
    return read, updated, deleted


def _holds_to_the_name(bench: Bench, actor: Actor, trial: Trial, tried: list[Tried]) -> bool:
    """Whether policies let the actor put in a row of its own, and refuse the same in the other's name."""
    own = next((e for e in tried if e.trial.command is Action.INSERT and e.trial.shape is Shape.OWN), None)
    if own is None or own.outcome not in PASSED or not trial.forged:
        return False
    forged = Trial(Action.INSERT, Shape.OTHERS, trial.forged, breach=True)
    return bench.try_one(actor, forged).outcome is Outcome.DENIED_BY_POLICY
