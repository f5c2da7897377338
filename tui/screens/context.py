"""What only people know of the system, asked once and kept from review to review."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from checklists.review.declared import facts_of
from checklists.review.draft import Context
from tui.asked import ASKED, DECLARED
from tui.glyphs import Glyphs
from tui.widgets.prompt import Dialog, Words

_QUESTIONS = {**ASKED, **DECLARED}


class ContextDialog(Dialog):
    """A field for each question; none must be filled. Ends with the context, or None where it was left."""

    KEYS_TEXT = "Enter next   Ctrl+S save   Ctrl+J new line   Esc cancel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", priority=True, id="context.save")
    ]

    def __init__(self, context: Context, glyphs: Glyphs, *, is_read: bool = False) -> None:
        """`is_read`: nobody has looked at these words yet, they come from the code."""
        super().__init__(
            "Context", "the record starts with it; an empty field is recorded as not stated", glyphs
        )
        self._known, self._is_read = context, is_read

    def fields(self) -> ComposeResult:
        if self._is_read:
            yield Static(Content.styled("Read from the code; change what is wrong.", "$text-warning"))
        for name, asked in _QUESTIONS.items():
            label = name.replace("_", " ")
            yield Static(Content.assemble((label, "bold"), (f"  {asked}", "$quiet")))
            yield Words(getattr(self._known, name), id=name)

    def on_mount(self) -> None:
        super().on_mount()
        self.add_class("-context")
        self.call_after_refresh(self._from_the_start)

    def _from_the_start(self) -> None:
        """What is known already is read before it is written on."""
        for words in self.query(Words):
            words.move_cursor((0, 0))

    @on(Words.Done)
    def _next(self) -> None:
        if self.focused is not None and self.focused.id == list(_QUESTIONS)[-1]:
            self.action_save()
        else:
            self.focus_next()

    def action_save(self) -> None:
        """All at once; a list that cannot be read as one is refused."""
        context = Context(**{name: self.query_one(f"#{name}", Words).text.strip() for name in _QUESTIONS})
        try:
            facts_of(context)
        except ValueError as error:
            self.refuse(str(error))
        else:
            self.dismiss(context)
