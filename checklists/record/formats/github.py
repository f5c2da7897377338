"""A scan as annotations of a GitHub workflow, worst first."""

from collections.abc import Iterator

from checklists.counting import counted
from checklists.model import Finding, Severity
from checklists.record.annotations import Level, annotation
from checklists.review.scan import Scan

MOST = 10
"""GitHub shows ten errors and ten warnings of a step; what comes after is counted in one notice."""
_LEVELS = {
    Severity.BLOCKER: Level.ERROR, Severity.HIGH: Level.ERROR, Severity.MEDIUM: Level.WARNING,
    Severity.LOW: Level.NOTICE, Severity.INFO: Level.NOTICE,
}  # fmt: skip


def as_annotations(scan: Scan) -> Iterator[str]:
    """One line a finding that is not set aside, at most ten of each level, then how many there are in all."""
    seen, shown = dict.fromkeys(Level, 0), 0
    findings = [each for each in scan.findings if each.aside is None]
    for finding in findings:
        level = _LEVELS[finding.severity]
        seen[level] += 1
        if seen[level] <= MOST:
            shown += 1
            yield _annotation(level, finding)
    yield annotation(Level.NOTICE, "Counterseal", f"{counted(len(findings), 'findings')}, {shown} shown.")


def _annotation(level: Level, finding: Finding) -> str:
    place = finding.location
    return annotation(
        level, finding.id, f"{finding.message}\n{finding.remedy}".strip(), path=place.path, line=place.line,
        end=place.end_line,
    )  # fmt: skip
