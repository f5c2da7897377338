"""Why an item is suggested to fail, in a few words: which checks flagged how much, and how bad that is."""

from collections import Counter
from collections.abc import Iterator

from checklists.checks.discovery import rule_named
from checklists.counting import counted
from checklists.model import Severity, Triage, Verdict, fails_items
from checklists.record.escape import clipped, prose
from checklists.record.model import Record, SealedFinding, SealedItem

_KINDS = 2
_LONGEST = 120


def reason(record: Record, item: SealedItem) -> str:
    """What failed and how often, to go right after the title: each check by what its page is headed with.

    The worst groups come first, one of each check; empty where nothing was suggested to fail.
    """
    groups = Counter((finding.check, finding.severity) for finding in _failing(record, item))
    if not groups:
        return ""
    worst: dict[str, int] = {}
    for (check, _), count in groups.items():
        worst.setdefault(check, count)
    named = list(worst.items())[:_KINDS]
    told = ", ".join(f"{count} × {_heading(check)}" for check, count in named)  # noqa: RUF001 - typographic
    rest = groups.total() - sum(count for _, count in named)
    more = f" and {counted(rest, 'more findings')}" if rest else ""
    return f" — {told}{more}"


def bearing(record: Record, item: SealedItem) -> Severity:
    """How bad the item is as it failed: as its worst finding, and no worse than the item itself."""
    found = (finding.severity for finding in _failing(record, item))
    worst = min(found, key=lambda severity: severity.rank, default=item.severity)
    return max(worst, item.severity, key=lambda severity: severity.rank)


def weight(record: Record, item: SealedItem) -> str:
    """Says ", on low findings only" where no finding is as bad as the item; else it is empty."""
    found = {finding.severity for finding in _failing(record, item)}
    worst = min(found, key=lambda severity: severity.rank, default=item.severity)
    if worst.rank <= item.severity.rank:
        return ""
    return f", on {worst.value} findings {'only' if len(found) == 1 else 'at most'}"


def _failing(record: Record, item: SealedItem) -> Iterator[SealedFinding]:
    """The findings that speak against the item; the record holds the worst first."""
    if item.suggestion is Verdict.FAIL:
        yield from (each for each in record.finding if item.id in each.items and _fails(each))


def _fails(finding: SealedFinding) -> bool:
    return fails_items(finding.severity, finding.aside) and finding.triage is not Triage.FALSE_POSITIVE


def _heading(check: str) -> str:
    """What the check's page is headed with; the name of a check that is not known here."""
    rule = rule_named(check)
    return prose(clipped(rule.heading if rule else check, _LONGEST))
