"""Findings of one cause as one group, and the fold: what a reviewer is shown first."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from checklists.model import Aside, Confidence, Finding, Severity

FOLD = {
    Severity.BLOCKER: Confidence.LOW,
    Severity.HIGH: Confidence.MEDIUM,
    Severity.MEDIUM: Confidence.HIGH,
}
"""The least confidence that is shown first, by severity; what is low or a note lies below the fold.

The graver a defect would be, the less it takes to be worth a look: a blocker always, a high one unless only a
name speaks for it, a medium one where the code settles it.
"""


@dataclass(frozen=True, slots=True)
class Group:
    """What one check found at one severity, the surest first: one cause, however many objects it has.

    What the team set aside is a group of its own.
    """

    check: str
    rule: str
    severity: Severity
    confidence: Confidence
    findings: tuple[Finding, ...]
    aside: Aside | None = None

    @property
    def id(self) -> str:
        """`check/severity`, with what it was set aside as; unique in a scan."""
        return "/".join(filter(None, (self.check, self.severity, self.aside)))

    @property
    def above_fold(self) -> bool:
        """Whether a reviewer sees it first."""
        least = FOLD.get(self.severity) if self.aside is None else None
        return least is not None and self.confidence.rank <= least.rank


def grouped(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """The groups of these findings, worst and surest first; within a group they keep their order."""
    ordered = sorted(findings, key=lambda each: (_cause(each), each.confidence.rank))
    groups = (_group(tuple(same)) for _, same in groupby(ordered, _cause))
    return tuple(sorted(groups, key=_worst_first))


def _cause(finding: Finding) -> tuple[str, int, str]:
    return finding.aside or "", finding.severity.rank, finding.check


def _worst_first(group: Group) -> tuple[bool, int, int, str]:
    """What was set aside comes last."""
    return group.aside is not None, group.severity.rank, group.confidence.rank, group.check


def _group(findings: tuple[Finding, ...]) -> Group:
    surest = findings[0]
    return Group(surest.check, surest.rule, surest.severity, surest.confidence, findings, surest.aside)
