"""Findings of one cause as one group, and the fold: what a reviewer is shown first."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from checklists.model import Confidence, Finding, Severity

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
    """What one check found at one severity, the surest first: one cause, however many objects it has."""

    check: str
    rule: str
    severity: Severity
    confidence: Confidence
    findings: tuple[Finding, ...]

    @property
    def id(self) -> str:
        """`check/severity`, which is unique in a scan."""
        return f"{self.check}/{self.severity}"

    @property
    def above_fold(self) -> bool:
        """Whether a reviewer sees it first."""
        least = FOLD.get(self.severity)
        return least is not None and self.confidence.rank <= least.rank


def grouped(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """The groups of these findings, worst and surest first; within a group they keep their order."""
    ordered = sorted(findings, key=lambda each: (each.severity.rank, each.check, each.confidence.rank))
    groups = (_group(tuple(same)) for _, same in groupby(ordered, lambda each: (each.severity, each.check)))
    return tuple(sorted(groups, key=lambda group: (group.severity.rank, group.confidence.rank, group.check)))


def _group(findings: tuple[Finding, ...]) -> Group:
    surest = findings[0]
    return Group(surest.check, surest.rule, surest.severity, surest.confidence, findings)
