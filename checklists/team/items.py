"""A team's own items: `.counterseal/checklists/*.toml`, each file a section in the catalogue's own shape."""

from collections.abc import Iterable
from dataclasses import dataclass

from checklists.catalogue import SECTIONS, Section, item_named
from checklists.errors import CountersealError
from checklists.model import Item, Severity
from checklists.tomlfile import TomlFile

_HINT = "Mend the file, commit it, and try again."


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    title: str
    question: str
    why: str
    severity: Severity
    lines: tuple[str, ...] = ()
    automatic: bool = True
    human: str = ""


@dataclass(frozen=True, slots=True)
class _File:
    title: str
    item: tuple[_Row, ...]


def parse_sections(files: Iterable[tuple[str, bytes]]) -> tuple[Section, ...]:
    """The sections of these files, by path and bytes; a section's id is its file's stem.

    Raises:
        CountersealError: A file is wrong, or an id is one of the catalogue or of another file.
    """
    known: set[str] = set()
    return tuple(_section(path, data, known) for path, data in files)


def _section(path: str, data: bytes, known: set[str]) -> Section:
    name = path.rpartition("/")[2].removesuffix(".toml")
    if name in SECTIONS:
        raise CountersealError(f"{path}: the catalogue has a section {name} of its own.", "Rename the file.")
    file = TomlFile(path, "", CountersealError, _HINT)
    read, text = file.read(_File, data)
    for number, row in enumerate(read.item):
        what = _fault(row, known)
        if what:
            raise file.fault(text, f"item[{number}].{what[0]}", what[1])
        known.add(row.id)
    return Section(name, read.title, tuple(_item(name, row) for row in read.item))


def _fault(row: _Row, known: set[str]) -> tuple[str, str] | None:
    if not row.id.replace("-", "").isalnum() or not row.id.isascii() or row.id != row.id.lower():
        return "id", f"{row.id!r} is not of small letters, digits and hyphens"
    if row.id in known or item_named(row.id) is not None:
        return "id", f"there is an item {row.id} already"
    if row.automatic == bool(row.human):
        return "human", "say there what a machine cannot know, exactly where automatic = false"
    empty = next((key for key in ("title", "question", "why") if not getattr(row, key).strip()), None)
    return (empty, "it is empty") if empty else None


def _item(section: str, row: _Row) -> Item:
    return Item(
        row.id, section, row.title, row.question, row.why, row.severity, row.lines, row.automatic, row.human
    )
