"""What the cells of a command show besides isolation: soft deletes, and rows that cannot be returned."""

from dataclasses import replace

from checklists.live.model import Action, Claim, Note, Outcome, Shape
from checklists.live.probe.actors import Actor
from checklists.live.probe.cells import Tried
from checklists.live.probe.decoding import PASSED

_WORDS = {
    Note.SOFT_DELETE_REFUSED: "its own row can be updated, but not marked as deleted",
    Note.DELETED_VISIBLE: "its own row is still read after it was marked as deleted",
    Note.RETURNING_REFUSED: "an INSERT goes through, but not with RETURNING",
}


def observed(claim: Claim, actor: Actor, tried: list[Tried]) -> Claim:
    """The claim with what else was seen, as notes and in words, and SQL that shows it where it had none."""
    outcomes = {(each.trial.command, each.trial.shape): each for each in tried}
    found: dict[Note, Tried] = {}
    deleted = outcomes.get((claim.command, Shape.DELETED))
    own = outcomes.get((claim.command, Shape.OWN))
    if deleted is not None and claim.command is Action.SELECT and deleted.outcome in PASSED:
        found[Note.DELETED_VISIBLE] = deleted
    refused = deleted is not None and deleted.outcome in (Outcome.DENIED_BY_POLICY, Outcome.FILTERED)
    if deleted is not None and claim.command is Action.UPDATE and refused and own and own.outcome in PASSED:
        found[Note.SOFT_DELETE_REFUSED] = deleted
    returning = outcomes.get((claim.command, Shape.RETURNING))
    if (
        returning is not None
        and returning.outcome is Outcome.DENIED_BY_POLICY
        and own
        and own.outcome in PASSED
    ):
        found[Note.RETURNING_REFUSED] = returning
    if not found:
        return claim
    because = "; ".join((claim.because, *(_WORDS[note] for note in found)))
    first = next(iter(found.values()))
    notes = tuple(sorted({*claim.notes, *found}))
    return replace(claim, because=because, notes=notes, sql=claim.sql or actor.replay(first.trial.sql))


def kept(claim: Claim, known: Claim | None) -> Claim:
    """The claim with what was seen of the same command besides isolation, when it was tried plainly."""
    notes = [note for note in known.notes if note in _WORDS] if known is not None else []
    because = "; ".join((claim.because, *(_WORDS[note] for note in notes)))
    return replace(claim, because=because, notes=tuple(sorted({*claim.notes, *notes})))
