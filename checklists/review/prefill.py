"""Reports and catalogue in, one suggestion an item out: the worst of its children, with the reason."""

from collections import Counter
from collections.abc import Iterable

from checklists.counting import counted
from checklists.model import Finding, Item, Report, Severity, Status, Suggestion, Verdict


def suggest(item: Item, reports: Iterable[Report]) -> Suggestion:
    """What the reports that inform `item` add up to: fail > undetermined > pass > not applicable.

    A machine alone never suggests `pass` for an item that only a person can finish judging.
    """
    mine = [report for report in reports if item.id in report.items]
    findings = tuple(sorted((f for r in mine for f in r.findings), key=_worst_first))
    gaps = tuple(dict.fromkeys(gap for report in mine for gap in report.gaps))
    verdict, because = _verdict(item, mine, findings)
    examined: Counter[str] = Counter()
    for report in mine:
        for what, count in report.examined:
            examined[what] = max(examined[what], count)
    return Suggestion(
        item.id, verdict, because, tuple(examined.items()), tuple(r.check for r in mine), findings, gaps
    )


def _worst_first(finding: Finding) -> tuple[int, int, str, int]:
    return finding.severity.rank, finding.confidence.rank, finding.check, finding.occurrence


def _counts_as_fail(finding: Finding) -> bool:
    """An informational finding is shown but does not fail an item."""
    return finding.severity is not Severity.INFO


def _verdict(item: Item, reports: list[Report], findings: tuple[Finding, ...]) -> tuple[Verdict, str]:
    failing = [finding for finding in findings if _counts_as_fail(finding)]
    if failing:
        return Verdict.FAIL, _summary(failing)
    unsure = [gap for report in reports for gap in report.gaps]
    if unsure:
        more = f" (and {len(unsure) - 1} more)" if len(unsure) > 1 else ""
        return Verdict.UNDETERMINED, f"{unsure[0].object}: {unsure[0].because}{more}"
    looked = any(report.status in (Status.CLEAR, Status.FLAGGED) for report in reports)
    if not looked:
        return Verdict.NOT_APPLICABLE, "there is nothing in this repo that the checks of this item look at"
    if not item.automatic:
        return Verdict.UNDETERMINED, f"nothing was flagged, but {item.human[0].lower()}{item.human[1:]}"
    clear = counted(sum(report.status is Status.CLEAR for report in reports), "checks")
    return Verdict.PASS, f"{clear} looked and flagged nothing"


def _summary(failing: list[Finding]) -> str:
    first = failing[0]
    more = f" (and {counted(len(failing) - 1, 'more findings')})" if failing[1:] else ""
    return f"{first.message}{more}"
