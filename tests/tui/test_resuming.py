"""With a draft on a real disk: a console that is killed loses nothing, and opens where it was left."""

from dataclasses import replace
from pathlib import Path

from demo import demo_ports
from driving import console, shown, type_text, until

from checklists.catalogue import items
from checklists.review.store import DraftStore


async def test_a_killed_console_resumes_with_every_answer_on_the_same_item(tmp_path: Path) -> None:
    ports = replace(demo_ports(), store=lambda _project: DraftStore(tmp_path))
    async with console(ports) as (app, pilot):
        await pilot.press("c", "w")
        await type_text(pilot, "audit")
        await pilot.press("enter")
        await type_text(pilot, "2027-01-31")
        await pilot.press("enter", "c", "a")
        await type_text(pilot, "ask Kim")
        await pilot.press("enter")
        await pilot.pause()
        left = app.review
        assert len(left.answers) == 3
        on_disk = (tmp_path / "draft.json").read_bytes()
        # killed here: what is on disk is all that the next one has

    (tmp_path / "draft.json").write_bytes(on_disk)
    async with console(ports) as (app, pilot):
        assert app.review.answers == left.answers
        assert app.review.notes == left.notes
        assert app.review.current == left.current
        assert f"3 of {len(items())} decided" in shown(app)
        await pilot.press("u", "u")
        await pilot.pause()
        assert len(app.review.answers) == 2
        assert app.review.notes == {}
        await pilot.press("U", "U")
        await pilot.pause()
        assert app.review.answers == left.answers


async def test_the_place_is_saved_when_the_cursor_rests(tmp_path: Path) -> None:
    ports = replace(demo_ports(), store=lambda _project: DraftStore(tmp_path))
    async with console(ports) as (app, pilot):
        await pilot.press(*"jjjj")
        here = app.review.current
        kept = tmp_path / "draft.json"
        await until(pilot, lambda: kept.exists() and f'"current": "{here}"' in kept.read_text())
        on_disk = kept.read_bytes()
    (tmp_path / "draft.json").write_bytes(on_disk)
    async with console(ports) as (app, pilot):
        assert app.review.current == here == app.review.items[4]


async def test_two_consoles_keep_each_others_answers(tmp_path: Path) -> None:
    ports = replace(demo_ports(), store=lambda _project: DraftStore(tmp_path))
    async with console(ports) as (one, first):
        async with console(ports) as (_other, second):
            await second.press("j", "j", "c")
            await second.pause()
        await first.press("c")
        await first.pause()
        assert set(one.review.answers) == {"rls-enabled", "input-validated"}
        await until(first, lambda: "changed elsewhere" in shown(one))
