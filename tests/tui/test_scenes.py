"""What the scenes look like, and that the pictures in screenshots/ are the scenes."""

from collections.abc import Callable

import pytest
from scenes import SCENES, SCREENSHOTS, SHOWN, draw


@pytest.mark.parametrize("name", SCENES)
def test_scene(name: str, snap_compare: Callable[..., bool]) -> None:
    scene = SCENES[name]
    assert snap_compare(scene.app(), terminal_size=scene.size, run_before=scene.before)


@pytest.mark.parametrize("name", SHOWN)
async def test_screenshot_is_current(name: str) -> None:
    kept = (SCREENSHOTS / f"{name}.svg").read_text("utf-8")
    assert kept == await draw(SCENES[name]), "run: python tests/tui/scenes.py"
