"""An item's findings and gaps as groups, worst first, so that hundreds stay calm."""

from dataclasses import dataclass

from checklists.counting import counted
from checklists.model import Aside, Finding, Location, Severity, Suggestion, Verdict
from checklists.review.groups import grouped

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
    """The findings of one check at one severity, which is None for what could not be decided."""

    check: str
    severity: Severity | None
    entries: tuple[Entry, ...]
    aside: Aside | None = None

    @property
    def key(self) -> str:
        """Tells the groups of an item apart."""
        return f"{self.check}/{self.severity}/{self.aside}"


def groups_of(suggestion: Suggestion | None) -> tuple[Group, ...]:
    """The groups of its findings, worst first, then what could not be decided."""
    if suggestion is None:
        return ()
    found = tuple(
        Group(group.check, group.severity, tuple(map(_entry, group.findings)), group.aside)
        for group in grouped(suggestion.findings)
    )
    gaps = tuple(Entry(gap.object, gap.because, gap.location) for gap in suggestion.gaps)
    return (*found, Group("", None, gaps)) if gaps else found


def shown_entries(group: Group, *, unfolded: bool) -> tuple[Entry, ...]:
    """What of a group is listed: all, or its first few; one more is shown rather than counted."""
    if unfolded or len(group.entries) <= SHOWN_FIRST + 1:
        return group.entries
    return group.entries[:SHOWN_FIRST]


def stated(suggestion: Suggestion | None) -> Entry | None:
    """The finding or gap whose own words the suggestion gives as its reason, so that nothing repeats them."""
    if suggestion is None or suggestion.verdict not in (Verdict.FAIL, Verdict.UNDETERMINED):
        return None
    entries = [entry for group in groups_of(suggestion) for entry in group.entries]
    return next((entry for entry in entries if _speaks(entry, suggestion.verdict)), None)


def because(suggestion: Suggestion) -> str:
    """Why this is suggested: one finding's own words, or a count and the worst of many."""
    first = stated(suggestion)
    if first is None:
        return suggestion.because
    if suggestion.verdict is Verdict.UNDETERMINED:
        return _of_many(len(suggestion.gaps), "could not be decided; first", first.message)
    standing = [finding for finding in suggestion.findings if finding.aside is None]
    checks = counted(len({finding.check for finding in standing}), "checks")
    count = len(standing)
    return _of_many(
        count, f"{counted(count, 'findings').partition(' ')[2]} in {checks}; worst", first.message
    )


def short_object(name: str, place: Location | None = None) -> str:
    """An object's name as a reader says it: `policy:public.tenders/Read all` is `tenders/Read all`.

    What its place says already is left out: `action:app/a.ts#save` at `app/a.ts` is `save`.
    """
    _, _, rest = name.partition(":")
    short = (rest or name).removeprefix("public.")
    path, mark, inner = short.partition("#")
    if place is not None and path == place.path:
        return inner if mark else path.rpartition("/")[2]
    return f"{'/'.join(path.split('/')[-2:])}#{inner}" if mark else short


def _speaks(entry: Entry, verdict: Verdict) -> bool:
    """A finding that fails no item is no reason to."""
    if verdict is Verdict.UNDETERMINED:
        return entry.finding is None
    return entry.finding is not None and entry.finding.fails


def _of_many(count: int, what: str, message: str) -> str:
    return message if count == 1 else f"{count} {what}: {message}"


def _entry(finding: Finding) -> Entry:
    return Entry(finding.object, finding.message, finding.location, finding)
