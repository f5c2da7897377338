"""The catalogue's own promises."""

import pytest

from checklists.catalogue import digest, item_named, items, load
from checklists.checks.discovery import discover
from checklists.model import Item


def test_eleven_items_a_list() -> None:
    assert [(section.id, len(section.items)) for section in load()] == [
        ("security", 11),
        ("anti_patterns", 11),
    ]


@pytest.mark.parametrize("item", items(), ids=lambda item: item.id)
def test_item_asks_a_question_and_cites_the_specification(item: Item) -> None:
    assert item.question.endswith("?")
    assert item.lines
    assert all(line[0] == "L" and line[1:].isdigit() for line in item.lines)


@pytest.mark.parametrize("item", items(), ids=lambda item: item.id)
def test_item_is_informed_by_a_check(item: Item) -> None:
    assert any(item.id in rule.check.items for rule in discover())


def test_unknown_item_is_none() -> None:
    assert item_named("nonsense") is None


def test_digest_is_of_the_files() -> None:
    assert len(digest()) == 64
    assert int(digest(), 16)
