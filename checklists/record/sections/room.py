"""How much a page may say, and lists that keep to it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from checklists.record.escape import cell, clipped, prose

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Room:
    """Rows of one list, and characters of one text."""

    rows: int
    text: int


def listed(values: Sequence[T], row: Callable[[T], str], limit: int) -> Iterator[str]:
    """The first values as rows, then how many more there are."""
    yield from map(row, values[:limit])
    if len(values) > limit:
        yield f"- … and {len(values) - limit} more, all in the record"


def table(heads: str, rows: Sequence[Iterable[str]], room: Room, what: str) -> Iterator[str]:
    """A Markdown table whose cells are written already, with a blank line at its end; `what` names its rows.

    A head that begins with `#` is of numbers.
    """
    names = heads.split("|")
    if rows and room.rows:
        yield f"| {' | '.join(name.removeprefix('#') for name in names)} |"
        yield f"|{'|'.join('--:' if name.startswith('#') else '---' for name in names)}|"
        yield from (f"| {' | '.join(row)} |" for row in rows[: room.rows])
        yield ""
    if len(rows) > room.rows:
        yield f"- … and {len(rows) - room.rows} more {what}"


def named(text: str, room: Room) -> str:
    """A name in a cell."""
    return cell(clipped(text, room.text))


def sentence(text: str, room: Room) -> str:
    """A sentence in a cell; one span where a pipe in it would end the cell."""
    return named(text, room) if "|" in text else prose(clipped(text, room.text))
