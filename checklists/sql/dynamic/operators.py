"""Operators on known values, in Postgres' three-valued logic."""

import operator
import re
from collections.abc import Callable

from checklists.sql.dynamic.values import Oid, Undecided, Value, text

_COMPARISONS: dict[str, Callable[[Value, Value], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC: dict[str, Callable[[Value, Value], Value]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
# A regular expression may take time that grows with its length; these are names and short texts.
_LONGEST_PATTERN = 500


def binary(name: str, left: Value, right: Value) -> Value:
    """The result of `left op right`.

    Raises:
        Undecided: The operator or the types are not modelled.
    """
    if left is None or right is None:
        return None
    if name in _COMPARISONS:
        return compare(name, left, right)
    if name == "||":
        return _concatenated(left, right)
    if name in ("~", "~*", "!~", "!~*"):
        return _matches(text(right), text(left), ignore_case="*" in name) is not name.startswith("!")
    if name in ("~~", "~~*", "!~~", "!~~*"):
        return like(text(left), text(right), ignore_case="*" in name) is not name.startswith("!")
    if name in _ARITHMETIC and _numbers(left, right):
        return _ARITHMETIC[name](left, right)
    if name == "&&" and isinstance(left, list) and isinstance(right, list):
        return any(each in right for each in left)
    if name == "@>" and isinstance(left, list) and isinstance(right, list):
        return all(each in left for each in right)
    raise Undecided(f"the operator {name} is not followed")


def _numbers(*values: Value) -> bool:
    return all(isinstance(each, int | float) and not isinstance(each, bool) for each in values)


def compare(name: str, left: Value, right: Value) -> bool:
    """A comparison of two values that are not NULL."""
    left, right = _alike(left, right)
    try:
        return _COMPARISONS[name](left, right)
    except TypeError:
        raise Undecided("values of different types are compared") from None


def _alike(left: Value, right: Value) -> tuple[Value, Value]:
    """Both in one type, as an unknown literal takes the other side's."""
    if isinstance(left, Oid) and isinstance(right, Oid):
        return left, right
    if type(left) is type(right):
        return left, right
    if isinstance(left, bool) or isinstance(right, bool):
        return boolean(left), boolean(right)
    if isinstance(left, str) and _numbers(right):
        return _number(left), right
    if isinstance(right, str) and _numbers(left):
        return left, _number(right)
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left, right
    if (isinstance(left, Oid) and right == 0) or (isinstance(right, Oid) and left == 0):
        return 1, 0
    return text(left), text(right)


def _number(written: str) -> Value:
    try:
        return int(written)
    except ValueError:
        raise Undecided(f"{written!r} is no number") from None


def boolean(value: Value) -> bool:
    """As Postgres casts to boolean.

    Raises:
        Undecided: It does not.
    """
    if isinstance(value, bool):
        return value
    word = text(value).strip().lower()
    if word in ("t", "true", "yes", "on", "1"):
        return True
    if word in ("f", "false", "no", "off", "0"):
        return False
    raise Undecided(f"{word!r} is no truth value")


def _concatenated(left: Value, right: Value) -> Value:
    if isinstance(left, list):
        return left + (right if isinstance(right, list) else [right])
    return [left, *right] if isinstance(right, list) else text(left) + text(right)


def _matches(pattern: str, subject: str, *, ignore_case: bool) -> bool:
    if len(pattern) > _LONGEST_PATTERN or re.search(r"[*+}][^)]*\)\s*[*+{]", pattern):
        raise Undecided("a regular expression is too involved to be tried")
    try:
        return re.search(pattern, subject[:1000], re.IGNORECASE if ignore_case else 0) is not None
    except re.error:
        raise Undecided(f"the pattern {pattern!r} is not followed") from None


def like(subject: str, pattern: str, *, ignore_case: bool = False) -> bool:
    """LIKE, by halves: `%` is any text, `_` any character, a backslash takes the next as it is."""
    translated, escaped = "", False
    for mark in pattern:
        if escaped or mark not in "%_\\":
            translated, escaped = translated + re.escape(mark), False
        elif mark == "\\":
            escaped = True
        else:
            translated += (
                ".*" if mark == "%" and not translated.endswith(".*") else "." if mark == "_" else ""
            )
    flags = re.DOTALL | (re.IGNORECASE if ignore_case else 0)
    return re.fullmatch(translated, subject[:1000], flags) is not None
