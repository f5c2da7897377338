"""Values that the CHECKs of a column speak of: literals, texts that match, lengths and numbers at a bound."""

import re
from collections.abc import Iterator

from checklists.live.rows.patterns import samples
from checklists.live.rows.relations import Attribute, Check

INTEGERS = ("int2", "int4", "int8", "oid")
DECIMALS = ("numeric", "float4", "float8", "money")
_LITERAL = re.compile(r"'((?:[^']|'')*)'")
_NUMBER = re.compile(r"(?<![\w.'])-?\d+(?:\.\d+)?(?![\w'])")
_PATTERN = re.compile(r"(!?~\*?)\s*'((?:[^']|'')*)'")
_LONGEST = 4000


def from_checks(checks: tuple[Check, ...], attribute: Attribute, number: int) -> Iterator[str]:
    """What to try for a column that these CHECKs bind; other texts and numbers for another `number`."""
    patterns = {pattern: sign for check in checks for sign, pattern in _PATTERN.findall(check.expression)}
    for pattern, sign in patterns.items():
        if not sign.startswith("!"):
            yield from samples(pattern.replace("''", "'"), number)
    found = [each for check in checks for each in _LITERAL.findall(check.expression)]
    yield from (each.replace("''", "'") for each in found if each not in patterns)
    limits = [float(e) for check in checks for e in _NUMBER.findall(_LITERAL.sub("", check.expression))]
    if any("length(" in check.expression for check in checks):
        yield from _lengths(limits, number)
    if attribute.base in (*INTEGERS, *DECIMALS):
        yield from _numbers(limits, number, whole=attribute.base in INTEGERS)


def _lengths(limits: list[float], number: int) -> Iterator[str]:
    for limit in limits:
        for size in (int(limit), int(limit) + 1, int(limit) - 1):
            if 0 < size < _LONGEST:
                yield (f"{number}" + "abcdefghij" * (size // 10 + 1))[:size]


def _numbers(limits: list[float], number: int, *, whole: bool) -> Iterator[str]:
    for limit in limits:
        for each in (limit + number, limit - 1, limit + 1, limit, limit + 0.5):
            if each == int(each):
                yield str(int(each))
            elif not whole:
                yield str(each)
