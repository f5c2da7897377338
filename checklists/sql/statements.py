"""Splits a migration's text into statements with their places; what does not parse is a fault, no error."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from checklists.model import Location
from checklists.sql.parse import MAX_DEPTH, SyntaxFault, chunks, depth, inner, parse, pb, semicolons
from checklists.sql.psql import without_psql

_BLANK = re.compile(rb"(?:\s+|--[^\n]*)+")
_COMMENT_EDGE = re.compile(rb"/\*|\*/")
# How many pieces may belong to one statement that holds semicolons (`BEGIN ATOMIC … END`).
_MOST_PIECES = 200


@dataclass(frozen=True, slots=True)
class Source:
    """Text with the lines it came from; with `flat_end` it was computed, and lies on the lines given."""

    path: str
    data: bytes
    first_line: int = 1
    flat_end: int | None = None
    newlines: list[int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "newlines", [m.start() for m in re.finditer(rb"\n", self.data)])

    def line(self, offset: int) -> int:
        """The line of the file that holds this byte."""
        if self.flat_end is not None:
            return self.first_line
        return self.first_line + bisect_right(self.newlines, offset - 1)

    def locate(self, start: int, end: int) -> Location:
        """The lines of the bytes from `start` up to `end`."""
        if self.flat_end is not None:
            return Location(self.path, self.first_line, self.flat_end)
        return Location(self.path, self.line(start), self.line(max(start, end - 1)))


@dataclass(frozen=True, slots=True)
class Statement:
    """One parsed statement; `kind` is libpg_query's name of its node, whose places count from `offset`."""

    kind: str
    node: Any
    source: Source
    start: int
    end: int
    offset: int = 0

    @property
    def location(self) -> Location:
        """Where it stands."""
        return self.source.locate(self.start, self.end)

    @property
    def text(self) -> str:
        """As written."""
        return self.source.data[self.start : self.end].decode("utf-8", "replace")

    def line(self, location: int) -> int:
        """The file line of a location within the parsed node."""
        return self.source.line(self.offset + location)


@dataclass(frozen=True, slots=True)
class Fault:
    """Text that is no statement: where, why, and how it begins."""

    location: Location
    because: str
    text: str


def file_source(path: str, text: str) -> Source:
    """A migration file as it will be read: no byte order mark, no psql lines, no NUL."""
    clean = without_psql(text.removeprefix("\ufeff").replace("\0", "\x01"))
    return Source(path, clean.encode("utf-8", "replace"))


def statements(source: Source) -> Iterator[Statement | Fault]:
    """All statements in order. One that does not parse costs itself alone, unless a quote never ends."""
    text = source.data.decode("utf-8")
    try:
        pieces = chunks(text)
        if _covers(source.data, pieces) and all(depth(piece) <= MAX_DEPTH for piece in pieces):
            yield from _whole(source, parse(text))
            return
    except SyntaxFault:
        pass
    yield from _by_piece(source)


def _covers(data: bytes, pieces: list[str]) -> bool:
    """Whether the pieces are all there is; the scanner leaves out what follows a bracket never closed."""
    offsets = _offsets(data, pieces, 0)
    return skip_blank(data, offsets[-1][1] if offsets else 0) >= len(data)


def _whole(source: Source, raw: list[pb.RawStmt]) -> Iterator[Statement]:
    for each in raw:
        end = each.stmt_location + each.stmt_len if each.stmt_len else len(source.data)
        yield _statement(source, each, each.stmt_location, end, 0)


def _statement(source: Source, raw: pb.RawStmt, start: int, end: int, offset: int) -> Statement:
    kind = raw.stmt.WhichOneof("node") or ""
    begin = skip_blank(source.data, start)
    stop = begin + len(source.data[begin:end].rstrip())
    return Statement(kind, inner(raw.stmt), source, begin, stop, offset)


def _by_piece(source: Source) -> Iterator[Statement | Fault]:
    start, size = 0, len(source.data)
    while start < size:
        text = source.data[start:].decode("utf-8")
        try:
            pieces, broken = chunks(text), None
        except SyntaxFault as fault:
            pieces, broken = _readable(text, fault)
        offsets = _offsets(source.data, pieces, start)
        at = offsets[-1][1] if offsets else start
        yield from _each(source, list(_complete(source.data, offsets, start, at if broken else size)))
        if broken is None:
            return
        stop = start + (broken.offset or 0)
        resume = _resume(source.data, stop, broken.message)
        yield _fault(source, at, resume, broken.message)
        start = resume


