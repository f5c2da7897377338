"""Answers survive a new commit where what they were given on is unchanged."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from checklists.model import (
    Answer,
    Confidence,
    Finding,
    Gap,
    Location,
    Outcome,
    Severity,
    Suggestion,
    Verdict,
)
from checklists.repo import Subject
from checklists.review.draft import Draft, changed, renewed
from checklists.review.state import Review, annotate, decide, redo, undo

TODAY = date(2026, 3, 1)
OLD, NEW = Subject("1" * 40, "a" * 40), Subject("2" * 40, "b" * 40)
PASS = Answer(Outcome.PASS, Verdict.PASS)


def finding(name: str, line: int = 1) -> Finding:
    place = Location("m.sql", line, line)
    return Finding("c", "r", ("a",), name, place, Severity.HIGH, Confidence.HIGH, "Bad.", "Mend.")


def said(verdict: Verdict, *findings: Finding, gaps: tuple[str, ...] = ()) -> Suggestion:
    return Suggestion("a", verdict, "b", (), (), findings, tuple(Gap(name, "unclear") for name in gaps))


def draft(suggestions: Mapping[str, Suggestion]) -> Draft:
    return Draft(Review(tuple(suggestions), suggestions), OLD)


def answer(before: Draft, item: str, given: Answer = PASS) -> Draft:
    return changed(before, decide(before.review, item, given, today=TODAY))


def again(before: Draft, suggestions: Mapping[str, Suggestion], subject: Subject = NEW) -> Draft:
    return renewed(before, suggestions, tuple(suggestions), subject)


def test_an_answer_stands_while_its_suggestion_does_also_where_lines_moved() -> None:
    fail = Answer(Outcome.FAIL, Verdict.FAIL)
    before = answer(draft({"a": said(Verdict.FAIL, finding("table:public.t", line=3))}), "a", fail)
    after = again(before, {"a": said(Verdict.FAIL, finding("table:public.t", line=99))})
    assert after.review.answers == {"a": fail}
    assert (after.subject, after.messages) == (NEW, ())


def test_a_changed_suggestion_reopens_and_the_old_answer_stays_in_sight() -> None:
    before = answer(answer(draft({"a": said(Verdict.PASS), "b": said(Verdict.PASS)}), "a"), "b")
    after = again(before, {"a": said(Verdict.FAIL, finding("table:public.t")), "b": said(Verdict.PASS)})
    assert after.review.answers == {"b": PASS}
    assert after.review.open_items == ("a",)
    assert after.previous["a"].answer == PASS
    assert after.previous["a"].commit == OLD.commit
    assert after.change_since("a") == "the suggestion was pass and is fail, 1 finding new"
    assert after.messages == ("Reopened, because what is suggested changed since 111111111111: a.",)


def test_what_changed_at_the_same_commit_is_not_said_to_be_since_it() -> None:
    before = answer(draft({"a": said(Verdict.PASS)}), "a")
    after = again(before, {"a": said(Verdict.FAIL, finding("table:public.t"))}, OLD)
    (told,) = after.messages
    assert told.startswith("Reopened, because what is suggested changed by a proof")
    assert "1111" not in told


def test_a_new_gap_reopens_as_well() -> None:
    by_hand = Answer(Outcome.PASS, Verdict.UNDETERMINED, note="Looked.")
    before = answer(draft({"a": said(Verdict.UNDETERMINED, gaps=("file:a.sql",))}), "a", by_hand)
    after = again(before, {"a": said(Verdict.UNDETERMINED, gaps=("file:b.sql", "file:c.sql"))})
    assert after.change_since("a") == "2 gaps new, 1 gap gone"


def test_going_back_restores_what_was_reopened() -> None:
    old = {"a": said(Verdict.PASS)}
    before = answer(draft(old), "a")
    after = again(again(before, {"a": said(Verdict.FAIL, finding("t"))}), old, OLD)
    assert after.review.answers == {"a": PASS}
    assert after.previous == {}
    assert after.messages[-1] == "Restored, because the suggestion is again what it was: a."


def test_answering_again_lets_the_previous_answer_go() -> None:
    before = answer(draft({"a": said(Verdict.PASS)}), "a")
    after = again(before, {"a": said(Verdict.FAIL, finding("t"))})
    assert answer(after, "a", Answer(Outcome.FAIL, Verdict.FAIL)).previous == {}


def test_undo_does_not_bring_back_an_answer_to_another_suggestion() -> None:
    before = answer(answer(draft({"a": said(Verdict.PASS), "b": said(Verdict.PASS)}), "a"), "b")
    after = again(before, {"a": said(Verdict.FAIL, finding("t")), "b": said(Verdict.PASS)})
    assert undo(after.review).answers == {}
    assert redo(undo(after.review)).answers == {"b": PASS}
    assert undo(undo(after.review)).answers == {}


def test_undo_does_not_lose_an_answer_that_was_restored() -> None:
    old = {"a": said(Verdict.PASS), "b": said(Verdict.PASS)}
    changed_away = {"a": said(Verdict.FAIL, finding("t")), "b": said(Verdict.PASS)}
    before = again(answer(draft(old), "a"), changed_away)
    after = again(answer(before, "b"), old, OLD)
    assert undo(after.review).answers == {"a": PASS}


def test_notes_and_the_place_stay_and_shown_evidence_is_shown_again_where_it_changed() -> None:
    before = answer(draft({"a": said(Verdict.PASS), "b": said(Verdict.PASS)}), "a")
    review = replace(annotate(before.review, "b", "ask Kim"), opened=frozenset("ab"), current="b")
    after = again(
        replace(before, review=review), {"a": said(Verdict.FAIL, finding("t")), "b": said(Verdict.PASS)}
    )
    assert (after.review.notes, after.review.opened, after.review.current) == (
        {"b": "ask Kim"},
        frozenset("b"),
        "b",
    )


def test_an_item_that_left_the_catalogue_is_kept_aside() -> None:
    before = answer(draft({"a": said(Verdict.PASS), "b": said(Verdict.PASS)}), "a")
    after = again(replace(before, review=replace(before.review, current="a")), {"b": said(Verdict.PASS)})
    assert (after.review.items, after.review.current) == (("b",), None)
    assert after.previous["a"].answer == PASS
    assert after.change_since("a") == "the catalogue has no such item any more"
