"""Texts that match a regular expression of a CHECK: the shortest, with a few longer ones."""

import re
from collections.abc import Iterator
from itertools import islice, product
from typing import Any

from re import _parser as _sre  # type: ignore[attr-defined]  # isort: skip  # the standard library's own reader of patterns

_MOST = 6
_POSIX = {
    "[:alpha:]": "a-zA-Z", "[:alnum:]": "a-zA-Z0-9", "[:digit:]": "0-9", "[:lower:]": "a-z",
    "[:upper:]": "A-Z", "[:space:]": r"\s", "[:xdigit:]": "0-9a-f",
}  # fmt: skip
_CATEGORIES = {
    "CATEGORY_DIGIT": "1234", "CATEGORY_WORD": "abcd", "CATEGORY_SPACE": " ", "CATEGORY_NOT_SPACE": "abcd",
}  # fmt: skip


def samples(pattern: str, seed: int = 0) -> tuple[str, ...]:
    """A few texts that match; other ones for another `seed`. Empty where the pattern cannot be read."""
    for name, characters in _POSIX.items():
        pattern = pattern.replace(name, characters)
    pattern = pattern.replace(r"\m", r"\b").replace(r"\M", r"\b").replace(r"\Z", "$").replace(r"\A", "^")
    try:
        tree = _sre.parse(pattern)
        found = [_sequence(tree, seed, longer) for longer in (0, 1, 3, 7, 15, 31)]
        return tuple(dict.fromkeys(each for each in found if re.search(pattern, each)))[:_MOST]
    except (re.error, RecursionError, OverflowError, ValueError):
        return ()


def _sequence(tree: Any, seed: int, longer: int) -> str:
    return "".join(_part(str(kind), value, seed + place, longer) for place, (kind, value) in enumerate(tree))


def _part(kind: str, value: Any, seed: int, longer: int) -> str:
    if kind == "LITERAL":
        return chr(value)
    if kind == "NOT_LITERAL":
        return "a" if value != ord("a") else "b"
    if kind == "ANY":
        return "abcdefgh"[seed % 8]
    if kind == "IN":
        return _one_of(value, seed)
    if kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, inner = value
        times = min(least + longer, int(most), 300)
        return "".join(_sequence(inner, seed + number, longer) for number in range(times))
    if kind == "SUBPATTERN":
        return _sequence(value[3], seed, longer)
    if kind == "BRANCH":
        return _sequence(value[1][seed % len(value[1])], seed, longer)
    return ""


def _one_of(parts: Any, seed: int) -> str:
    choices = "".join(islice(_characters(parts), 80))
    if str(parts[0][0]) == "NEGATE":
        choices = "".join(c for c in "abcdefgh1234XYZ-_" if c not in choices)
    letters = [c for c in choices if c.isalnum()] or list(choices) or [""]
    return letters[seed % len(letters)]


def _characters(parts: Any) -> Iterator[str]:
    for kind, value in parts:
        if str(kind) == "LITERAL":
            yield chr(value)
        elif str(kind) == "RANGE":
            yield from (chr(code) for code in range(value[0], min(value[1], value[0] + 40) + 1))
        elif str(kind) == "CATEGORY":
            yield from _CATEGORIES.get(str(value), "a")


def pairs(lists: list[list[str | None]], most: int) -> list[tuple[int, ...]]:
    """Which of each list to try together: combinations of early ones first, `most` in all."""
    lengths = [len(each) for each in lists]
    while lengths and _size(lengths) > most:
        lengths[lengths.index(max(lengths))] -= 1
    return sorted(product(*(range(length) for length in lengths)), key=lambda each: (sum(each), each))


def _size(lengths: list[int]) -> int:
    total = 1
    for length in lengths:
        total *= length
    return total
