"""Undo and redo on disk: each step as the one difference that it makes, so that a save stays small."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from checklists.model import Answer, Judgement
from checklists.review.state import Step

KEPT_STEPS = 200
"""How many steps back and forth a draft remembers over a restart."""


@dataclass(frozen=True, slots=True)
class Change:
    """What to put back: answers and notes by item, judgements by finding, None for one that was not there."""

    item: str
    answers: Mapping[str, Answer | None] = field(hash=False)
    notes: Mapping[str, str | None] = field(hash=False)
    judged: Mapping[str, Judgement | None] = field(default_factory=dict, hash=False)


V = TypeVar("V")
State = tuple[Mapping[str, Answer], Mapping[str, str], Mapping[str, Judgement]]


def pack(steps: tuple[Step, ...], now: State) -> tuple[Change, ...]:
    """The newest steps, nearest to `now` first."""
    changes = []
    for step in reversed(steps[-KEPT_STEPS:]):
        before = (step.answers, step.notes, step.judged)
        changes.append(
            Change(
                step.item,
                _difference(now[0], before[0]),
                _difference(now[1], before[1]),
                _difference(now[2], before[2]),
            )
        )
        now = before
    return tuple(changes)


def unpack(changes: Iterable[Change], now: State) -> tuple[Step, ...]:
    """The steps that were packed, newest last as a review keeps them."""
    steps = []
    for change in changes:
        now = (
            _applied(now[0], change.answers),
            _applied(now[1], change.notes),
            _applied(now[2], change.judged),
        )
        steps.append(Step(change.item, *now))
    return tuple(reversed(steps))


def _difference(now: Mapping[str, V], before: Mapping[str, V]) -> Mapping[str, V | None]:
    names = now.keys() | before.keys()
    return {name: before.get(name) for name in sorted(names) if now.get(name) != before.get(name)}


def _applied(now: Mapping[str, V], change: Mapping[str, V | None]) -> Mapping[str, V]:
    return {name: value for name, value in {**now, **change}.items() if value is not None}
