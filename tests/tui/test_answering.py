"""The whole review from the keyboard, and what happens when an answer cannot be taken."""

from dataclasses import replace
from datetime import date
from threading import Event

from demo import TODAY, MemoryStore, demo_ports, demo_reports
from driving import console, shown, type_text, until

from checklists.catalogue import items
from checklists.errors import DraftError
from checklists.model import Answer, Justification, Outcome, Report, Status, Verdict
from tui.app import ConsoleApp
from tui.screens.dialogs import OutcomeDialog, WaiveDialog
from tui.screens.review import ReviewScreen
from tui.widgets.item_list import ItemList
from tui.widgets.prompt import Outcomes, Words


async def test_every_item_is_answered_from_the_keyboard() -> None:
    store = MemoryStore()
    async with console(demo_ports(store)) as (app, pilot):
        await pilot.press("a")
        await type_text(pilot, "seen")
        await pilot.press("enter")
        await pilot.press("o", "n")
        await type_text(pilot, "internal")
        await pilot.press("enter")
        await pilot.press("w")
        await type_text(pilot, "audit")
        await pilot.press("enter", "c")
        await type_text(pilot, "2027-01-31")
        await pilot.press("enter")
        while app.review.open_items:
            await pilot.press("c")
            if isinstance(app.screen, OutcomeDialog):
                await pilot.press("p", *"ok", "enter")
        await pilot.pause()
        text = shown(app)
    assert f"{len(items())} of {len(items())} decided" in text
    assert "ready to seal" in text
    kept = store.draft.review
    assert not kept.open_items
    first, second = kept.items[0], kept.items[1]
    assert kept.notes == {first: "seen"}
    assert kept.answers[first] == Answer(Outcome.NOT_APPLICABLE, Verdict.FAIL, note="internal")
    waived = kept.answers[second]
    assert waived == Answer(
        Outcome.WAIVED, Verdict.UNDETERMINED, reason="audit", expires=date(2027, 1, 31),
        justification=Justification.COMPENSATING_CONTROL,
    )  # fmt: skip
    assert kept.answers["uploads-validated"].note == "ok"
    assert kept.answers["cors-configured"].outcome is Outcome.NOT_APPLICABLE
    assert kept.answers["float-money"] == Answer(Outcome.FAIL, Verdict.FAIL)


async def test_confirming_goes_to_the_next_open_item_and_saves_first() -> None:
    store = MemoryStore()
    async with console(demo_ports(store)) as (app, pilot):
        await pilot.press("c")
        await pilot.pause()
        assert app.review.current == app.review.items[1]
        assert store.draft.review.answers == app.review.answers
        assert list(app.review.answers) == [app.review.items[0]]


async def test_confirming_takes_no_reasoned_answer_away() -> None:
    async with console(demo_ports()) as (app, pilot):
        first = app.review.items[0]
        await pilot.press("o", "n")
        await type_text(pilot, "internal")
        await pilot.press("enter", "p", "k", "g", "c")
        await until(pilot, lambda: "with a reason" in shown(app))
        assert app.review.current == first
        assert app.review.answers[first].note == "internal"
        await pilot.press("u", "c")
        await until(pilot, lambda: first in app.review.answers)
        assert app.review.answers[first] == Answer(Outcome.FAIL, Verdict.FAIL)


async def test_an_undetermined_suggestion_cannot_be_confirmed() -> None:
    async with console(demo_ports()) as (app, pilot):
        await pilot.press("j", "c")
        await pilot.pause()
        assert isinstance(app.screen, OutcomeDialog)
        await pilot.press("enter", "enter")
        await pilot.pause()
        assert isinstance(app.screen, OutcomeDialog), "it closed without a note"
        assert "say in a note what you looked at" in shown(app)
        await pilot.press("escape")
        await pilot.pause()
        assert not app.review.answers


async def test_words_typed_onto_the_outcomes_are_the_note_and_pick_nothing() -> None:
    async with console(demo_ports()) as (app, pilot):
        await pilot.press("o")
        await pilot.pause()
        chosen = app.screen.query_one(Outcomes).chosen
        await type_text(pilot, "Tested by hand, no finding")
        await pilot.press("enter")
        await pilot.pause()
        answer = app.review.answers[app.review.items[0]]
        assert (answer.outcome, answer.note) == (chosen, "Tested by hand, no finding")


async def test_a_waiver_without_a_reason_is_refused_before_the_date() -> None:
    async with console(demo_ports()) as (app, pilot):
        await pilot.press("w", "enter")
        await pilot.pause()
        assert "A waiver needs a reason." in shown(app)
        await type_text(pilot, "later")
        assert app.screen.query_one(Words).text == "later"


async def test_a_date_typed_onto_the_kinds_is_the_date() -> None:
    async with console(demo_ports()) as (app, pilot):
        await pilot.press("w")
        await type_text(pilot, "later")
        await pilot.press("enter")
        await type_text(pilot, "2027-01-31")
        await pilot.press("enter")
        await pilot.pause()
        answer = app.review.answers[app.review.items[0]]
        assert (answer.justification, answer.expires) == (Justification.ACCEPTED_RISK, date(2027, 1, 31))
        await pilot.press("k")
        await until(pilot, lambda: "you waived this until 2027-01-31 (accepted risk)" in shown(app))


