"""Deciding, annotating, undoing: a review is a value."""

from datetime import date

import pytest

from checklists.model import Answer, Outcome, Verdict
from checklists.review.state import RefusedAnswer, Review, annotate, decide, redo, undo

TODAY = date(2026, 3, 1)
REVIEW = Review(("a", "b"))
CONFIRMED = Answer(Outcome.PASS, Verdict.PASS)


def test_confirming_needs_no_words() -> None:
    after = decide(REVIEW, "a", CONFIRMED, today=TODAY)
    assert after.answers == {"a": CONFIRMED}
    assert after.open_items == ("b",)
    assert REVIEW.answers == {}


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (
            Answer(Outcome.PASS, Verdict.FAIL),
            "An override of the suggestion (fail) needs a note that says why.",
        ),
        (Answer(Outcome.PASS, Verdict.FAIL, note="  "), "needs a note"),
        (Answer(Outcome.PASS, Verdict.UNDETERMINED), "say in a note what you looked at"),
        (Answer(Outcome.WAIVED, Verdict.FAIL, expires=date(2026, 4, 1)), "A waiver needs a reason."),
        (Answer(Outcome.WAIVED, Verdict.FAIL, reason="r"), "expiry date in the future"),
        (Answer(Outcome.WAIVED, Verdict.FAIL, reason="r", expires=TODAY), "expiry date in the future"),
    ],
)
def test_refusals_say_what_is_missing(answer: Answer, refusal: str) -> None:
    with pytest.raises(RefusedAnswer, match=r".*") as caught:
        decide(REVIEW, "a", answer, today=TODAY)
    assert refusal in str(caught.value)


def test_unknown_item_is_refused() -> None:
    with pytest.raises(RefusedAnswer, match="There is no item z"):
        decide(REVIEW, "z", CONFIRMED, today=TODAY)


def test_undo_and_redo_walk_through_decisions_and_notes() -> None:
    first = decide(REVIEW, "a", CONFIRMED, today=TODAY)
    second = annotate(first, "b", " look here ")
    assert second.notes == {"b": "look here"}
    back = undo(undo(second))
    assert (back.answers, back.notes, back.current) == ({}, {}, "a")
    assert undo(back) is back
    forward = redo(redo(back))
    assert (forward.answers, forward.notes) == ({"a": CONFIRMED}, {"b": "look here"})
    assert redo(forward) is forward


def test_a_decision_after_undo_drops_what_was_undone() -> None:
    undone = undo(decide(REVIEW, "a", CONFIRMED, today=TODAY))
    assert redo(decide(undone, "b", CONFIRMED, today=TODAY)).answers == {"b": CONFIRMED}


def test_an_empty_note_takes_the_old_one_away() -> None:
    assert annotate(annotate(REVIEW, "a", "x"), "a", "").notes == {}
