"""What each record is worth: it counts where it approves, is valid of the merge, and its signer may sign."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from checklists.counting import counted
from checklists.model import Outcome
from checklists.record.gate.vouch import Vouched
from checklists.record.gate.waivers import Approval, WaiverState, faulty, waiver_states
from checklists.record.keys import Scheme
from checklists.record.markdown import page_end, split_page
from checklists.record.model import Decision
from checklists.record.policy import Policy, Role
from checklists.record.policy.model import Authors, Leniency
from checklists.record.signing import PGP
from checklists.record.staleness.states import ItemState, State

_NAMED = 4
_NO_WAIVER = "waived without a waiver that holds"


@dataclass(frozen=True, slots=True)
class SignOff:
    """A record with why it does not count, empty where it does; `lacking` are required items that do not.

    It is `current` where nothing but a waiver may stand in its way.
    """

    vouched: Vouched
    states: tuple[ItemState, ...]
    waivers: tuple[WaiverState, ...] = ()
    lacking: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    current: bool = False

    @property
    def counts(self) -> bool:
        """Whether it signs the change off."""
        return not self.faults

    @property
    def page(self) -> str | None:
        """The record's page, where the one beside it is the one that it names; its end is made anew."""
        candidate, record = self.vouched.candidate, self.vouched.record
        body, _ = split_page((candidate.page or b"").decode("utf-8", "replace"))
        if hashlib.sha256(body.encode()).hexdigest() != record.page_sha256:
            return None
        scheme = Scheme.OPENPGP if (candidate.signature or b"").lstrip().startswith(PGP) else Scheme.SSH
        return body + page_end(record, candidate.data, scheme)

    @property
    def approves(self) -> bool:
        """Whether it means to."""
        return self.vouched.record.verdict is Decision.APPROVE


def sign_off(
    vouched: Vouched,
    states: tuple[ItemState, ...],
    policy: Policy,
    approval: Approval,
    superseded: Mapping[str, str],
) -> SignOff:
    """What the record is worth under a policy."""
    role = next((each for each in policy.role if each.name == vouched.record.role), None)
    waivers = tuple(waiver_states(vouched.record, approval))
    required = policy.required_of(role)
    lacking = _lacking(vouched, states, policy, required, frozenset(faulty(waivers)))
    who = tuple(_who(vouched, role, policy, approval, superseded))
    return SignOff(
        vouched,
        states,
        waivers,
        lacking=tuple(item for items in lacking.values() for item in items),
        faults=(*who, *_items(lacking)),
        current=not who and lacking.keys() <= {_NO_WAIVER},
    )


def _who(
    vouched: Vouched, role: Role | None, policy: Policy, approval: Approval, superseded: Mapping[str, str]
) -> Iterator[str]:
    record = vouched.record
    if record.verdict is not Decision.APPROVE:
        yield f"its verdict is {record.verdict.value}"
    if by := superseded.get(vouched.candidate.sha256):
        yield f"{by} stands in its place"
    if policy.review.authors is Authors.EXCLUDED and record.reviewer.lower() in approval.authors:
        yield f"{record.reviewer} is an author of the change"
    if role is not None and role.members and record.reviewer not in role.members:
        yield f"{record.reviewer} is no member of {role.name}"


def _lacking(
    vouched: Vouched,
    states: tuple[ItemState, ...],
    policy: Policy,
    required: tuple[str, ...],
    faulty: frozenset[str],
) -> Mapping[str, tuple[str, ...]]:
    """Required items that do not count, by why in words that end in the items' names."""
    by_item, answers = {each.item: each.state for each in states}, {i.id: i for i in vouched.record.item}
    good = {State.VALID} | ({State.CARRIED} if policy.review.carried is Leniency.ACCEPTED else set())
    lacking: dict[str, list[str]] = {}
    for item in required:
        state, said = by_item.get(item, State.NEW), answers.get(item)
        if said is None or state not in good:
            lacking.setdefault(state.value, []).append(item)
        elif said.answer is Outcome.FAIL and policy.review.failing is Leniency.REFUSED:
            lacking.setdefault("failing", []).append(item)
        elif said.answer is Outcome.WAIVED and item in faulty:
            lacking.setdefault(_NO_WAIVER, []).append(item)
    return {why: tuple(items) for why, items in lacking.items()}


def _items(lacking: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for why, items in lacking.items():
        more = f" and {len(items) - _NAMED} more" if len(items) > _NAMED else ""
        verb = "is" if len(items) == 1 else "are"
        words = "carried, and the policy wants valid answers" if why == State.CARRIED.value else why
        yield f"{counted(len(items), 'items')} {verb} {words}: {', '.join(items[:_NAMED])}{more}"
