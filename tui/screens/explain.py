"""The page of a check: what it flags, what it does not, and what to do."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Markdown, Static

from tui.glyphs import Glyphs
from tui.text import visible


class ExplainScreen(ModalScreen[None]):
    """Over the review; links in a page are not followed."""

    HELP_TITLE = "A check's page"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,x,q", "dismiss", "Back", id="explain.back"),
        Binding("j", "scroll('down')", "Scroll down", show=False, id="explain.down"),
        Binding("k", "scroll('up')", "Scroll up", show=False, id="explain.up"),
    ]

    def __init__(self, pages: tuple[str, ...], glyphs: Glyphs) -> None:
        super().__init__()
        self._pages, self._glyphs = pages, glyphs

    def compose(self) -> ComposeResult:
        text = visible("\n\n---\n\n".join(self._pages), ascii_only=self._glyphs.plain)
        with VerticalScroll(classes="sheet"):
            if self._glyphs.plain:
                yield Static(Content(text))
            else:
                yield Markdown(text, open_links=False)
        yield Static(Content.styled("Esc back   j k scroll", "$quiet"), classes="sheet-keys")

    def action_scroll(self, way: str) -> None:
        sheet = self.query_one(VerticalScroll)
        sheet.scroll_relative(y=1 if way == "down" else -1, animate=False)
