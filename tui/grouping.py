"""An item's findings and gaps as groups, worst first, so that hundreds stay calm."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from checklists.model import Finding, Location, Severity, Suggestion

SHOWN_FIRST = 4
"""Entries that an unopened group shows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: a finding, or a gap that nobody could decide."""

    object: str
    message: str
    location: Location | None
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one check; `severity` is None for what could not be decided."""

    check: str
    severity: Severity | None
    entries: tuple[Entry, ...]


def groups_of(suggestion: Suggestion | None) -> tuple[Group, ...]:
    """Findings by check in the order of their worst, then what could not be decided."""
    if suggestion is None:
        return ()
    ranks: dict[str, int] = {}
    for finding in suggestion.findings:
        ranks.setdefault(finding.check, len(ranks))
    ordered = sorted(suggestion.findings, key=lambda finding: ranks[finding.check])
    by_check = tuple(
        _group(check, findings) for check, findings in groupby(ordered, lambda finding: finding.check)
    )
    gaps = tuple(Entry(gap.object, gap.because, gap.location) for gap in suggestion.gaps)
    return (*by_check, Group("", None, gaps)) if gaps else by_check


def shown_entries(group: Group, *, unfolded: bool) -> tuple[Entry, ...]:
    """What of a group is listed: all, or its first few; one more is shown rather than counted."""
    if unfolded or len(group.entries) <= SHOWN_FIRST + 1:
        return group.entries
    return group.entries[:SHOWN_FIRST]


def short_object(name: str) -> str:
    """An object's name as a reader says it: `policy:public.tenders/Read all` is `tenders/Read all`."""
    _, _, rest = name.partition(":")
    return (rest or name).removeprefix("public.")


def _group(check: str, findings: Iterable[Finding]) -> Group:
    mine = tuple(findings)
    entries = tuple(Entry(each.object, each.message, each.location, each) for each in mine)
    return Group(check, min((each.severity for each in mine), key=lambda severity: severity.rank), entries)
