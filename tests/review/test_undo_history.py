"""Undo and redo over a restart."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from checklists.model import (
    Answer,
    Confidence,
    Finding,
    Judgement,
    Location,
    Outcome,
    Severity,
    Suggestion,
    Triage,
    Verdict,
)
from checklists.review.state import Review, annotate, decide, judge, redo, undo
from checklists.review.undo_history import KEPT_STEPS, pack, unpack

TODAY = date(2026, 3, 1)
NAMES = ("a", "b", "c")
FINDINGS = ("c:table:public.t", "c:table:public.u")
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("decide"), st.sampled_from(NAMES), st.sampled_from(tuple(Outcome))),
        st.tuples(st.just("annotate"), st.sampled_from(NAMES), st.sampled_from(("", "x", "y"))),
        st.tuples(st.just("judge"), st.sampled_from(FINDINGS), st.sampled_from(tuple(Triage))),
        st.just(("undo",)),
        st.just(("redo",)),
    ),
    max_size=30,
)


def _suggestion() -> Suggestion:
    place = Location("m.sql", 1, 1)
    findings = tuple(
        Finding("c", "r", ("a",), name[2:], place, Severity.HIGH, Confidence.HIGH, "Bad.", "Mend.")
        for name in FINDINGS
    )
    return Suggestion("a", Verdict.FAIL, "b", (), ("c",), findings, ())


def played(actions: list[tuple[str, ...]]) -> Review:
    review = Review(NAMES, {"a": _suggestion()})
    for what, *words in actions:
        if what == "decide":
            answer = Answer(Outcome(words[1]), Verdict.PASS, "n", "r", date(2027, 1, 1))
            review = decide(review, words[0], answer, today=TODAY)
        elif what == "annotate":
            review = annotate(review, words[0], words[1])
        elif what == "judge":
            said = Judgement(Triage(words[1]), "r", date(2027, 1, 1))
            review = judge(review, words[0], said, today=TODAY)
        else:
            review = undo(review) if what == "undo" else redo(review)
    return review


@given(ACTIONS)
def test_what_is_packed_is_unpacked(actions: list[tuple[str, ...]]) -> None:
    review = played(actions)
    now = (review.answers, review.notes, review.judged)
    assert unpack(pack(review.past, now), now) == review.past
    assert unpack(pack(review.future, now), now) == review.future


def test_the_newest_steps_are_kept() -> None:
    review = played([("annotate", "a", str(n)) for n in range(KEPT_STEPS + 5)])
    now = (review.answers, review.notes, review.judged)
    assert unpack(pack(review.past, now), now) == review.past[-KEPT_STEPS:]
