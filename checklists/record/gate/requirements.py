"""What the policy asks for, point by point, and whether it is there."""

import shlex
from collections.abc import Iterator

from checklists.counting import counted
from checklists.record.gate.answered import items_answered, paths
from checklists.record.gate.base import REVOKED, Base
from checklists.record.gate.people import people
from checklists.record.gate.requirement import Requirement, met, unmet
from checklists.record.gate.signoffs import SignOff
from checklists.record.model import Decision
from checklists.record.policy import Role
from checklists.repo.merging import Merge

_NAMED = 5


def requirements(base: Base, merge: Merge, signed: tuple[SignOff, ...]) -> Iterator[Requirement]:
    """Every point, in the order in which they build on each other."""
    yield _merges(base, merge)
    yield _signers_list(base)
    yield _revocations(base)
    for role in base.policy.role:
        yield _role(role, signed)
    yield _people(base, signed)
    yield items_answered(base, signed)
    if base.policy.review.veto:
        yield _veto(signed)
    yield _waivers(signed)


def _merges(base: Base, merge: Merge) -> Requirement:
    if merge.tree:
        return met("merge", f"{merge.head[:12]} merges into {base.name}, tree {merge.tree[:12]}")
    named = ", ".join(merge.conflicts[:_NAMED])
    about = f"{merge.head[:12]} conflicts with {base.name} in {named}"
    return unmet("merge", about, f"Bring {base.name} into the branch.", merge.conflicts)


def _signers_list(base: Base) -> Requirement:
    refused = "".join(f"; line {number} does not count: {why}" for number, why in base.signers.refused)
    count = len({name for line in base.signers.lines for name in line.principals} | set(base.openpgp))
    about = f"{base.name} lets {counted(count, 'people') if count else 'nobody'} sign{refused}"
    return met("signers", about) if count else unmet("signers", about, "Add one: `counterseal trust add`")


def _revocations(base: Base) -> Requirement:
    if base.revoked is None:
        hint = f"Restore it; it may be empty: `touch {REVOKED}`"
        return unmet("revocations", f"{base.name} has no {REVOKED}", hint)
    about = f"{REVOKED} of {base.name} was asked" if base.revoked.strip() else "no key is revoked"
    return met("revocations", about)


def _role(role: Role, signed: tuple[SignOff, ...]) -> Requirement:
    mine = tuple(each for each in signed if each.vouched.record.role == role.name)
    found = people(each.vouched for each in mine if each.counts)
    name, about = f"role {role.name}", f"{len(found)} of {role.signers}"
    if len(found) >= role.signers:
        return met(name, f"{about}: {_names(found)}")
    why = _why_not(mine)
    hint = f"Review and seal as it: `counterseal seal --role {shlex.quote(role.name)}`"
    who = f" (members: {', '.join(role.members)})" if role.members and not mine else ""
    about = f"{about} signed{why or ': nobody signed as it'}{who}"
    return unmet(name, about, hint, _lacking_paths(mine), by_signing=True)


def _people(base: Base, signed: tuple[SignOff, ...]) -> Requirement:
    counting = [each.vouched for each in signed if each.counts]
    found, needed = people(counting), base.policy.review.signers
    about = f"{len(found)} of {needed} people signed" + (f": {_names(found)}" if found else "")
    if len(found) >= needed:
        return met("people", about)
    return unmet("people", about, "Have somebody else review and seal as well.", by_signing=True)


def _veto(signed: tuple[SignOff, ...]) -> Requirement:
    """A rejection stands whether or not what it rejected has changed: its author says when it is answered."""
    standing = [
        each.vouched.record
        for each in signed
        if each.vouched.record.verdict is Decision.REJECT and not each.superseded_by
    ]
    if not standing:
        return met("veto", "nobody rejects it")
    said = ", ".join(f"{each.reviewer} ({each.record_id})" for each in standing)
    hint = f"{standing[0].reviewer} reviews it again and seals; a deleted record still counts."
    return unmet("veto", f"rejected by {said}", hint)


def _waivers(signed: tuple[SignOff, ...]) -> Requirement:
    meant = [each for each in signed if each.current]
    faults = {f"{state.of}: {state.fault}" for each in meant for state in each.waivers if state.fault}
    if faults:
        about = "; ".join(sorted(faults))
        return unmet("waivers", about, "Mend it, or waive it anew: `counterseal answer ITEM waived`")
    held = {state.of for each in meant for state in each.waivers}
    notes = sorted({f"{state.of} {state.note}" for each in meant for state in each.waivers if state.note})
    count = f"{counted(len(held), 'waivers')} of those who approve {'holds' if len(held) == 1 else 'hold'}"
    about = "; ".join((count, *notes))
    return met("waivers", about if held else "nothing is waived")


def _names(found: tuple[frozenset[str], ...]) -> str:
    return ", ".join(" = ".join(sorted(names)) for names in found)


def _why_not(signed: tuple[SignOff, ...]) -> str:
    faults = [f"{each.vouched.record.record_id}: {', '.join(each.faults)}" for each in signed if each.faults]
    return f": {'; '.join(faults[:_NAMED])}" if faults else ""


def _lacking_paths(signed: tuple[SignOff, ...]) -> tuple[str, ...]:
    return tuple(sorted({path for each in signed for path in paths([each], each.lacking)}))
