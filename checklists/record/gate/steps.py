"""The cheapest way to an open gate: the fewest people, each with the fewest items to look at again."""

from collections.abc import Iterator
from dataclasses import dataclass

from checklists.counting import counted
from checklists.record.gate.decide import Gate
from checklists.record.gate.people import people
from checklists.record.gate.signoffs import SignOff
from checklists.record.policy import Role
from checklists.record.policy.model import Authors
from checklists.record.staleness.states import State


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: by whom, where that is known, and which items it is about."""

    what: str
    who: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


def steps(gate: Gate) -> tuple[Step, ...]:
    """What is left to do, in order; nothing where the gate is open."""
    if gate.holds:
        return ()
    return (*_first(gate), *_signing(gate))


def _first(gate: Gate) -> Iterator[Step]:
    """What nobody's next signature helps against."""
    for each in gate.requirements:
        if not each.holds and not each.by_signing:
            yield Step(f"{each.about}. {each.hint}")


def _signing(gate: Gate) -> Iterator[Step]:
    policy, counting = gate.base.policy, [each for each in gate.signed if each.counts]
    busy = {name for each in counting for name in (each.vouched.principal,)}
    for role in policy.role:
        mine = [each.vouched for each in counting if each.vouched.record.role == role.name]
        for _ in range(role.signers - len(people(mine))):
            step, who = _next(gate, role, busy)
            busy |= {who} if who else set()
            yield step
    after = len(people(each.vouched for each in counting)) + len(
        busy - {each.vouched.principal for each in counting}
    )
    for _ in range(policy.review.signers - after):
        step, who = _next(gate, None, busy)
        busy |= {who} if who else set()
        yield step


def _next(gate: Gate, role: Role | None, busy: set[str]) -> tuple[Step, str | None]:
    """Whoever has the least to do: a record that is nearly right before a review from the start."""
    as_role = f" as {role.name}" if role else ""
    near = min(
        (each for each in gate.signed if _may_continue(gate, each, role, busy)),
        key=lambda each: len(_asked_again(each)),
        default=None,
    )
    if near is not None:
        who = near.vouched.principal
        again = _asked_again(near)
        count = counted(len(again), "items")
        what = f"reviews {count} again, and seals{as_role}" if again else f"seals once more{as_role}"
        return Step(what, (who,), again), who
    able = tuple(name for name in _able(gate, role) if name not in busy)
    what = f"reviews {_all(gate, role)}, and seals{as_role}"
    if able:
        return Step(what, able), able[0]
    return Step(f"somebody else {what}: no other listed signer may, so add one (counterseal trust add)"), None


def _all(gate: Gate, role: Role | None) -> str:
    """What a review from the start answers: a record holds every item, also those that no policy requires."""
    needed, every = len(gate.base.required_of(role)), len(gate.base.team.items)
    if needed == every:
        return f"all {needed} required items"
    return (
        f"all {needed} required items, answers the {every - needed} others that a record holds as well "
        "(many at once: counterseal answer --from FILE)"
    )


def _asked_again(near: SignOff) -> tuple[str, ...]:
    """The items that a next review does not take over from this one."""
    taken = {each.item for each in near.states if each.state is State.CARRIED}
    return tuple(item for item in near.lacking if item not in taken)


def _may_continue(gate: Gate, each: SignOff, role: Role | None, busy: set[str]) -> bool:
    who = each.vouched.principal
    same_role = role is None or each.vouched.record.role == role.name
    return each.approves and same_role and not each.counts and who in _able(gate, role) and who not in busy


def _able(gate: Gate, role: Role | None) -> tuple[str, ...]:
    """Who may sign as the role, by address."""
    known = {name for line in gate.base.signers.lines for name in line.principals} | set(gate.base.openpgp)
    if gate.base.policy.review.authors is Authors.EXCLUDED:
        known = {name for name in known if name.lower() not in gate.authors}
    members = set(role.members) if role and role.members else known
    return tuple(sorted(known & members))
