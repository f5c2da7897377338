"""What each record is worth: it counts where it approves, is valid of the merge, and its signer may sign."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from checklists.counting import named
from checklists.record.gate.base import Base
from checklists.record.gate.lacking import Lack, lacking, told
from checklists.record.gate.vouch import Vouched
from checklists.record.gate.waivers import Approval, WaiverState, waiver_states
from checklists.record.keys import Scheme
from checklists.record.markdown import page_end, split_page
from checklists.record.model import Decision, Record
from checklists.record.policy import Policy, Role
from checklists.record.policy.model import Authors
from checklists.record.scope import backend_of
from checklists.record.signing import PGP
from checklists.record.staleness.states import ItemState


@dataclass(frozen=True, slots=True)
class SignOff:
    """A record with why it does not count, empty where it does.

    `unfit` says why its signer's word does not sign the change off, whatever it answers; `superseded_by` is
    the record that stands in its place. `lacking` are the items required of its role that do not count.
    `elsewhere`: the change touches backends, and none of its.
    """

    vouched: Vouched
    states: tuple[ItemState, ...]
    waivers: tuple[WaiverState, ...] = ()
    lacking: Mapping[str, Lack] = field(default_factory=dict, hash=False)
    unfit: tuple[str, ...] = ()
    superseded_by: str = ""
    elsewhere: bool = False

    @property
    def faults(self) -> tuple[str, ...]:
        """Why it does not count."""
        return (*self.unfit, *told(self.lacking))

    @property
    def counts(self) -> bool:
        """Whether it signs the change off."""
        return not self.unfit and not self.lacking

    @property
    def current(self) -> bool:
        """Whether nothing but a waiver may stand in its way."""
        return not self.unfit and set(self.lacking.values()) <= {Lack.UNWAIVED}

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
    base: Base,
    approval: Approval,
    superseded: Mapping[str, str],
) -> SignOff:
    """What the record is worth under the base's policy."""
    policy = base.policy
    role = next((each for each in policy.role if each.name == vouched.record.role), None)
    waivers = tuple(waiver_states(vouched.record, approval))
    by = superseded.get(vouched.candidate.sha256, "")
    return SignOff(
        vouched,
        states,
        waivers,
        lacking(vouched.record, states, waivers, policy, base.required_of(role)),
        tuple(_unfit(vouched, role, policy, approval, by)),
        by,
        elsewhere=bool(approval.backends) and not approval.backends & _backends(vouched.record),
    )


def _unfit(
    vouched: Vouched, role: Role | None, policy: Policy, approval: Approval, superseded_by: str
) -> Iterator[str]:
    record = vouched.record
    if record.verdict is not Decision.APPROVE:
        yield f"its verdict is {record.verdict.value}"
    if superseded_by:
        yield f"{superseded_by} stands in its place"
    if policy.review.authors is Authors.EXCLUDED and record.reviewer.lower() in approval.authors:
        yield f"{record.reviewer} is an author of the change"
    others = sorted(approval.backends - _backends(record))
    if others:
        mine = record.subject.supabase_dir or "another backend"
        yield f"it is of {mine}, and the change is in {named(others)}"
    if role is not None and role.members and record.reviewer not in role.members:
        yield f"{record.reviewer} is no member of {role.name}"


def _backends(record: Record) -> frozenset[str | None]:
    """The Supabase folders that it is of: the one that was named, and those of the recorded migrations."""
    return frozenset((record.subject.supabase_dir, *(backend_of(each.path) for each in record.migration)))
