"""What stands first on a page: the open problems of a record, each in one line."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial

from checklists.counting import counted, named
from checklists.model import Outcome, Severity, Verdict
from checklists.record.escape import beginning, clipped, code, prose, title
from checklists.record.model import Record, SealedItem, Waiver
from checklists.record.reasons import bearing, reason, weight
from checklists.record.sections.items import outcome_of, waived
from checklists.record.sections.room import Room, listed

_FEWEST = 5
"""Rows of a list, however little room there is."""
_WORDS = 80
"""Characters of a note, or of what was found."""


def open_problems(record: Record, room: Room) -> Iterator[str]:
    """What fails, what was passed although it was flagged, and what is waived; the worst of each first.

    What was passed on the reviewer's word alone is counted, and its blockers are named.
    """
    failing, waived = record.answered(Outcome.FAIL), record.answered(Outcome.WAIVED)
    overridden = tuple(item for item in record.item if _passed_over(item))
    accepted = [each for each in record.waiver if each.finding]
    unsure = tuple(item for item in record.answered(Outcome.PASS) if item.suggestion is Verdict.UNDETERMINED)
    by_word = f"{len(unsure)} passed although undetermined"
    if not failing and not waived and not overridden and not accepted:
        none = "no item fails, none is waived, and no failing suggestion was overridden"
        yield f"**No open problem:** {none}; {by_word}."
        if unsure:
            yield ""
            yield from _blockers(unsure, room)
        return
    flagged = f"{len(overridden)} passed although flagged"
    counts = f"{len(failing)} failing, {len(waived)} waived, {flagged}, {by_word}"
    risks = f"; {counted(len(accepted), 'findings')} accepted for a time" if accepted else ""
    yield f"**Open problems:** {counts}{risks}. The worst of each stand first; what was seen stands below."
    yield ""
    for items in (failing, overridden):
        ranked = sorted(items, key=lambda each: bearing(record, each).rank)
        for item, *same in _alike(record, ranked):
            words = beginning(item.note or item.because, _WORDS)
            also = f" (as well {named([code(each.id) for each in same])})" if same else ""
            yield f"- {outcome_of(item)} · {_named(record, item)}{also}: {prose(words)}"
    yield from _blockers(unsure, room)
    by_weight = sorted(record.waiver, key=partial(_waived_weight, record))
    yield from listed(by_weight, partial(_waiver, record, room), max(room.rows, _FEWEST))


def _blockers(unsure: Iterable[SealedItem], room: Room) -> Iterator[str]:
    """The blockers among what no check could decide and the reviewer passed."""
    found = [code(item.id) for item in unsure if item.severity is Severity.BLOCKER]
    if found:
        yield f"- Blockers passed although undetermined: {named(found, max(room.rows, _FEWEST))}"


def _waived_weight(record: Record, waiver: Waiver) -> tuple[int, date]:
    """How bad what is waived is, and when it ends."""
    item = next((each for each in record.item if each.id == waiver.item), None)
    found = next((each for each in record.finding if each.id == waiver.finding), None)
    worst = bearing(record, item) if item else found.severity if found else Severity.INFO
    return worst.rank, waiver.expires


def _alike(record: Record, items: Iterable[SealedItem]) -> Iterable[list[SealedItem]]:
    """Items that the very same findings speak against are one problem, told at the first of them."""
    groups: dict[object, list[SealedItem]] = {}
    for item in items:
        findings = frozenset(each.id for each in record.finding if item.id in each.items)
        groups.setdefault((findings, item.note) if findings else item.id, []).append(item)
    return groups.values()


def _named(record: Record, item: SealedItem) -> str:
    """An item by its title, with what failed and how bad it is."""
    weighed = f"{item.severity.value}{weight(record, item)}"
    return f"{title(item.title)}{reason(record, item)} ({code(item.id)}, {weighed})"


def _waiver(record: Record, room: Room, waiver: Waiver) -> str:
    item = next((each for each in record.item if each.id == waiver.item), None)
    found = next((each for each in record.finding if each.id == waiver.finding), None)
    what = _named(record, item) if item else code(clipped(waiver.of, room.text))
    if found:
        message = prose(beginning(found.message, _WORDS))
        what = f"a finding of {found.severity.value} weight: {message} ({what})"
    until, why = waived(record, waiver, room)
    return f"- ~ **waived** {until} · {what}: {why}"


def _passed_over(item: SealedItem) -> bool:
    return item.suggestion is Verdict.FAIL and item.answer in (Outcome.PASS, Outcome.NOT_APPLICABLE)
