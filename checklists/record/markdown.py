"""The page for people: verdict and open problems, eight sections, and how to verify it without this tool."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import partial

from checklists.checks.project import Project
from checklists.counting import named
from checklists.model import Outcome, Verdict
from checklists.record.commands import verify_commands
from checklists.record.escape import beginning, clipped, code, prose, title
from checklists.record.keys import Scheme
from checklists.record.model import Decision, Record, SealedItem, Waiver
from checklists.record.reasons import bearing, reason, weight
from checklists.record.sections import TITLES, Room, sections
from checklists.record.sections.items import outcome_of
from checklists.record.sections.room import listed

LIMIT = 500_000
"""Bytes; GitHub shows no larger file as Markdown. What a comment takes is cut in `pull_request`."""

_ROOMS = (
    Room(1000, 4000),
    Room(100, 1000),
    Room(40, 400),
    Room(15, 300),
    Room(5, 200),
    Room(1, 120),
    Room(0, 60),
)
_FIRST_WORDS = 80
_VERIFY = "## Verify"
_UNSEEN = "{unseen} of {every} items were answered without their evidence having been shown to the reviewer."
_VERDICTS = {Decision.APPROVE: "approved", Decision.REJECT: "rejected", Decision.COMMENT: "commented on"}


def markdown(record: Record, data: bytes, project: Project | None = None, scheme: Scheme = Scheme.SSH) -> str:
    """The page of a record whose exact bytes are `data`."""
    return page_body(record, project, scheme) + page_end(record, data, scheme)


def page_body(record: Record, project: Project | None = None, scheme: Scheme = Scheme.SSH) -> str:
    """The page up to its Verify section: what `page_sha256` of the record is the digest of.

    Where the page would grow past the limit, lists and texts are cut, and what was left out is counted.
    """
    left = LIMIT - len(page_end(record, b"", scheme).encode())
    for room in _ROOMS:
        body = _within(left, _page(record, project, room))
        if body is not None:
            return body
    return "\n".join(_too_long(record)) + "\n"


def page_end(record: Record, data: bytes, scheme: Scheme = Scheme.SSH) -> str:
    """The Verify section, which needs nothing but the record; it alone quotes the digest of `data`."""
    return "\n".join(_verifying(record, data, scheme)) + "\n"


def split_page(page: str) -> tuple[str, str]:
    """Body and Verify section of a page; the second is empty where there is none."""
    body, heading, end = page.partition(f"\n{_VERIFY}\n")
    return (f"{body}\n", f"{_VERIFY}\n{end}") if heading else (page, "")


def _within(limit: int, lines: Iterable[str]) -> str | None:
    """The lines, or None as soon as they have grown too long."""
    kept, size = [], 0
    for line in lines:
        size += len(line.encode()) + 1
        if size >= limit:
            return None
        kept.append(line)
    return "\n".join(kept) + "\n"


def _page(record: Record, project: Project | None, room: Room) -> Iterator[str]:
    yield from _head(record)
    yield from _open_problems(record, room)
    for number, (name, lines) in enumerate(zip(TITLES, sections(record, project, room), strict=True), 1):
        yield from ("", f"## {number} {name}", "")
        yield from lines
    yield ""


def _head(record: Record) -> Iterator[str]:
    yield f"# Review of {code(record.subject.commit[:12])}: {_VERDICTS[record.verdict]}"
    yield ""
    yield prose(clipped(record.statement, 2000))
    yield ""
    unseen = sum(not item.opened for item in record.item)
    if unseen:
        yield f"**Not opened:** {_UNSEEN.format(unseen=unseen, every=len(record.item))}"
        yield ""
    if record.reason and not record.statement.endswith(record.reason):
        yield f"**Reason:** {prose(clipped(record.reason, 2000))}"
        yield ""


def _open_problems(record: Record, room: Room) -> Iterator[str]:
    failing, waived = record.answered(Outcome.FAIL), record.answered(Outcome.WAIVED)
    overridden = tuple(item for item in record.item if _passed_over(item))
    if not failing and not waived and not overridden:
        yield "**No open problem:** no item fails, none is waived, and no failing suggestion was overridden."
        return
    counts = f"{len(failing)} failing, {len(waived)} waived, {len(overridden)} passed although flagged"
    yield f"**Open problems:** {counts}. The worst stand first; what was seen stands with each item below."
    yield ""
    for items in (failing, overridden):
        ranked = sorted(items, key=lambda each: bearing(record, each).rank)
        for item, *same in _alike(record, ranked):
            words = beginning(item.note or item.because, _FIRST_WORDS)
            also = f" (as well {named([code(each.id) for each in same])})" if same else ""
            yield f"- {outcome_of(item)} · {_named(record, item)}{also}: {prose(words)}"
    yield from listed(sorted(record.waiver, key=lambda each: each.expires), partial(_waiver, record, room),
                      max(room.rows, 5))  # fmt: skip


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
    why, by = prose(clipped(waiver.reason, room.text)), code(clipped(waiver.approved_by, room.text))
    item = next((each for each in record.item if each.id == waiver.item), None)
    found = next((each for each in record.finding if each.id == waiver.finding), None)
    what = _named(record, item) if item else code(clipped(waiver.of, room.text))
    if found:
        what = f"{prose(clipped(found.message, room.text))} ({what})"
    approved = "" if waiver.approved_by == record.reviewer else f" (approved by {by})"
    return f"- ~ **waived** until {waiver.expires} · {what}: {why}{approved}"


def _passed_over(item: SealedItem) -> bool:
    return item.suggestion is Verdict.FAIL and item.answer in (Outcome.PASS, Outcome.NOT_APPLICABLE)


def _verifying(record: Record, data: bytes, scheme: Scheme) -> Iterator[str]:
    digest = hashlib.sha256(data).hexdigest()
    yield from (_VERIFY, "")
    yield f"Record {code(record.record_id)}, SHA-256 {code(digest)}."
    yield "The record is signed, and names the SHA-256 of this page up to here. A signature proves that a key"
    yield "signed these bytes, not that anything was read, nor when."
    yield ""
    yield from verify_commands(record, digest, scheme)


def _too_long(record: Record) -> Iterator[str]:
    yield from _head(record)
    yield f"{len(record.item)} items and {len(record.finding)} findings do not fit a page: see the record."
    yield ""
