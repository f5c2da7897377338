"""Whether every required item is answered, valid of the merge, and nobody's answer speaks against it."""

from collections.abc import Collection, Iterable, Mapping

from checklists.counting import named
from checklists.model import Outcome
from checklists.record.gate.base import Base
from checklists.record.gate.lacking import Lack, lacking, told
from checklists.record.gate.requirement import Requirement, met, unmet
from checklists.record.gate.signoffs import SignOff
from checklists.record.policy.model import Leniency
from checklists.record.staleness.states import State

_NAMED = 4
_STANDING = (State.VALID, State.CARRIED)


def items_answered(base: Base, signed: tuple[SignOff, ...]) -> Requirement:
    """Each item is answered by one of those that count, also where their roles need not answer it."""
    required, against = base.required_of(), spoken_against(base, signed)
    fit = [each for each in signed if not each.unfit]
    if not fit:
        about = "; ".join((f"no approval answers the {len(required)} required items", *_said(against)))
        hint = "Review it: `counterseal review`, then `counterseal seal --verdict approve`"
        return unmet("items", about, _answering(against) or hint, by_signing=not against)
    short = [(each, _short(each, base, required)) for each in fit]
    among = [pair for pair in short if pair[0].counts] or [min(short, key=lambda pair: len(pair[1]))]
    missing = {i: why for i, why in among[0][1].items() if all(i in each for _, each in among)}
    best = [each for each, _ in among]
    against = {item: each for item, each in against.items() if item not in missing}
    good = sum(item not in missing and item not in against for item in required)
    about = f"{good} of {len(required)} required items are answered and valid"
    about += f" in {', '.join(each.vouched.record.record_id for each in best)}"
    if not missing and not against:
        return met("items", about)
    hints = (("Answer the rest: `counterseal review`",) if missing else ()) + (_answering(against),)
    # Where somebody counts already, whoever is still to sign need not be asked for these.
    by_signing = not against and not any(each.counts for each in best)
    about = "; ".join((about, *told(missing), *_said(against)))
    return unmet("items", about, " ".join(filter(None, hints)), paths(best, missing), by_signing=by_signing)


def spoken_against(base: Base, signed: tuple[SignOff, ...]) -> Mapping[str, SignOff]:
    """The items, required of anybody, that a record which still holds of the merge answers with fail.

    Whose record it is, in which role and with which verdict makes no difference. It speaks no more once its
    author's later record stands in its place, what the item rests on changed, or one of those who count
    waived the item.
    """
    if base.policy.review.failing is Leniency.ACCEPTED:
        return {}
    required = {*base.required_of(), *(item for role in base.policy.role for item in base.required_of(role))}
    waived = {state.of for each in signed if each.counts for state in each.waivers if not state.fault}
    found: dict[str, SignOff] = {}
    for each in signed:
        if not each.superseded_by and not each.elsewhere:
            for item in sorted(_failing(each) & required - waived):
                found.setdefault(item, each)
    return found


def _failing(each: SignOff) -> set[str]:
    standing = {state.item for state in each.states if state.state in _STANDING}
    return standing & {item.id for item in each.vouched.record.answered(Outcome.FAIL)}


def _said(against: Mapping[str, SignOff]) -> Iterable[str]:
    for each in dict.fromkeys(each.vouched.record.record_id for each in against.values()):
        items = [item for item, by in against.items() if by.vouched.record.record_id == each]
        yield f"{named(items, _NAMED)} {'fails' if len(items) == 1 else 'fail'} in {each}"


def _answering(against: Mapping[str, SignOff]) -> str:
    if not against:
        return ""
    who = named(sorted({each.vouched.principal for each in against.values()}), _NAMED)
    item = next(iter(against))
    return f"Mend it and have {who} review it again, or waive it: `counterseal answer {item} waived`"


def _short(each: SignOff, base: Base, required: tuple[str, ...]) -> Mapping[str, Lack]:
    return lacking(each.vouched.record, each.states, each.waivers, base.policy, required)


def paths(signed: Iterable[SignOff], items: Collection[str]) -> tuple[str, ...]:
    """The files that made these items stale."""
    found = (state for each in signed for state in each.states if state.item in items)
    return tuple(sorted({path for state in found for path in state.paths}))
