"""Which required items the answers of a record do not meet, and why."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from checklists.counting import counted
from checklists.model import Outcome
from checklists.record.gate.waivers import WaiverState
from checklists.record.model import Record, SealedItem
from checklists.record.policy import Policy
from checklists.record.policy.model import Leniency
from checklists.record.staleness.states import ItemState, State

_NAMED = 4


class Lack(StrEnum):
    """Why an answer does not count, in words that go after "1 item is"."""

    NEW = "new"
    STALE = "stale"
    CARRIED = "carried, and the policy wants valid answers"
    FAILING = "failing"
    UNWAIVED = "waived without a waiver that holds"


_STATES = {State.NEW: Lack.NEW, State.STALE: Lack.STALE, State.CARRIED: Lack.CARRIED}


def lacking(
    record: Record,
    states: Iterable[ItemState],
    waivers: Iterable[WaiverState],
    policy: Policy,
    required: Iterable[str],
) -> Mapping[str, Lack]:
    """The required items whose answers do not count, in order."""
    by_item, answers = {each.item: each.state for each in states}, {each.id: each for each in record.item}
    waived = {each.of for each in waivers if not each.fault} & {each.item for each in record.waiver}
    every = {
        item: _why(by_item.get(item, State.NEW), answers.get(item), policy, waived=item in waived)
        for item in required
    }
    return {item: why for item, why in every.items() if why is not None}


def _why(state: State, said: SealedItem | None, policy: Policy, *, waived: bool) -> Lack | None:
    if said is None:
        return Lack.NEW
    accepted = state is State.CARRIED and policy.review.carried is Leniency.ACCEPTED
    if state is not State.VALID and not accepted:
        return _STATES[state]
    if said.answer is Outcome.FAIL and policy.review.failing is Leniency.REFUSED:
        return Lack.FAILING
    return Lack.UNWAIVED if said.answer is Outcome.WAIVED and not waived else None


def told(lacks: Mapping[str, Lack]) -> Iterator[str]:
    """Each reason once, with how many items it is about, and the first of them."""
    for why in dict.fromkeys(lacks.values()):
        items = [item for item, each in lacks.items() if each is why]
        more = f" and {len(items) - _NAMED} more" if len(items) > _NAMED else ""
        verb = "is" if len(items) == 1 else "are"
        yield f"{counted(len(items), 'items')} {verb} {why.value}: {', '.join(items[:_NAMED])}{more}"
