"""The footer's keys, the most used first: those for which there is no room are left to the help."""

from textual.app import ComposeResult
from textual.events import Resize
from textual.widget import Widget
from textual.widgets import Footer

_ORDER = ("confirm", "override", "waive", "annotate", "next(1)", "screen.deeper", "screen.back")
"""Actions by which a review goes on; the others follow as they are bound."""
_SPARE = ("app.context", "filter", "annotate", "next(1)", "screen.triage")
"""Actions that leave their place to others, the first of them first."""


class Keys(Footer):
    """Every key that its binding shows, as far as there is room."""

    def __init__(self) -> None:
        super().__init__(show_command_palette=False)

    def compose(self) -> ComposeResult:
        parts = sorted(super().compose(), key=_rank)
        for action in _SPARE:
            if sum(map(_cells, parts)) <= self.app.size.width:
                break
            parts = [part for part in parts if _action(part) != action]
        yield from parts

    def on_resize(self, _event: Resize) -> None:
        self.call_after_refresh(self.recompose)


def _action(part: Widget) -> str:
    return getattr(part, "action", "")


def _rank(part: Widget) -> int:
    return _ORDER.index(_action(part)) if _action(part) in _ORDER else len(_ORDER)


def _cells(part: Widget) -> int:
    """The cells that a key takes with its words, a space before, between and after."""
    return len(getattr(part, "key_display", "")) + len(getattr(part, "description", "")) + 3
