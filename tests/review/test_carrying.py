"""What the next review takes over from a sealed one, and what it asks again."""

from dataclasses import replace
from datetime import date

import pytest

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
from checklists.repo import Subject
from checklists.review.carrying import Cause, Earlier, continued
from checklists.review.draft import Context, Draft, changed, renewed
from checklists.review.state import RefusedAnswer, Review, decide, judge, undo

TODAY = date(2026, 3, 1)
OLD, NEW = Subject("1" * 40, "a" * 40), Subject("2" * 40, "b" * 40)
PASS = Answer(Outcome.PASS, Verdict.PASS)
RECORD = "111111111111/rae-1"
FINDING = Finding(
    "c",
    "r",
    ("a",),
    "table:public.t",
    Location("m.sql", 1, 1),
    Severity.HIGH,
    Confidence.HIGH,
    "Bad.",
    "Mend.",
)
SUGGESTIONS = {
    "a": Suggestion("a", Verdict.FAIL, "b", (), ("c",), (FINDING,), ()),
    "b": Suggestion("b", Verdict.PASS, "b", (), (), (), ()),
    "c": Suggestion("c", Verdict.PASS, "b", (), (), (), ()),
}
FAIL = Answer(Outcome.FAIL, Verdict.FAIL)
STALE = Cause("1 file that it rests on changed: m.sql", ("m.sql",))
EARLIER = Earlier(
    RECORD, OLD.commit, {"a": FAIL, "b": PASS}, stale={"a": STALE}, context=Context(entities="Tenders")
)


def empty(subject: Subject = NEW) -> Draft:
    return Draft(Review(tuple(SUGGESTIONS), SUGGESTIONS), subject)


def answer(before: Draft, item: str, given: Answer = PASS) -> Draft:
    return changed(before, decide(before.review, item, given, today=TODAY))


def test_an_answer_of_a_commit_since_which_nothing_changed_stands() -> None:
    asked = answer(continued(empty(), EARLIER), "a", FAIL)
    later = replace(asked, subject=Subject("3" * 40, "c" * 40))
    assert "a" not in continued(later, EARLIER).review.answers
    for items, kept in ((frozenset("a"), True), (frozenset("b"), False)):
        after = continued(later, replace(EARLIER, untouched={NEW.commit: items}))
        assert ("a" in after.review.answers) is kept
        assert after.review.answers["b"].carried == RECORD


def test_nothing_but_what_the_reviewer_said_of_what_went_stale_is_kept_so() -> None:
    asked = answer(answer(continued(empty(), EARLIER), "a", replace(FAIL, carried=RECORD)), "b")
    later = replace(asked, subject=Subject("3" * 40, "c" * 40))
    after = continued(later, replace(EARLIER, untouched={NEW.commit: frozenset("ab")}))
    assert "a" not in after.review.answers
    assert after.review.answers["b"].carried == RECORD


def test_a_fresh_draft_takes_over_what_holds_and_asks_the_rest() -> None:
    after = continued(empty(), EARLIER)
    assert after.review.answers == {"b": PASS}
    assert after.review.answers["b"].carried == RECORD
    assert after.review.open_items == ("a", "c")
    assert after.previous["a"].answer == FAIL
    assert (after.change_since("a"), after.previous["a"].paths) == (STALE.because, STALE.paths)
    assert after.context == Context(entities="Tenders")
    assert after.messages == (f"This goes on from {RECORD}: 1 answer taken over; asked again: a.",)


def test_it_is_told_once() -> None:
    once = replace(continued(empty(), EARLIER), messages=())
    assert continued(once, EARLIER) == once


def test_the_draft_that_was_sealed_loses_what_went_stale() -> None:
    sealed = answer(answer(empty(OLD), "a", FAIL), "b")
    assert sealed.review.answers["a"].commit == OLD.commit
    after = continued(renewed(sealed, SUGGESTIONS, tuple(SUGGESTIONS), NEW), EARLIER)
    assert after.review.answers == {"b": PASS}
    assert after.review.answers["b"].carried == RECORD
    again = renewed(after, SUGGESTIONS, tuple(SUGGESTIONS), NEW)
    assert again.review.open_items == ("a", "c")
    assert undo(undo(again.review)).answers.get("a") is None


def test_what_was_said_of_this_commit_stands_and_is_the_reviewers_own() -> None:
    asked = continued(empty(), EARLIER)
    said = answer(answer(asked, "a", FAIL), "b")
    after = continued(said, EARLIER)
    assert after.review.answers == {"a": FAIL, "b": PASS}
    assert {each.carried for each in after.review.answers.values()} == {""}
    assert {each.commit for each in after.review.answers.values()} == {NEW.commit}
    assert not after.previous


def test_an_undone_answer_is_carried_again() -> None:
    said = answer(continued(empty(), EARLIER), "b")
    back = changed(said, undo(said.review))
    assert back.review.answers["b"].carried == RECORD


def test_what_the_reviewer_changed_since_the_seal_is_kept() -> None:
    other = Answer(Outcome.NOT_APPLICABLE, Verdict.PASS, note="There is none.")
    since = answer(empty(Subject("3" * 40, "c" * 40)), "b", other)
    after = continued(replace(since, subject=NEW), EARLIER)
    assert after.review.answers["b"] == other
    assert after.review.answers["b"].carried == ""


def test_a_chain_of_records_names_the_one_in_which_it_was_answered() -> None:
    first = replace(PASS, carried="000000000000/rae-1")
    after = continued(empty(), replace(EARLIER, answers={"b": first}))
    assert after.review.answers["b"].carried == "000000000000/rae-1"


def test_triage_goes_on_unless_the_item_that_shows_it_is_stale() -> None:
    said = {FINDING.id: Judgement(Triage.FALSE_POSITIVE, "Test data", commit=OLD.commit)}
    assert continued(empty(), replace(EARLIER, judged=said)).review.judged == {}
    assert continued(empty(), replace(EARLIER, judged=said, stale={})).review.judged == said
    here = judge(empty().review, FINDING.id, said[FINDING.id], today=TODAY)
    fresh = changed(empty(), here)
    assert fresh.review.judged[FINDING.id].commit == OLD.commit
    now = changed(empty(), judge(empty().review, FINDING.id, Judgement(Triage.TRUE_POSITIVE), today=TODAY))
    assert continued(now, EARLIER).review.judged == {FINDING.id: Judgement(Triage.TRUE_POSITIVE)}


@pytest.mark.parametrize(
    ("finding", "judgement", "said"),
    [
        ("c:table:public.u", Judgement(Triage.TRUE_POSITIVE), "There is no finding"),
        (FINDING.id, Judgement(Triage.FALSE_POSITIVE, " "), "needs a reason"),
        (FINDING.id, Judgement(Triage.ACCEPTED_RISK, "Known"), "needs an expiry date"),
        (FINDING.id, Judgement(Triage.ACCEPTED_RISK, "Known", TODAY), "needs an expiry date"),
    ],
)
def test_triage_that_is_refused(finding: str, judgement: Judgement, said: str) -> None:
    with pytest.raises(RefusedAnswer, match=said):
        judge(empty().review, finding, judgement, today=TODAY)
