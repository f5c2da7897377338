"""Drives the console in tests: waits for what it shows instead of for time."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot

from tui.app import ConsoleApp
from tui.glyphs import UNICODE, Glyphs
from tui.ports import Ports

WIDE = (120, 36)
SMALL = (80, 24)


@asynccontextmanager
async def console(
    ports: Ports, *, size: tuple[int, int] = WIDE, glyphs: Glyphs = UNICODE
) -> AsyncIterator[tuple[ConsoleApp, Pilot[int]]]:
    """The console with its review open for answers."""
    app = ConsoleApp(ports, glyphs=glyphs)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: app.answerable)
        yield app, pilot


async def until(pilot: Pilot[Any], true: Callable[[], bool]) -> None:
    """Let the console work until something holds; fail after a few seconds."""
    for _ in range(200):
        await pilot.pause()
        if true():
            await pilot.pause()
            return
        await pilot.pause(0.02)
    raise AssertionError("it did not come to hold")


async def type_text(pilot: Pilot[int], text: str) -> None:
    """Press one key a character."""
    await pilot.press(*(_KEYS.get(char, char) for char in text))


_KEYS = {" ": "space", "-": "minus", ".": "full_stop", ":": "colon", "/": "slash", "\n": "ctrl+j"}


def shown(app: ConsoleApp) -> str:
    """What stands on the screen, as text."""
    return "\n".join(line.rstrip() for line in _lines(app))


def _lines(app: ConsoleApp) -> Iterable[str]:
    width, height = app.size
    for strip in app.screen._compositor.render_strips():
        yield "".join(segment.text for segment in strip)[:width]
    assert height
