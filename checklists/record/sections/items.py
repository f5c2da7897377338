"""Items on the page: each once, with all that is behind it, in the section of the page that it asks about."""

import re
from collections.abc import Iterator

from checklists.catalogue import Section, load
from checklists.checks.project import Project
from checklists.counting import named
from checklists.model import Verdict
from checklists.record.escape import clipped, code, prose, title
from checklists.record.model import Record, SealedFinding, SealedItem, Waiver
from checklists.record.reasons import reason, weight
from checklists.record.sections.room import Room, listed

OTHERS = 6
"""Under Security stand the checklist, the anti-patterns, the platform, and what a team asks of its own."""
_PLACES = {
    "schema": 2, "rls": 3, "edge_functions": 4, "server_actions": 4, "performance": 5, "delivery": 7,
}  # fmt: skip
_ALIKE = 5
"""Findings of one kind that are told in words; more of them say nothing new."""
_FILES = 20
_OBJECT = re.compile(r"[a-z_]+:\S")
_MARKS = {"pass": "✓", "fail": "✗", "waived": "~", "not_applicable": "–"}  # noqa: RUF001 - a hyphen would begin a list


def outcome_of(item: SealedItem) -> str:
    """The answer to an item, marked and in words."""
    return f"{_MARKS[item.answer.value]} **{item.answer.value.replace('_', ' ')}**"


def waived(record: Record, waiver: Waiver, room: Room) -> tuple[str, str]:
    """Until when something is waived and of which kind that is, and why, with who else approved it."""
    by = code(clipped(waiver.approved_by, room.text))
    approved = "" if waiver.approved_by == record.reviewer else f" (approved by {by})"
    until = f"until {waiver.expires}, {waiver.justification.value.replace('_', ' ')}"
    return until, f"{prose(clipped(waiver.reason, room.text))}{approved}"


def answers(record: Record, names: tuple[str, ...]) -> Iterator[str]:
    """What was answered to items that bear on a section and stand in another."""
    places = {item.id: _place_of(section) for section in load() for item in section.items}
    said = [
        f"{code(item.id)} {outcome_of(item)} (section {places.get(item.id, OTHERS)})"
        for item in record.item
        if item.id in names
    ]
    if said:
        yield f"- See as well: {', '.join(said)}"


def asked_in(number: int, record: Record, project: Project | None, room: Room) -> Iterator[str]:
    """Every item that the page's section of that number holds, by the sections of the catalogue."""
    shown = {item.id: item for item in record.item}
    for section in project.sections if project else load():
        items = [shown.pop(item.id) for item in section.items if item.id in shown]
        if items and _place_of(section) == number:
            yield from _listed(section.title, record, items, room)
    if shown and number == OTHERS:  # a record of another catalogue
        yield from _listed("Other items", record, list(shown.values()), room)


def _place_of(section: Section) -> int:
    return _PLACES.get(section.id, OTHERS)


def _listed(heading: str, record: Record, items: list[SealedItem], room: Room) -> Iterator[str]:
    yield from ("", f"### {title(heading)}", "")
    for item in items:
        yield from item_lines(record, item, room)


def item_line(record: Record, item: SealedItem) -> str:
    """One item: its answer, what failed, and what was suggested."""
    said = item.suggestion.value.replace("_", " ")
    agrees = "as suggested" if item.answer.value == item.suggestion.value else f"suggested: {said}"
    name = f"{title(item.title)}{reason(record, item)}"
    weighed = f"{item.severity.value}; {agrees}{weight(record, item)}"
    return f"- {outcome_of(item)} · {name} ({code(item.id)}, {weighed})"


def item_lines(record: Record, item: SealedItem, room: Room) -> Iterator[str]:
    """One item with the reviewer's words and the findings behind it."""
    yield item_line(record, item)
    findings = [finding for finding in record.finding if item.id in finding.items]
    if not findings and (
        item.suggestion is Verdict.UNDETERMINED or item.answer.value != item.suggestion.value
    ):
        began = "Undetermined" if item.suggestion is Verdict.UNDETERMINED else "Suggested"
        yield f"  - {began} because {prose(clipped(item.because, room.text))}"
    waiver = next((each for each in record.waiver if each.item == item.id), None)
    if waiver is not None:
        until, why = waived(record, waiver, room)
        yield f"  - Waived {until}: {why}"
    for label, text in (("Note", item.note), ("Annotation", item.annotation)):
        if text:
            yield f"  - {label}: {prose(clipped(text, room.text))}"
    yield from (f"  {line}" for line in listed(tuple(_grouped(findings, room)), str, room.rows))
    told = [f"- Undecided: {_undecided(each, room)}" for each in item.undecided[:_ALIKE]]
    told += _objects(item.undecided[_ALIKE:], room)
    yield from (f"  {line}" for line in listed(told, str, room.rows))


def _grouped(findings: list[SealedFinding], room: Room) -> Iterator[str]:
    """Each finding, worst first; of one check and weight the first few in words, of the rest the places."""
    alike: dict[tuple[str, str, str, str], list[SealedFinding]] = {}
    for each in findings:
        alike.setdefault((each.check, each.severity.value, each.ruling, str(each.triage)), []).append(each)
    for same in alike.values():
        yield from (finding_line(each, room) for each in same[:_ALIKE])
        rest = same[_ALIKE:]
        if rest:
            yield f"- {rest[0].severity.value}: {len(rest)} more of the kind, at {_places(rest, room)}"


def _places(findings: list[SealedFinding], room: Room) -> str:
    """The lines of each file."""
    lines: dict[str, list[str]] = {}
    for each in findings:
        lines.setdefault(each.path, []).append(str(each.line))
    told = [f"{code(clipped(path, room.text))} {', '.join(found)}" for path, found in sorted(lines.items())]
    return named(told, min(room.rows, _FILES))


def _undecided(each: str, room: Room) -> str:
    """The object whole, then why it is undecided; a record parts them by a colon and a blank."""
    name, parted, because = each.partition(": ")
    if not parted or not _OBJECT.match(name):
        return prose(clipped(each, room.text))
    return f"{code(clipped(name, room.text))}: {prose(clipped(because, room.text))}"


def _objects(undecided: tuple[str, ...], room: Room) -> list[str]:
    """What else is undecided, by name."""
    if not undecided:
        return []
    names = [code(clipped(each.partition(": ")[0], room.text)) for each in undecided]
    return [f"- Undecided as well: {named(names, room.rows)}"]


def _place(finding: SealedFinding, room: Room) -> str:
    return code(f"{clipped(finding.path, room.text)}:{finding.line}")


def finding_line(finding: SealedFinding, room: Room) -> str:
    """One finding: how bad, what, where, and what the reviewer said of it where they did."""
    triage = f" → {finding.triage.value.replace('_', ' ')}" if finding.triage else ""
    if triage and finding.reason:
        triage += f": {prose(clipped(finding.reason, room.text))}"
    ruling = f" ({prose(clipped(finding.ruling, room.text))})" if finding.ruling else ""
    message = prose(clipped(finding.message, room.text))
    return f"- {finding.severity.value}{ruling}: {message} {_place(finding, room)}{triage}"
