"""What verifying says: named facts, each of which holds, fails, or could not be checked."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """How a fact stands."""

    HOLDS = "holds"
    FAILS = "fails"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact; `about` says what was compared, what differs, or why it could not be checked.

    `required` facts must be checked for a record to count as verified at all.
    """

    name: str
    standing: Standing
    about: str
    required: bool = True


def holds(name: str, about: str = "") -> Fact:
    """A fact that was checked, and is so."""
    return Fact(name, Standing.HOLDS, about)


def fails(name: str, about: str) -> Fact:
    """A fact that was checked, and is not so."""
    return Fact(name, Standing.FAILS, about)


def unchecked(name: str, because: str, *, required: bool = True) -> Fact:
    """A fact that could not be checked."""
    return Fact(name, Standing.NOT_CHECKED, because, required)


def judged(name: str, fault: str, about: str = "") -> Fact:
    """Holds where there is no fault."""
    return fails(name, fault) if fault else holds(name, about)


def exit_status(facts: Iterable[Fact]) -> int:
    """1 where a fact fails, 2 where one that is required could not be checked, else 0."""
    every = tuple(facts)
    if any(fact.standing is Standing.FAILS for fact in every):
        return 1
    return 2 if any(fact.required and fact.standing is Standing.NOT_CHECKED for fact in every) else 0
