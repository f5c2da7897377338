"""Reports and catalogue in, one suggestion an item out: the worst of its children, with the reason."""

from collections import Counter
from collections.abc import Iterable

from checklists.counting import counted
from checklists.model import REHEARSED, Aside, Finding, Gap, Item, Report, Status, Suggestion, Verdict


def suggest(item: Item, reports: Iterable[Report]) -> Suggestion:
    """What the reports that inform `item` add up to: fail > undetermined > pass > not applicable.

    A machine alone never suggests `pass` for an item that only a person can finish judging. One that no check
    looks at is undetermined.
    """
    mine = [report for report in reports if item.id in report.items]
    findings = tuple(sorted((f for r in mine for f in r.findings), key=_worst_first))
    gaps = tuple(dict.fromkeys(gap for report in mine for gap in report.gaps))
    verdict, because = _verdict(item, mine, findings, gaps)
    examined: Counter[str] = Counter()
    for report in mine:
        for what, count in report.examined:
            examined[what] = max(examined[what], count)
    return Suggestion(
        item.id, verdict, because, tuple(examined.items()), tuple(r.check for r in mine), findings, gaps
    )


def _worst_first(finding: Finding) -> tuple[bool, int, int, str, int]:
    """What the team set aside comes last."""
    rank = finding.severity.rank, finding.confidence.rank
    return finding.aside is not None, *rank, finding.check, finding.occurrence


def _verdict(
    item: Item, reports: list[Report], findings: tuple[Finding, ...], gaps: tuple[Gap, ...]
) -> tuple[Verdict, str]:
    if not reports:
        return Verdict.UNDETERMINED, _lower(item.human) or "no check looks at this: a person answers it"
    if any(finding.fails for finding in findings):
        return Verdict.FAIL, findings[0].message + _and_more(more_findings(findings[1:]))
    if gaps:
        more = [f"{len(gaps) - 1} more"] * (len(gaps) > 1) + [more_findings(f for f in findings if f.aside)]
        return Verdict.UNDETERMINED, _gap_in_words(gaps[0]) + _and_more(", ".join(filter(None, more)))
    backlog = [finding for finding in findings if finding.aside is Aside.BASELINED]
    if backlog:
        words = f"nothing new, but {counted(len(backlog), 'findings')} in the baseline: {backlog[0].message}"
        return Verdict.UNDETERMINED, words
    others = more_findings(findings).replace("more ", "")
    looked = [report.check for report in reports if report.status in (Status.CLEAR, Status.FLAGGED)]
    if not looked or not set(looked) & set(item.decided_by or looked):
        return (
            Verdict.NOT_APPLICABLE,
            f"there is nothing in this repo that this asks about{_and_more(others)}",
        )
    if not item.automatic:
        ran = any(what == REHEARSED for report in reports for what, _ in report.examined)
        left = item.proven if ran and item.proven else item.human
        return Verdict.UNDETERMINED, f"{others or 'nothing was flagged'}, but {_lower(left)}"
    nothing = f"nothing{' that fails' if others else ''}"
    return Verdict.PASS, f"{counted(len(looked), 'checks')} looked and flagged {nothing}{_and_more(others)}"


def _lower(sentence: str) -> str:
    """The sentence as it goes on after a colon or a comma; file and tool names keep their case as it is."""
    return sentence[:1].lower() + sentence[1:]


def _gap_in_words(gap: Gap) -> str:
    """Where the doubt lies, by file and line where the object's name does not say it, then why."""
    place, where = gap.object, gap.location
    if where is not None and where.path not in place:
        place = f"{place} ({where})"
    elif where is not None and place.startswith("file:"):
        place = str(where)
    return f"{place}: {gap.because}"


def more_findings(findings: Iterable[Finding]) -> str:
    """How many more there are, those that fail nothing by their kind: `4 more findings, 13 notes`."""
    kinds = Counter(_kind(finding) for finding in findings)
    words = [counted(kinds[kind], kind) for kind in ("more findings", "notes") if kinds[kind]]
    words += [f"{kinds[kind]} {kind}" for kind in ("in the baseline", "suppressed") if kinds[kind]]
    return ", ".join(words)


def _kind(finding: Finding) -> str:
    if finding.aside is not None:
        return "in the baseline" if finding.aside is Aside.BASELINED else "suppressed"
    return "more findings" if finding.fails else "notes"


def _and_more(others: str) -> str:
    return f" (and {others})" if others else ""
