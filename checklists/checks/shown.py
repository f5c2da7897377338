"""A fault that both the text and a proof show is one: each finding names the other, and they weigh the same.

The text says which policy it is, the proof who does what by it. What was done is no lesser fault where it is
read, and what fails is as bad as the check says that knows why.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from checklists.counting import counted
from checklists.live.model import Action, Claim, ClaimStatus, Note
from checklists.model import Finding, Report, Severity
from checklists.sql.quoting import listed

WRONG = (ClaimStatus.REFUTED, ClaimStatus.BROKEN)
# Those who need no account, or make one by themselves, come first: what they can do is worst.
_STRANGERS = ("anon", "anonymous", "B", "C", "A")

# What these flag of a table fails whoever asks it.
_OF_FAILURES = frozenset({"policy_lookup_unreadable", "policy_recursion"})


def holes(claims: Iterable[Claim]) -> list[list[Claim]]:
    """What is wrong, by table, status, cause and actors, whatever the commands.

    What an upsert can do because an INSERT or UPDATE can is no hole of its own.
    """
    wrong = [claim for claim in claims if claim.status in WRONG]
    actors: dict[tuple[object, ...], set[str]] = {}
    for claim in wrong:
        actors.setdefault((claim.command, *_cause(claim)), set()).add(claim.actor)
    plain = [claim for claim in wrong if claim.command is not Action.UPSERT]
    found: dict[tuple[object, ...], list[Claim]] = {}
    for claim in wrong:
        if claim.command is not Action.UPSERT or not any(_covers(each, claim) for each in plain):
            who = frozenset(actors[claim.command, *_cause(claim)])
            found.setdefault((*_cause(claim), who), []).append(claim)
    return list(found.values())


def rank(actor: str) -> int:
    """0 for whoever has the least rights."""
    return _STRANGERS.index(actor) if actor in _STRANGERS else len(_STRANGERS)


def tried(claims: Sequence[Claim]) -> str:
    """`update and delete`: the commands, in their usual order."""
    return listed(tuple(each.value for each in Action if any(c.command is each for c in claims)), most=6)


def people(claims: Sequence[Claim]) -> str:
    """`anon, C and A`: the actors, strangers first."""
    return listed(tuple(sorted({claim.actor for claim in claims}, key=rank)), most=6)


def headline(hole: Sequence[Claim]) -> str:
    """What was done, to which table, by whom."""
    verb = "is" if len({claim.command for claim in hole}) == 1 else "are"
    return f"{tried(hole)} on {hole[0].table} {verb} {hole[0].status.value} for {people(hole)}"


def joined(shown: Report, read: Iterable[Report], claims: Iterable[Claim]) -> Iterator[Report]:
    """The reports with their findings told as one.

    Args:
        shown: The proof's, whose findings begin with the headlines of holes.
        read: Those of checks that say what a proof tries as well.
        claims: What the proof claims.
    """
    reports = list(read)
    known = {finding.id: finding for report in reports for finding in report.findings}
    told = {finding.id: finding for finding in shown.findings}
    for hole in holes(claims):
        twins = sorted((f for f in known.values() if _Hole.of(hole).is_of(f)), key=_worst_first)
        for finding in [f for f in told.values() if f.message.startswith(f"{headline(hole)}:")][:1]:
            told[finding.id] = _named(finding, twins, hole)
            for twin in twins:
                known[twin.id] = _shown(twin, told[finding.id], hole, raised=twin is twins[0])
    yield replace(shown, findings=tuple(told.values()))
    for report in reports:
        yield replace(report, findings=tuple(known[finding.id] for finding in report.findings))


@dataclass(frozen=True, slots=True)
class _Hole:
    """What opens it, by the names of findings: policies, and the table, view, function or constraint."""

    policies: Set[str]
    others: Set[str]
    words: str

    @staticmethod
    def of(claims: Sequence[Claim]) -> "_Hole":
        causes = [cause for claim in claims for cause in claim.causes]
        policies = {name for cause in causes for name in cause.policies}
        words = [cause.words for cause in causes if cause.words]
        whole = claims[0].status is ClaimStatus.REFUTED and (
            not policies or any(Note.SELF_MADE in claim.notes for claim in claims)
        )
        table = claims[0].table
        others = {f"{kind}:{table}" for kind in ("table", "view", "function")} if whole else set()
        return _Hole(policies, others | {word.partition(" ")[0] for word in words}, " ".join(words))

    def is_of(self, finding: Finding) -> bool:
        """Whether the finding is about that, or about the table that a failing policy asks in vain."""
        if finding.object in self.policies | self.others:
            return True
        kind, _, name = finding.object.partition(":")
        table = name.partition("/")[0].rpartition(".")[2]
        in_vain = self.words.endswith((f"for table {table}", f'in policy for relation "{table}"'))
        return in_vain and kind in ("table", "policy") and finding.check in _OF_FAILURES


def _named(finding: Finding, twins: Sequence[Finding], hole: Sequence[Claim]) -> Finding:
    if not twins:
        return finding
    broken = hole[0].status is ClaimStatus.BROKEN
    severity = twins[0].severity if broken else _worse(finding.severity, twins[0].severity)
    more = f" and {counted(len(twins) - 1, 'more findings')}" if len(twins) > 1 else ""
    said = f"{finding.message} The text shows why: {twins[0].check} on {twins[0].object}{more}."
    return replace(finding, severity=severity, message=said)


def _shown(twin: Finding, shown: Finding, hole: Sequence[Claim], *, raised: bool) -> Finding:
    """The finding of the text; as bad as what was done by it alone, and in the flesh."""
    provisional = any(claim.provisional for claim in hole)
    alone = all(len(cause.policies) < 2 for claim in hole for cause in claim.causes)
    raised = raised and alone and not provisional and hole[0].status is ClaimStatus.REFUTED
    doubt = ", provisionally" if provisional else ""
    said = f"The proof shows it{doubt}: {tried(hole)} on {hole[0].table} as {people(hole)}."
    severity = _worse(twin.severity, shown.severity) if raised else twin.severity
    return replace(twin, severity=severity, message=f"{twin.message} {said}")


def _cause(claim: Claim) -> tuple[object, ...]:
    return claim.table, claim.status, claim.causes


def _covers(plain: Claim, upsert: Claim) -> bool:
    if (plain.table, plain.status) != (upsert.table, upsert.status):
        return False
    names = [{name for cause in claim.causes for name in cause.policies} for claim in (plain, upsert)]
    return bool(names[0] & names[1]) or plain.causes == upsert.causes


def _worse(one: Severity, other: Severity) -> Severity:
    return min(one, other, key=lambda each: each.rank)


def _worst_first(finding: Finding) -> tuple[int, str]:
    return finding.severity.rank, finding.id
