"""What went stale since the last record that the reviewer signed, with the diff that did it."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from checklists.counting import counted
from checklists.errors import CountersealError
from tui.glyphs import Glyphs
from tui.text import one_line, visible

if TYPE_CHECKING:
    from checklists.record.staleness.changes import Changes, StaleGroup

Load = Callable[[], "Changes | None"]
_MOST = 400  # lines of one diff


class ChangesScreen(ModalScreen[None]):
    """Over the review; read once, when it is opened."""

    HELP_TITLE = "What changed since the last record"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,v,q", "dismiss", "Back", id="changes.back"),
        Binding("j", "scroll('down')", "Scroll down", show=False, id="changes.down"),
        Binding("k", "scroll('up')", "Scroll up", show=False, id="changes.up"),
    ]

    def __init__(self, load: Load, glyphs: Glyphs) -> None:
        super().__init__()
        self._load, self._glyphs = load, glyphs

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="sheet"):
            for line in self._lines():
                yield Static(line)
        yield Static(Content.styled("Esc back   j k scroll", "$quiet"), classes="sheet-keys")

    def action_scroll(self, way: str) -> None:
        sheet = self.query_one(VerticalScroll)
        sheet.scroll_relative(y=1 if way == "down" else -1, animate=False)

    def _lines(self) -> Iterator[Content]:
        try:
            changes = self._load()
        except CountersealError as error:
            yield Content(self._safe(f"{error.message} {error.hint}"))
            return
        if changes is None:
            yield Content("You have sealed nothing of this repo before: every item is asked.")
            return
        stale = sum(len(cause.items) for cause in changes.causes)
        since = f"Since {changes.record}: {stale} stale, {len(changes.new)} new, {changes.kept} still hold."
        yield Content.styled(self._safe(since), "bold")
        for cause in changes.causes:
            yield from self._cause(cause)
        if changes.new:
            yield Content("")
            yield Content.styled(f"{counted(len(changes.new), 'items')} that it did not answer", "bold")
            yield Content(self._safe(", ".join(changes.new)))

    def _cause(self, cause: "StaleGroup") -> Iterator[Content]:
        yield Content("")
        yield Content.styled(self._safe(cause.because), "bold")
        yield Content(self._safe(f"{counted(len(cause.items), 'items')}: {', '.join(cause.items)}"))
        lines = visible(cause.diff, ascii_only=self._glyphs.plain).splitlines()
        for line in lines[:_MOST]:
            yield Content.styled(line, _style(line))
        if len(lines) > _MOST:
            yield Content.styled(f"and {len(lines) - _MOST} more lines", "$quiet")

    def _safe(self, text: str) -> str:
        return one_line(text, ascii_only=self._glyphs.plain)


def _style(line: str) -> str:
    """Colour beside the sign that says the same."""
    if line.startswith(("+++", "---", "diff ", "index ")):
        return "$quiet"
    return {"+": "$text-success", "-": "$text-error", "@": "$accent"}.get(line[:1], "")
