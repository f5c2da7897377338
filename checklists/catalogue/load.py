"""Reads the catalogue's TOML files."""

import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from checklists.errors import CountersealError
from checklists.model import Item, Severity

SECTIONS = (
    "security",
    "anti_patterns",
    "schema",
    "rls",
    "edge_functions",
    "server_actions",
    "performance",
    "platform",
    "delivery",
)


@dataclass(frozen=True, slots=True)
class Section:
    """A named run of items, in the order in which they are reviewed."""

    id: str
    title: str
    items: tuple[Item, ...]


@cache
def load() -> tuple[Section, ...]:
    """All sections.

    Raises:
        ValueError: An item is incomplete or an id occurs twice; the catalogue ships with the package, so this
            is a fault of the package.
    """
    sections = tuple(_section(name, tomllib.loads(_text(name))) for name in SECTIONS)
    ids = [item.id for section in sections for item in section.items]
    if len(ids) != len(set(ids)):
        raise ValueError("an item id occurs twice in the catalogue")
    return sections


def items() -> tuple[Item, ...]:
    """All items, in the order of review."""
    return tuple(item for section in load() for item in section.items)


def item_named(name: str) -> Item | None:
    """The item of that id."""
    return next((item for item in items() if item.id == name), None)


def by_section(
    names: Iterable[str], sections: tuple[Section, ...] = ()
) -> tuple[tuple[Section, tuple[Item, ...]], ...]:
    """The items of these ids under their sections, by default the catalogue's; none without an item."""
    wanted, among = frozenset(names), sections or load()
    sorted_in = ((section, tuple(i for i in section.items if i.id in wanted)) for section in among)
    return tuple((section, found) for section, found in sorted_in if found)


def check_named(names: Iterable[str], sections: tuple[Section, ...]) -> None:
    """Returns where each name is the id of one of the sections, and it has items.

    Raises:
        CountersealError: One is not.
    """
    known = [section.id for section in sections if section.items]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise CountersealError(f"There is no section {unknown[0]}.", f"The sections are: {', '.join(known)}.")


@cache
def digest() -> str:
    """SHA-256 of the catalogue's files in section order, as hex."""
    return hashlib.sha256("\0".join(_text(name) for name in SECTIONS).encode()).hexdigest()


def _text(name: str) -> str:
    return resources.files(__package__).joinpath(f"{name}.toml").read_text("utf-8")


def _section(name: str, data: dict[str, Any]) -> Section:
    try:
        return Section(name, data["title"], tuple(_item(name, row) for row in data["item"]))
    except KeyError as key:
        raise ValueError(f"{name}.toml: the section, or an item of it, has no {key}") from None


def _item(section: str, row: dict[str, Any]) -> Item:
    item = Item(
        id=row["id"],
        section=section,
        title=row["title"],
        question=row["question"],
        why=row["why"],
        severity=Severity(row["severity"]),
        lines=tuple(row["lines"]),
        automatic=row.get("automatic", True),
        human=row.get("human", ""),
        decided_by=tuple(row.get("decided_by", ())),
        proven=row.get("proven", ""),
    )
    if item.automatic == bool(item.human):
        raise ValueError(
            f"item {item.id}: say in `human` what a machine cannot know, exactly where automatic = false"
        )
    return item
