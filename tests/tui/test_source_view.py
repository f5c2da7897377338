"""The flagged line comes into sight whenever its content is laid out, until the reader scrolls."""

from driving import until
from textual.app import App, ComposeResult
from textual.widgets import Static

from tui.widgets.source_view import SourceView


class _View(App[None]):
    def compose(self) -> ComposeResult:
        with SourceView(id="view"):
            yield Static(id="text")


def _lines(count: int) -> str:
    return "\n".join(map(str, range(count)))


async def test_a_line_that_is_laid_out_later_still_comes_into_sight() -> None:
    app = _View()
    async with app.run_test(size=(40, 12)) as pilot:
        view = app.query_one(SourceView)
        view.keep_in_sight(50)
        await pilot.pause()
        assert view.scroll_offset.y == 0
        app.query_one(Static).update(_lines(100))
        await until(pilot, lambda: view.scroll_offset.y == 46)
        await pilot.resize_terminal(40, 30)
        await until(pilot, lambda: view.scroll_offset.y == 40)


async def test_a_line_near_the_top_needs_no_scroll() -> None:
    app = _View()
    async with app.run_test(size=(40, 12)) as pilot:
        app.query_one(Static).update(_lines(100))
        app.query_one(SourceView).keep_in_sight(6)
        await pilot.pause()
        assert app.query_one(SourceView).scroll_offset.y == 0


async def test_what_the_reader_scrolled_to_stays() -> None:
    app = _View()
    async with app.run_test(size=(40, 12)) as pilot:
        view = app.query_one(SourceView)
        app.query_one(Static).update(_lines(100))
        view.keep_in_sight(50)
        await pilot.pause()
        view.move(y=-20)
        await pilot.pause()
        await pilot.resize_terminal(40, 14)
        await pilot.pause()
        assert view.scroll_offset.y == 26