def _readable(text: str, fault: SyntaxFault) -> tuple[list[str], SyntaxFault]:
    """The whole statements that end before the fault."""
    before = text.encode()[: fault.offset or 0].decode("utf-8", "ignore")
    try:
        pieces = chunks(before)
    except SyntaxFault:
        return [], fault
    return (pieces if before.rstrip().endswith(";") else pieces[:-1]), fault


def _resume(data: bytes, stop: int, message: str) -> int:
    """Where reading can go on: an open quote or comment swallows the rest, a bad token only its statement."""
    if "unterminated" in message:
        return len(data)
    semicolon = data.find(b";", stop)
    return len(data) if semicolon < 0 else semicolon + 1


def _complete(
    data: bytes, offsets: list[tuple[int, int]], start: int, stop: int
) -> Iterator[tuple[int, int]]:
    """The pieces and the text between them: the scanner leaves out one without a keyword (`selec 1;`)."""
    for begin, end in [*offsets, (stop, stop)]:
        if (lost := skip_blank(data, start)) < begin:
            yield lost, begin
        if begin < end:
            yield begin, end
        start = end


def _offsets(data: bytes, pieces: list[str], start: int) -> list[tuple[int, int]]:
    found = []
    for piece in pieces:
        begin = data.find(piece.encode(), start)
        start = begin + len(piece.encode())
        found.append((begin, start))
    return found


def _each(source: Source, offsets: list[tuple[int, int]]) -> Iterator[Statement | Fault]:
    at = 0
    while at < len(offsets):
        start, end = offsets[at]
        taken, found = 1, _one(source, start, end)
        if isinstance(found, Fault) and b"atomic" in source.data[start:end].lower():
            for further in range(at + 1, min(len(offsets), at + _MOST_PIECES)):
                longer = _one(source, start, offsets[further][1])
                if not isinstance(longer, Fault):
                    taken, found = further - at + 1, longer
                    break
        at += taken
        if isinstance(found, Fault) and taken == 1 and len(inside := _at_semicolons(source, start, end)) > 1:
            yield from _each(source, inside)
        elif found is not None:
            yield found


def _at_semicolons(source: Source, start: int, end: int) -> list[tuple[int, int]]:
    """The parts of a piece between all semicolons, those in brackets too: one left open hides them."""
    text = source.data[start:end].decode("utf-8")
    edges = [start, *(start + offset for offset in semicolons(text)), end]
    return [(one, two) for one, two in pairwise(edges) if source.data[one:two].strip(b"; \r\n\t")]


def _one(source: Source, start: int, end: int) -> Statement | Fault | None:
    text = source.data[start:end].decode("utf-8")
    try:
        if depth(text) > MAX_DEPTH:
            return _fault(source, start, end, "it nests too deeply to be analysed")
        raw = parse(text)
    except SyntaxFault as fault:
        return _fault(source, start, end, fault.message)
    return _statement(source, raw[0], start, end, start) if raw else None


def _fault(source: Source, start: int, end: int, because: str) -> Fault:
    begin = min(skip_blank(source.data, start), max(start, end - 1))
    stop = max(begin + 1, begin + len(source.data[begin:end].rstrip()))
    return Fault(source.locate(begin, stop), because, source.data[begin:stop].decode("utf-8", "replace"))


def skip_blank(data: bytes, at: int) -> int:
    """The first byte from `at` that is neither blank nor comment; Postgres' comments nest."""
    while at < len(data):
        if (blank := _BLANK.match(data, at)) is not None:
            at = blank.end()
        elif data.startswith(b"/*", at):
            at = _comment_end(data, at)
        elif data.startswith(b";", at):
            at += 1
        else:
            break
    return at


def _comment_end(data: bytes, at: int) -> int:
    level = 0
    for edge in _COMMENT_EDGE.finditer(data, at):
        level += 1 if edge[0] == b"/*" else -1
        if level == 0:
            return edge.end()
    return len(data)
