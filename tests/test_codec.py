"""Plain data and back, and what is refused on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest

from checklists.codec import from_plain, to_plain
from checklists.model import Severity


@dataclass(frozen=True)
class Inner:
    name: str
    when: date | None = None


@dataclass(frozen=True)
class Outer:
    number: int
    severity: Severity
    at: datetime
    flag: bool = False
    inner: tuple[Inner, ...] = ()
    names: frozenset[str] = frozenset()
    by_name: Mapping[str, Inner | None] = field(default_factory=dict)
    pairs: tuple[tuple[str, Inner], ...] = ()


AT = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
VALUE = Outer(
    1,
    Severity.LOW,
    AT,
    inner=(Inner("a", date(2026, 1, 2)), Inner("b")),
    names=frozenset("yx"),
    by_name={"c": Inner("c"), "gone": None},
    pairs=(("d", Inner("d")),),
)
PLAIN = {
    "number": 1,
    "severity": "low",
    "at": AT,
    "flag": False,
    "inner": [{"name": "a", "when": date(2026, 1, 2)}, {"name": "b"}],
    "names": ["x", "y"],
    "by_name": {"c": {"name": "c"}, "gone": None},
    "pairs": [["d", {"name": "d"}]],
}


def test_there_and_back() -> None:
    assert to_plain(VALUE) == PLAIN
    assert from_plain(Outer, PLAIN) == VALUE


def test_dates_may_be_spelled() -> None:
    spelled = {**PLAIN, "at": AT.isoformat(), "inner": [{"name": "a", "when": "2026-01-02"}, {"name": "b"}]}
    assert from_plain(Outer, spelled) == VALUE


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"extra": 1}, "unknown key extra"),
        ({"pairs": [["d"]]}, "pairs.0. has 1 elements, not 2"),
        ({"number": None}, "number is NoneType, not int"),
        ({"number": True}, "number is bool, not int"),
        ({"flag": 1}, "flag is int, not bool"),
        ({"severity": "dire"}, "severity: 'dire' is not a valid Severity"),
        ({"inner": [{"name": "a"}, {}]}, r"missing key inner\[1\]\.name"),
        ({"inner": {"name": "a"}}, "inner is dict, not list"),
        ({"inner": [{"name": "a", "when": "soon"}]}, r"inner\[0\]\.when: Invalid isoformat"),
        ({"inner": [{"name": "a", "when": AT}]}, r"inner\[0\]\.when is datetime, not str"),
        ({"by_name": {"c": {"name": 3}}}, "by_name.c.name is int, not str"),
    ],
)
def test_refusals_say_where(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        from_plain(Outer, {**PLAIN, **change})


def test_the_whole_must_be_a_table() -> None:
    with pytest.raises(ValueError, match="the file is list, not dict"):
        from_plain(Outer, [])
