"""The review in progress, as a frozen value: suggestions and answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from checklists.model import Answer, Judgement, Outcome, Suggestion, Triage, Verdict


@dataclass(frozen=True, slots=True)
class Review:
    """What is suggested and what is answered, by item id, in catalogue order.

    `notes` are annotations that decide nothing; `judged` says of findings, by their ids, what they are;
    `opened` are the items whose evidence was shown; `past` and `future` hold earlier and undone answers,
    notes and judgements, newest last.
    """

    items: tuple[str, ...]
    suggestions: Mapping[str, Suggestion] = field(default_factory=dict, hash=False)
    answers: Mapping[str, Answer] = field(default_factory=dict, hash=False)
    notes: Mapping[str, str] = field(default_factory=dict, hash=False)
    judged: Mapping[str, Judgement] = field(default_factory=dict, hash=False)
    opened: frozenset[str] = frozenset()
    current: str | None = None
    past: tuple["Step", ...] = ()
    future: tuple["Step", ...] = ()

    @property
    def open_items(self) -> tuple[str, ...]:
        """Items without an answer, in order."""
        return tuple(item for item in self.items if item not in self.answers)


@dataclass(frozen=True, slots=True)
class Step:
    """Answers, notes and judgements as they stood before a decision, and the item that it was about."""

    item: str
    answers: Mapping[str, Answer] = field(hash=False)
    notes: Mapping[str, str] = field(hash=False)
    judged: Mapping[str, Judgement] = field(default_factory=dict, hash=False)


class RefusedAnswer(ValueError):
    """An answer that the review cannot take, with the reason in words."""


def decide(review: Review, item: str, answer: Answer, *, today: date) -> Review:
    """The review with `item` answered.

    Raises:
        RefusedAnswer: An override without a note, a waiver without a reason or a future expiry, or an
            item that the catalogue does not have.
    """
    if item not in review.items:
        raise RefusedAnswer(f"There is no item {item}.")
    if answer.outcome is Outcome.WAIVED:
        if not answer.reason.strip():
            raise RefusedAnswer("A waiver needs a reason.")
        if answer.expires is None or answer.expires <= today:
            raise RefusedAnswer("A waiver needs an expiry date in the future.")
    elif not answer.confirms and not answer.note.strip():
        raise RefusedAnswer(_needs_note(answer.suggested))
    return _step(review, item, replace(review, answers={**review.answers, item: answer}, current=item))


def annotate(review: Review, item: str, note: str) -> Review:
    """The review with a note on `item` that decides nothing; an empty note takes the old one away."""
    notes = {**review.notes, item: note.strip()}
    return _step(review, item, replace(review, notes={k: v for k, v in notes.items() if v}))


def judge(review: Review, finding: str, judgement: Judgement, *, today: date) -> Review:
    """The review with a finding triaged.

    Raises:
        RefusedAnswer: No item shows such a finding, a reason is missing, or an accepted risk has no end.
    """
    item = next((item for item in review.items if _shows(review.suggestions.get(item), finding)), None)
    if item is None:
        raise RefusedAnswer(f"There is no finding {finding}.")
    if judgement.triage is not Triage.TRUE_POSITIVE and not judgement.reason.strip():
        raise RefusedAnswer(f"The triage {judgement.triage.value.replace('_', ' ')} needs a reason.")
    if judgement.triage is Triage.ACCEPTED_RISK and (judgement.expires is None or judgement.expires <= today):
        raise RefusedAnswer("A risk is accepted until a day: it needs an expiry date in the future.")
    return _step(review, item, replace(review, judged={**review.judged, finding: judgement}))


def _shows(suggestion: Suggestion | None, finding: str) -> bool:
    return suggestion is not None and any(each.id == finding for each in suggestion.findings)


def undo(review: Review) -> Review:
    """The review before its last decision or note; unchanged where there is none."""
    if not review.past:
        return review
    step = review.past[-1]
    now = _now(step.item, review)
    return replace(
        review, answers=step.answers, notes=step.notes, judged=step.judged, current=step.item,
        past=review.past[:-1], future=(*review.future, now),
    )  # fmt: skip


def redo(review: Review) -> Review:
    """The review with the last undone decision made again; unchanged where there is none."""
    if not review.future:
        return review
    step = review.future[-1]
    now = _now(step.item, review)
    return replace(
        review, answers=step.answers, notes=step.notes, judged=step.judged, current=step.item,
        past=(*review.past, now), future=review.future[:-1],
    )  # fmt: skip


def _now(item: str, review: Review) -> Step:
    return Step(item, review.answers, review.notes, review.judged)


def _step(before: Review, item: str, after: Review) -> Review:
    return replace(after, past=(*before.past, _now(item, before)), future=())


def _needs_note(suggested: Verdict) -> str:
    if suggested is Verdict.UNDETERMINED:
        return "The suggestion is undetermined: say in a note what you looked at."
    return f"An override of the suggestion ({suggested.value.replace('_', ' ')}) needs a note that says why."
