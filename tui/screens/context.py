"""What only people know of the system, asked once and kept from review to review."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from checklists.review.draft import Context
from tui.asked import ASKED
from tui.glyphs import Glyphs
from tui.widgets.prompt import Dialog, Words


class ContextDialog(Dialog):
    """Five fields, none of which must be filled. Ends with the context, or None where it was left."""

    KEYS_TEXT = "Enter next   Ctrl+S save   Ctrl+J new line   Esc cancel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", priority=True, id="context.save")
    ]

    def __init__(self, context: Context, glyphs: Glyphs) -> None:
        super().__init__("Context", "opens the record; a field left empty reads not stated", glyphs)
        self._known = context

    def fields(self) -> ComposeResult:
        for name, asked in ASKED.items():
            label = name.replace("_", " ")
            yield Static(Content.assemble((label, "bold"), (f"  {asked}", "$quiet")))
            yield Words(getattr(self._known, name), id=name)

    def on_mount(self) -> None:
        super().on_mount()
        self.add_class("-context")

    @on(Words.Done)
    def _next(self) -> None:
        if self.focused is not None and self.focused.id == list(ASKED)[-1]:
            self.action_save()
        else:
            self.focus_next()

    def action_save(self) -> None:
        """All five at once."""
        self.dismiss(Context(**{name: self.query_one(f"#{name}", Words).text.strip() for name in ASKED}))
