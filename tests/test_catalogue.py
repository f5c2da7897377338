"""The catalogue's own promises."""

import re

import pytest

from checklists.catalogue import SECTIONS, digest, item_named, items, load
from checklists.model import Item

RULES = (
    "11-20 24-29 39-50 52-53 57-59 62-64 68-76 79-82 88-89 92-94 97-104 107-113 116-119 121-125 127-131 "
    "135-140 146-147 150-153 155-165 167-168 171-178 187 190 193-199 202-205 207-209 211-217 219-220 227-230 "
    "232-234 236-237 239-243 248-252 254-258 260-263 267-269 273-283 287-294 298-303 307-317"
)
"""The specification's lines that state a rule, in words or by example; the others are headings and names."""


def spread(ranges: str) -> set[int]:
    """`L7-9` and `7-9` are 7, 8 and 9."""
    ends = (part.removeprefix("L").split("-") for part in ranges.split())
    return {line for each in ends for line in range(int(each[0]), int(each[-1]) + 1)}


def test_every_section_holds_items() -> None:
    assert tuple(section.id for section in load()) == SECTIONS
    assert [len(section.items) for section in load()][:2] == [11, 11], "the specification's own two lists"
    assert all(section.items for section in load())


def test_every_line_that_states_a_rule_is_cited() -> None:
    cited = {line for item in items() for line in spread(" ".join(item.lines))}
    assert spread(RULES) - cited == set()


@pytest.mark.parametrize("item", items(), ids=lambda item: item.id)
def test_item_asks_a_question_and_cites_the_specification(item: Item) -> None:
    assert item.question.endswith("?")
    assert item.lines
    for lines in item.lines:
        assert re.fullmatch(r"L\d+(-\d+)?", lines)
        assert spread(lines) <= set(range(9, 318))


def test_unknown_item_is_none() -> None:
    assert item_named("nonsense") is None


def test_digest_is_of_the_files() -> None:
    assert len(digest()) == 64
    assert int(digest(), 16)
