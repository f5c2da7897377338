"""What the reviewer says of single findings, from the keyboard."""

from dataclasses import replace
from datetime import date

from demo import MemoryStore, demo_ports
from driving import SMALL, console, shown, type_text, until

from checklists.model import Judgement, Triage
from tui.screens.triage import TriageDialog
from tui.widgets.finding_list import FindingList
from tui.widgets.prompt import Triages

FIRST = "rls_disabled:table:public.bids"


async def test_a_finding_is_triaged_shown_and_taken_back() -> None:
    store = MemoryStore()
    async with console(demo_ports(store)) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.focused, FindingList))
        assert " t triage" in shown(app).splitlines()[-1]
        await pilot.press("t", "f")
        await type_text(pilot, "only in a view")
        await pilot.press("enter")
        await until(pilot, lambda: "you: false positive, only in a view" in shown(app))
        row = next(line for line in shown(app).splitlines() if "✗ bids" in line)
        assert "false positive" in row
        assert store.draft is not None
        assert store.draft.review.judged == {FIRST: Judgement(Triage.FALSE_POSITIVE, "only in a view")}
        assert not store.draft.review.answers, "an item is answered on its own"
        assert app.review.current == app.review.items[0]
        await pilot.press("u")
        await until(pilot, lambda: "you: false positive" not in shown(app))
        assert not app.review.judged


async def test_a_reason_and_a_last_day_are_asked_for_and_nothing_typed_is_lost() -> None:
    async with console(demo_ports()) as (app, pilot):
        await pilot.press("enter", "t")
        await until(pilot, lambda: isinstance(app.screen, TriageDialog))
        assert "the risk is accepted until" not in shown(app)
        await pilot.press("r", "enter")
        await until(pilot, lambda: "The triage accepted risk needs a reason." in shown(app))
        await type_text(pilot, "behind a VPN")
        await pilot.press("enter")
        await type_text(pilot, "2026-11-23")
        await pilot.press("enter")
        await until(pilot, lambda: "A risk is accepted until a day" in shown(app))
        await pilot.press("backspace", "4", "enter")
        await until(pilot, lambda: not isinstance(app.screen, TriageDialog))
        assert app.review.judged[FIRST] == Judgement(Triage.ACCEPTED_RISK, "behind a VPN", date(2026, 11, 24))
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, TriageDialog))
        assert app.screen.query_one(Triages).chosen is Triage.ACCEPTED_RISK
        assert "2026-11-24" in shown(app)
        await pilot.press("t", "enter")
        await until(pilot, lambda: not isinstance(app.screen, TriageDialog))
        assert app.review.judged[FIRST].triage is Triage.TRUE_POSITIVE
        assert app.review.judged[FIRST].expires is None


async def test_it_works_from_the_evidence_on_a_small_terminal_and_escape_leaves_it() -> None:
    async with console(demo_ports(), size=SMALL) as (app, pilot):
        await pilot.press("enter", "enter", "t")
        await until(pilot, lambda: isinstance(app.screen, TriageDialog))
        assert "rls_disabled" in shown(app)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, TriageDialog))
        assert not app.review.judged


async def test_the_head_of_a_group_is_no_finding() -> None:
    async with console(demo_ports()) as (app, pilot):
        await pilot.press("enter", "up", "t")
        await until(pilot, lambda: "No finding is under the cursor." in shown(app))
        assert not app.review.judged


async def test_what_another_tool_found_has_no_page_to_explain_it() -> None:
    ports = replace(demo_ports(), page=lambda _check: "")
    async with console(ports) as (app, pilot):
        await pilot.press("x")
        await until(pilot, lambda: "There is no page on rls_disabled" in shown(app))
