"""The scrolled part of the evidence: the flagged line comes into sight and stays until the reader scrolls."""

from textual import events
from textual.containers import ScrollableContainer


class SourceView(ScrollableContainer, can_focus=False):
    """Keeps one line of its content in sight through every layout.

    A line can be reached only once the content has been laid out, which on some machines is after the pane
    is painted: so the scroll is asked for again whenever the sizes change, not once.
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._line: int | None = None

    def keep_in_sight(self, line: int) -> None:
        """Stay at the top where this line, counted from 0, is in sight from there; else show it in the
        upper third.
        """
        self._line = line
        self.call_after_refresh(self._bring)

    def move(self, *, x: int = 0, y: int = 0) -> None:
        """The reader scrolls: the line is let go."""
        self._line = None
        self.scroll_relative(x=x or None, y=y or None, animate=False)

    def watch_virtual_size(self) -> None:
        self._bring()

    def on_resize(self) -> None:
        self._bring()

    def on_mouse_scroll_down(self, _event: events.MouseScrollDown) -> None:
        self._line = None

    def on_mouse_scroll_up(self, _event: events.MouseScrollUp) -> None:
        self._line = None

    def _bring(self) -> None:
        if self._line is None:
            return
        room = self.size.height
        in_sight_from_top = self._line + min(5, room // 2) < room
        self.scroll_to(y=0 if in_sight_from_top else self._line - room // 3, animate=False)