async def test_a_refused_waiver_keeps_what_was_typed() -> None:
    async with console(demo_ports()) as (app, pilot):
        await pilot.press("w")
        await type_text(pilot, "later")
        await pilot.press("enter", "enter")
        await type_text(pilot, "soon")
        await pilot.press("enter")
        await pilot.pause()
        assert "The expiry is a date like" in shown(app)
        await pilot.press(*["backspace"] * 4)
        await type_text(pilot, TODAY.isoformat())
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, WaiveDialog)
        assert "expiry date in the future" in shown(app)
        assert "later" in shown(app)
        await pilot.press("backspace", "backspace")
        await type_text(pilot, "30")
        await pilot.press("enter")
        await pilot.pause()
        assert app.review.answers[app.review.items[0]].expires == date(2026, 11, 30)


async def test_undo_and_redo_give_back_answers_and_notes() -> None:
    async with console(demo_ports()) as (app, pilot):
        first = app.review.items[0]
        await pilot.press("c", "a")
        await type_text(pilot, "note")
        await pilot.press("enter", "u")
        await pilot.pause()
        assert app.review.notes == {}
        await pilot.press("u")
        await pilot.pause()
        assert app.review.answers == {}
        assert app.review.current == first
        await pilot.press("U", "U")
        await pilot.pause()
        assert list(app.review.answers) == [first]
        assert app.review.notes == {app.review.items[1]: "note"}
        await pilot.press("u", "u", "u")
        await until(pilot, lambda: "There is nothing to undo." in shown(app))


async def test_an_answer_that_cannot_be_saved_is_not_shown() -> None:
    store = MemoryStore()
    async with console(demo_ports(store)) as (app, pilot):

        def full() -> None:
            raise DraftError("The draft cannot be saved: no space left.", "Make room, then answer again.")

        store.fails = full
        await pilot.press("c")
        await pilot.pause()
        assert app.review.answers == {}
        assert app.review.current == app.review.items[0]
        await until(pilot, lambda: "no space left" in shown(app))
        store.fails = lambda: None
        await pilot.press("c")
        await pilot.pause()
        assert list(app.review.answers) == [app.review.items[0]]


async def test_next_and_previous_skip_what_is_answered() -> None:
    async with console(demo_ports()) as (app, pilot):
        await pilot.press("c", "j", "c")
        await pilot.pause()
        answered = set(app.review.answers)
        assert len(answered) == 2
        seen = []
        for _ in range(20):
            seen.append(app.review.current)
            await pilot.press("n")
            await pilot.pause()
        assert len(set(seen)) == 20
        assert not answered & set(seen)
        before = app.review.current
        await pilot.press("p", "n")
        await pilot.pause()
        assert app.review.current == before


async def test_the_filter_narrows_the_list_and_what_comes_next() -> None:
    async with console(demo_ports()) as (app, pilot):
        await pilot.press("slash")
        await type_text(pilot, "fail")
        await pilot.press("enter")
        await pilot.pause()
        rows = app.screen.query_one(ItemList).visible_items
        assert set(rows) == {
            item for item, said in app.review.suggestions.items() if said.verdict is Verdict.FAIL
        }
        await pilot.press("c")
        await pilot.pause()
        assert app.review.current in rows
        await pilot.press("slash")
        await type_text(pilot, " nosuchword")
        await pilot.pause()
        assert "Nothing matches." in shown(app)
        await pilot.press("escape")
        await pilot.pause()
        assert len(app.screen.query_one(ItemList).visible_items) == len(items())


async def test_items_fill_in_while_the_checks_run_and_answers_wait_for_the_draft() -> None:
    reports = demo_reports()
    go_on = Event()

    def slowly(_project: object) -> object:
        for number, report in enumerate(reports):
            if number == 3:
                go_on.wait(10)
            yield report

    app_ports = replace(demo_ports(), check=slowly)
    app = ConsoleApp(app_ports)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await until(pilot, lambda: len(app.review.suggestions) == 3)
        await until(pilot, lambda: f"checking 3 of {len(items())}" in shown(app))
        for key in ("c", "o", "w", "a", "i", "s"):
            await pilot.press(key)
            await until(pilot, lambda: f"Checking 3 of {len(items())}: answers are taken once" in shown(app))
            assert isinstance(app.screen, ReviewScreen), "no words are typed in vain"
            app.clear_notifications()
            await pilot.pause()
        await pilot.press("j", "j", "j", "j", "c")
        await until(pilot, lambda: f"Checking 3 of {len(items())}" in shown(app))
        assert not app.review.answers
        here = app.review.current
        go_on.set()
        await until(pilot, lambda: app.answerable)
        assert app.review.current == here


async def test_an_item_without_checks_says_that_a_person_answers_it() -> None:
    only = (Report("check_one", "one", ("rls-enabled",), Status.CLEAR, examined=(("tables", 2),)),)
    async with console(demo_ports(reports=only)) as (app, pilot):
        await pilot.press("j", "x")
        await until(pilot, lambda: "No check looks at this item" in shown(app))
