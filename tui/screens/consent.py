"""Asked once for a repo: whether its migrations may be run in a throwaway Postgres."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

_WORDS = (
    "The proof runs this repo's migrations, its roles.sql and its seeds in a Postgres of its own.\n\n"
    "They run as a role that owns nothing outside of its database: without network, in a private folder, "
    "within limits of time, memory and disk. Server and folder are removed when the proof ends.\n\n"
    "From now on the proof of this repo starts by itself, behind the review."
)


class ConsentDialog(ModalScreen[bool]):
    """Ends with True for yes."""

    HELP_TITLE = "Run the proof?"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "answer(True)", "Yes, run it", id="consent.yes"),
        Binding("n,escape,q", "answer(False)", "No", id="consent.no"),
    ]

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="sheet"):
            yield Static(Content.styled("RUN THE MIGRATIONS?", "bold $quiet"))
            yield Static(Content(f"\n{_WORDS}"))
        yield Static(Content.styled("y yes, run it   Esc no", "$quiet"), classes="sheet-keys")

    def action_answer(self, yes: bool) -> None:  # noqa: FBT001 - the binding's own argument
        self.dismiss(yes)
