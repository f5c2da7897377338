"""Reads a policy; what is wrong in it is told by file, key and line."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from checklists.catalogue import Section
from checklists.errors import RecordError
from checklists.record.policy.model import SCHEMA, Policy
from checklists.record.principal import check_principal
from checklists.record.scope import folder_of
from checklists.tomlfile import TomlFile

NAME = ".counterseal/policy.toml"
_HINT = "Mend it, and try: counterseal config validate"


def parse_policy(data: bytes, name: str = NAME, sections: Iterable[Section] | None = None) -> Policy:
    """The policy in a file's bytes.

    Args:
        data: The bytes.
        name: What messages call the file.
        sections: All that there are, the team's own as well, for what is required by name to be among them;
            where it is None that is not looked at.

    Raises:
        RecordError: It is no TOML, a key is unknown or of another type, or what it asks can never be had.
    """
    file = TomlFile(name, SCHEMA, RecordError, _HINT)
    policy, text = file.read(Policy, data)
    for where, what in (*_faults(policy), *(_unknown(policy, sections) if sections is not None else ())):
        raise file.fault(text, where, what)
    return policy


def policy_scope(data: bytes | None) -> tuple[str, ...]:
    """The scope that a policy asks for; none where there is no policy, or it cannot be read."""
    try:
        return parse_policy(data).scope if data is not None else ()
    except RecordError:
        return ()


def _faults(policy: Policy) -> Iterator[tuple[str, str]]:
    """What the types let through: the key, and what is wrong with it."""
    for number, glob in enumerate(policy.scope):
        if not folder_of(glob) or ".." in glob.split("/"):
            yield f"scope[{number}]", f"{glob!r} does not begin with a folder or file of the repo"
    if policy.review.signers < 1:
        yield "review.signers", "at least one person must sign"
    names = [role.name for role in policy.role]
    for number, role in enumerate(policy.role):
        where = f"role[{number}]"
        if not role.name.strip() or names.index(role.name) != number:
            yield f"{where}.name", f"{role.name!r} is empty or occurs twice"
        if role.signers < 1 or (role.members and role.signers > len(set(role.members))):
            yield f"{where}.signers", f"{role.signers} of {len(set(role.members))} members can never sign"
        yield from _principals(f"{where}.members", role.members)
    limits = policy.waivers
    yield from _principals("waivers.approvers", limits.approvers)
    for key in ("blocker", "high", "medium", "low", "info", "warn_days"):
        if (getattr(limits, key) or 0) < 0:
            yield f"waivers.{key}", "a number of days is 0 or more"
    yield from _principals("break_glass.members", policy.break_glass.members)
    if policy.break_glass.hours < 1:
        yield "break_glass.hours", "it is 1 or more"


def _unknown(policy: Policy, sections: Iterable[Section]) -> Iterator[tuple[str, str]]:
    known = {name for each in sections for name in (each.id, *(item.id for item in each.items))}
    asking = [("review", policy.review.required)]
    asking += [(f"role[{number}]", role.required) for number, role in enumerate(policy.role)]
    for where, names in asking:
        for number, name in enumerate(names):
            if name not in known:
                near = get_close_matches(name, known, 1)
                meant = f"; did you mean {near[0]}?" if near else ""
                yield f"{where}.required[{number}]", f"there is no item or section {name!r}{meant}"


def _principals(where: str, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for number, name in enumerate(names):
        try:
            check_principal(name)
        except RecordError:
            yield f"{where}[{number}]", f"{name!r} is not one plain address"
