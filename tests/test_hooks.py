"""The hooks that others install look at every file that a review reads."""

import re
from pathlib import Path

import pytest

from checklists.repo.selection import SOURCE_SUFFIXES, SQL_SUFFIXES

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "place", [".pre-commit-hooks.yaml", "checklists/record/policy/initial/pre-commit.yaml"]
)
def test_every_suffix_is_looked_at(place: str) -> None:
    files = re.search(r"files: (\\\.\(.*)$", (ROOT / place).read_text(), re.MULTILINE)
    assert files is not None
    assert [each for each in SOURCE_SUFFIXES | SQL_SUFFIXES if not re.search(files[1], f"lib/a{each}")] == []
