"""Counts read like words."""

import pytest

from checklists.counting import counted


@pytest.mark.parametrize(
    ("count", "plural", "words"),
    [
        (1, "tables", "1 table"),
        (2, "tables", "2 tables"),
        (0, "tables", "0 tables"),
        (1, "insert policies", "1 insert policy"),
        (1, "tables with RLS", "1 table with RLS"),
        (1, "tests that act as a role", "1 test that acts as a role"),
        (1, "edge functions that browsers call", "1 edge function that browsers call"),
        (2, "tests that act as a role", "2 tests that act as a role"),
        (1, "indexes", "1 index"),
        (1, "people", "1 person"),
        (3, "people", "3 people"),
        (1, "exports of 'use server' files", "1 export of 'use server' files"),
    ],
)
def test_counted(count: int, plural: str, words: str) -> None:
    assert counted(count, plural) == words
