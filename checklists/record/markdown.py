"""The page for people: verdict and open problems, eight sections, and how to verify it without this tool."""

import hashlib
from collections.abc import Iterable, Iterator

from checklists.checks.project import Project
from checklists.record.commands import verify_commands
from checklists.record.escape import clipped, code, prose
from checklists.record.keys import Scheme
from checklists.record.model import Decision, Record
from checklists.record.problems import open_problems
from checklists.record.sections import TITLES, Room, sections

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
_VERIFY = "## Verify"
_UNSEEN = "{unseen} of {every} items were answered without their evidence having been shown to the reviewer."
_CUT = "**Cut:** all of it does not fit a page. A list that ends early says how much it leaves out."
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
    if room is not _ROOMS[0]:
        yield _CUT
        yield ""
    yield from open_problems(record, room)
    for number, (name, lines) in enumerate(zip(TITLES, sections(record, project, room), strict=True), 1):
        yield from ("", f"## {number} {name}")
        yield from _parted(lines)
    yield ""


def _parted(lines: Iterable[str]) -> Iterator[str]:
    """The lines, a blank one before them."""
    each = iter(lines)
    first = next(each, "")
    yield from ("", first) if first else ("",)
    yield from each


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
