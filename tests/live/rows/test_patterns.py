"""Texts for a regular expression match it, or there are none."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.live.rows.patterns import pairs, samples


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[a-z0-9-]{3,32}$",
        r"^#[0-9A-Fa-f]{6}$",
        r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$",
        r"^\d{4}-(0[1-9]|1[0-2])$",
        r"^(draft|live)$",
        r"^[[:alnum:]_]+$",
        r"^v\d+(\.\d+)*$",
    ],
)
def test_samples_match(pattern: str) -> None:
    found = samples(pattern)
    assert found
    usable = pattern.replace("[[:alnum:]_]", "[a-zA-Z0-9_]")
    assert all(re.search(usable, each) for each in found)


def test_other_seeds_give_other_texts() -> None:
    assert samples("^[a-z]{5}$", 1) != samples("^[a-z]{5}$", 2)


@pytest.mark.parametrize("pattern", ["(", r"(?<=a)b(?!", "a{3,1}", r"\ubad"])
def test_what_cannot_be_read_gives_nothing(pattern: str) -> None:
    assert samples(pattern) == ()


@given(st.text(max_size=20))
def test_any_text_may_stand_for_a_pattern(pattern: str) -> None:
    assert all(isinstance(each, str) for each in samples(pattern))


def test_combinations_begin_with_the_likeliest_and_are_bounded() -> None:
    found = pairs([["a", "b", "c"], ["x", "y"]], 4)
    assert found[0] == (0, 0)
    assert len(found) <= 4
