"""The footer's keys: on a small terminal the spare ones leave room between the others."""

from textual.app import ComposeResult
from textual.events import Resize
from textual.widgets import Footer

_ROOMY = 100
_SPARE = ("explain",)
"""Actions that a small terminal's footer leaves to the help."""


class Keys(Footer):
    """Every key that its binding shows, where there is room."""

    def __init__(self) -> None:
        super().__init__(show_command_palette=False)

    def compose(self) -> ComposeResult:
        for part in super().compose():
            if self._is_roomy or getattr(part, "action", "") not in _SPARE:
                yield part

    def on_resize(self, _event: Resize) -> None:
        self.call_after_refresh(self.recompose)

    @property
    def _is_roomy(self) -> bool:
        return self.app.size.width >= _ROOMY
