"""The checklist by section: one is unfolded, the others are one line with what they still need."""

from dataclasses import replace
from pathlib import Path

from demo import MemoryStore, demo_ports
from driving import SMALL, console, shown, type_text, until
from gitrepos import repository
from scenes import draft_of

from checklists.catalogue import load
from tui.app import ConsoleApp
from tui.commands.options import Request
from tui.screens.seal import SealScreen
from tui.widgets.item_list import ItemList
from tui.wiring import ports_for

SECTIONS = load()
FIRST, SECOND, LAST = SECTIONS[0], SECTIONS[1], SECTIONS[-1]


def _titles(text: str) -> list[str]:
    return [section.title for section in SECTIONS if section.title.upper()[:20] in text]


async def test_the_section_of_the_item_is_unfolded_and_the_others_are_one_line() -> None:
    async with console(demo_ports(), size=SMALL) as (app, pilot):
        rows = app.screen.query_one(ItemList)
        assert FIRST.items[-1].title[:20] in "\n".join(str(option.prompt) for option in rows.options)
        assert SECOND.items[0].title not in "\n".join(str(option.prompt) for option in rows.options)
        assert len(rows.visible_items) == sum(len(section.items) for section in SECTIONS), "n goes on to all"
        await pilot.press("space")
        await pilot.pause()
        assert LAST.items[-1].title[:20] in "\n".join(str(option.prompt) for option in rows.options)


async def test_every_section_stands_with_its_own_burn_down() -> None:
    store = MemoryStore(draft_of(left_open=("float-money", "missing-indexes", "uploads-validated")))
    async with console(demo_ports(store)) as (app, _pilot):
        text = shown(app)
        assert len(_titles(text)) == len(SECTIONS)
        row = next(line for line in text.split("\n") if "ANTI-PATTERNS" in line)
        assert "✗ 3" in row
        assert "9/11" in row
        assert "12/12" in next(line for line in text.split("\n") if "SCHEMA DESIGN" in line)


async def test_brackets_go_from_section_to_section_and_to_what_is_open_there() -> None:
    store = MemoryStore(draft_of(left_open=("float-money",), current=FIRST.items[0].id))
    async with console(demo_ports(store)) as (app, pilot):
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert app.review.current == "float-money"
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert app.review.current == SECTIONS[2].items[0].id
        await pilot.press(*["left_square_bracket"] * 3)
        await pilot.pause()
        assert app.review.current == LAST.items[0].id, "round, as the other keys go"


async def test_the_cursor_walks_into_the_next_section_and_back_to_its_end() -> None:
    async with console(demo_ports()) as (app, pilot):
        await pilot.press(*["j"] * len(FIRST.items))
        await pilot.pause()
        assert app.review.current == SECOND.items[0].id
        await pilot.press("k")
        await pilot.pause()
        assert app.review.current == FIRST.items[-1].id


async def test_an_answer_goes_on_into_the_next_section() -> None:
    store = MemoryStore(draft_of(left_open=(FIRST.items[0].id, LAST.items[2].id), current=FIRST.items[0].id))
    async with console(demo_ports(store)) as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: app.review.current == LAST.items[2].id)
        await until(pilot, lambda: LAST.items[2].title[:20] in shown(app))


async def test_a_filter_shows_what_it_lets_through_of_every_section() -> None:
    async with console(demo_ports()) as (app, pilot):
        await pilot.press("slash")
        await type_text(pilot, "index")
        await pilot.press("enter")
        await pilot.pause()
        text = shown(app)
        assert "Missing indexes" in text
        assert len(_titles(text)) > 1


async def test_chosen_sections_are_all_that_is_gone_through() -> None:
    chosen = (SECOND.id, LAST.id)
    store = MemoryStore(draft_of(left_open=(FIRST.items[0].id, "float-money"), current=FIRST.items[0].id))
    async with console(replace(demo_ports(store), sections=chosen)) as (app, pilot):
        assert app.review.current == "float-money"
        total = len(SECOND.items) + len(LAST.items)
        assert f"{total - 1} of {total} decided" in shown(app)
        assert FIRST.title.upper() not in shown(app)
        await pilot.press("n")
        await pilot.pause()
        assert app.review.current == "float-money"
        await pilot.press("c")
        await until(pilot, lambda: "1 of others" in " ".join(shown(app).split()))


async def test_what_is_open_is_listed_by_section_before_sealing() -> None:
    store = MemoryStore(draft_of(left_open=("float-money", LAST.items[0].id, LAST.items[3].id)))
    async with console(demo_ports(store)) as (app, pilot):
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, SealScreen))
        text = shown(app)
        assert f"{SECOND.title.upper()}  1 of {len(SECOND.items)}" in text
        assert f"  2 of {len(LAST.items)}" in text
        await pilot.press("j", "enter")
        await until(pilot, lambda: app.review.current == LAST.items[0].id)


OURS = """
title = "Ours"
item = [{ id = "told", title = "Told", question = "Was it?", why = "So.", severity = "low" }]
"""


async def test_a_teams_section_is_gone_through_alone_and_an_unknown_one_is_told(tmp_path: Path) -> None:
    files = {"supabase/migrations/1_a.sql": "select 1;\n", ".counterseal/checklists/ours.toml": OURS}
    asked = Request(repository(tmp_path / "repo", files))
    async with console(ports_for(asked, ("ours",))) as (app, _pilot):
        assert app.review.current == "told"
        assert app.screen.query_one(ItemList).visible_items == ("told",)
    app = ConsoleApp(ports_for(asked, ("theirs",)))
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.fault is not None)
        assert app.fault is not None
        assert app.fault.message == "There is no section theirs."
        assert app.fault.hint.endswith("delivery, ours.")
