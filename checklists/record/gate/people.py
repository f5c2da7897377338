"""How many people signed: two keys of one person are one, and so are two names with one key."""

from collections.abc import Iterable, Mapping

from checklists.record.gate.vouch import Vouched


def people(signed: Iterable[Vouched]) -> tuple[frozenset[str], ...]:
    """The principals of each person, by way of the keys that they share; in order of their names."""
    groups: list[tuple[set[str], set[str]]] = []
    for each in signed:
        names, keys = {each.principal}, {each.key}
        apart = []
        for group in groups:
            if group[0] & names or group[1] & keys:
                names |= group[0]
                keys |= group[1]
            else:
                apart.append(group)
        groups = [*apart, (names, keys)]
    return tuple(sorted((frozenset(names) for names, _ in groups), key=min))


def superseded(signed: Iterable[Vouched]) -> Mapping[str, str]:
    """By the digest of a record, the id of a later one by the same person that stands in its place.

    A record takes the place of those that it continues in the same role; a rejection withdraws every approval
    of the same person, and any later word of theirs a rejection.
    """
    every = {each.candidate.sha256: each for each in signed}
    found: dict[str, str] = {}
    for later in every.values():
        for earlier in _before(later, every):
            same_role = earlier.record.role == later.record.role
            if same_role or "reject" in (earlier.record.verdict.value, later.record.verdict.value):
                found[earlier.candidate.sha256] = later.record.record_id
    return found


def _before(later: Vouched, every: Mapping[str, Vouched]) -> Iterable[Vouched]:
    """The records of the same person that it continues, nearest first."""
    seen: set[str] = set()
    name = later.record.previous
    while name is not None and name in every and name not in seen:
        seen.add(name)
        earlier = every[name]
        if earlier.principal != later.principal:
            return
        yield earlier
        name = earlier.record.previous
