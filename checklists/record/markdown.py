"""The page for people: verdict and open problems, eight sections, and how to verify it without this tool."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain

from checklists.checks.project import Project
from checklists.model import Outcome, Verdict
from checklists.record.commands import verify_commands
from checklists.record.escape import clipped, code, prose
from checklists.record.keys import Scheme
from checklists.record.model import Decision, Record, SealedItem, Waiver
from checklists.record.sections import TITLES, Room, item_line, listed, sections

LIMIT = 60_000
"""Bytes; a comment on a pull request may hold 65,536 characters."""

_ROOMS = (
    Room(1000, 4000),
    Room(100, 1000),
    Room(40, 400),
    Room(15, 300),
    Room(5, 200),
    Room(1, 120),
    Room(0, 60),
)
_VERDICTS = {Decision.APPROVE: "approved", Decision.REJECT: "rejected", Decision.COMMENT: "commented on"}


def markdown(record: Record, data: bytes, project: Project | None = None, scheme: Scheme = Scheme.SSH) -> str:
    """The page of a record whose exact bytes are `data`.

    Where it would grow past the limit, lists and texts are cut, and what was left out is counted.
    """
    verifying = tuple(_verifying(record, data, scheme))
    for room in _ROOMS:
        page = _within_limit(chain(_page(record, project, room), verifying))
        if page is not None:
            return page
    return "\n".join((*_too_long(record), *verifying)) + "\n"


def _within_limit(lines: Iterable[str]) -> str | None:
    """The page, or None as soon as it has grown too long."""
    kept, size = [], 0
    for line in lines:
        size += len(line.encode()) + 1
        if size >= LIMIT:
            return None
        kept.append(line)
    return "\n".join(kept) + "\n"


def _page(record: Record, project: Project | None, room: Room) -> Iterator[str]:
    yield f"# Review of {code(record.subject.commit[:12])}: {_VERDICTS[record.verdict]}"
    yield ""
    yield prose(clipped(record.statement, 2000))
    yield ""
    yield from _open_problems(record, room)
    for number, (title, lines) in enumerate(zip(TITLES, sections(record, project, room), strict=True), 1):
        yield from ("", f"## {number} {title}", "")
        yield from lines


def _open_problems(record: Record, room: Room) -> Iterator[str]:
    failing = record.answered(Outcome.FAIL)
    waived = record.answered(Outcome.WAIVED)
    overridden = tuple(item for item in record.item if _passed_over(item))
    if not failing and not waived and not overridden:
        yield "**No open problem:** no item fails, none is waived, and no failing suggestion was overridden."
        return
    counts = f"{len(failing)} failing, {len(waived)} waived, {len(overridden)} passed although flagged"
    yield f"**Open problems:** {counts}."
    yield ""
    for item in sorted((*failing, *overridden), key=lambda each: each.severity.rank):
        yield item_line(item)
        said = f"Note: {prose(clipped(item.note, room.text))}" if item.note else ""
        yield f"  - {said or prose(clipped(item.because, room.text))}"
    yield from listed(record.waiver, partial(_waiver, room), max(room.rows, 5))


def _waiver(room: Room, waiver: Waiver) -> str:
    reason, by = prose(clipped(waiver.reason, room.text)), code(clipped(waiver.approved_by, room.text))
    return f"- ~ **waived** until {waiver.expires} · {code(waiver.item)}: {reason} (approved by {by})"


def _passed_over(item: SealedItem) -> bool:
    return item.suggestion is Verdict.FAIL and item.answer in (Outcome.PASS, Outcome.NOT_APPLICABLE)


def _verifying(record: Record, data: bytes, scheme: Scheme) -> Iterator[str]:
    digest = hashlib.sha256(data).hexdigest()
    yield from ("", "## Verify", "")
    yield f"Record {code(record.record_id)}, SHA-256 {code(digest)}. This page is not signed; the record is."
    yield "A signature proves that a key signed these bytes, not that anything was read, nor when."
    yield ""
    yield from verify_commands(record, digest, scheme)


def _too_long(record: Record) -> Iterator[str]:
    yield f"# Review of {code(record.subject.commit[:12])}: {_VERDICTS[record.verdict]}"
    yield ""
    yield prose(clipped(record.statement, 2000))
    yield ""
    yield f"{len(record.item)} items and {len(record.finding)} findings do not fit a page: see the record."
