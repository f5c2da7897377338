"""All keys, made from the bindings themselves, in the groups of the widgets that own them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.glyphs import Glyphs

Group = tuple[str, tuple[tuple[str, str], ...]]
"""A title, and rows of keys with what they do."""

_LEGEND = "suggested left, answered right"


class HelpScreen(ModalScreen[None]):
    """Over the review."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q", "dismiss", "Back", id="help.back"),
        Binding("j", "scroll('down')", "Scroll down", show=False, id="help.scroll-down"),
        Binding("k", "scroll('up')", "Scroll up", show=False, id="help.scroll-up"),
    ]

    def __init__(self, groups: tuple[Group, ...], glyphs: Glyphs) -> None:
        super().__init__()
        self._groups, self._glyphs = groups, glyphs

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="sheet"):
            yield Static(Content("\n").join(self._lines()))
        yield Static(Content.styled("Esc back   j k scroll", "$quiet"), classes="sheet-keys")

    def action_scroll(self, way: str) -> None:
        sheet = self.query_one(VerticalScroll)
        sheet.scroll_relative(y=1 if way == "down" else -1, animate=False)

    def _lines(self) -> Iterator[Content]:
        for title, rows in self._groups:
            yield Content.styled(title.upper(), "bold $quiet")
            yield from (Content.assemble((f"  {keys:<16}", "bold $accent"), words) for keys, words in rows)
            yield Content("")
        yield Content.assemble(("MARKS", "bold $quiet"), (f"  {_LEGEND}", "$quiet"))
        marks = self._glyphs
        for mark, words in (
            (marks.passed, "pass"),
            (marks.failed, "fail"),
            (marks.undetermined, "undetermined: it needs you"),
            (marks.not_applicable, "not applicable"),
            (marks.waived, "waived until a day"),
            (marks.pending, "still being checked"),
            (marks.open, "not answered yet"),
            (marks.changed, "answered before, and the suggestion changed since"),
            (marks.note, "has a note"),
        ):
            yield Content.assemble((f"  {mark:<16}", "bold"), words)


def help_groups(owners: Iterable[DOMNode | type[DOMNode]], keymap: Mapping[str, str]) -> tuple[Group, ...]:
    """One group for each owner of keys that has a `HELP_TITLE`; rebound keys are shown as they are bound."""
    groups = []
    for owner in owners:
        title = getattr(owner, "HELP_TITLE", None)
        rows = tuple(_row(binding, keymap) for binding in owner.BINDINGS if isinstance(binding, Binding))
        if title and rows:
            groups.append((title, rows))
    return tuple(groups)


def _row(binding: Binding, keymap: Mapping[str, str]) -> tuple[str, str]:
    keys = keymap.get(binding.id or "", binding.key)
    shown = binding.key_display if binding.key_display and keys == binding.key else None
    words = binding.tooltip or binding.description
    return shown or " ".join(_KEY_NAMES.get(key, key) for key in keys.split(",")), words[:1].upper() + words[
        1:
    ]


_KEY_NAMES = {
    "question_mark": "?", "slash": "/", "escape": "Esc", "enter": "Enter", "tab": "Tab",
    "shift+tab": "Shift+Tab", "pageup": "PgUp", "pagedown": "PgDn", "ctrl+s": "Ctrl+S",
    "space": "Space", "up": "Up", "down": "Down", "home": "Home", "end": "End",
}  # fmt: skip
