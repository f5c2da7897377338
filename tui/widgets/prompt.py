"""The parts of a dialog: a frame, an area for words, a list of choices."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static, TextArea
from textual.widgets.option_list import Option

from checklists.model import Justification, Outcome, Triage
from tui.glyphs import JUSTIFICATIONS, STYLES, TRIAGES, WORDS, Glyphs
from tui.widgets.marked_list import MarkedList

Choice = TypeVar("Choice", bound=StrEnum)


class Words(TextArea):
    """Some words: Enter is done, Ctrl+J begins a line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "done", "Done", priority=True, id="words.done"),
        Binding("ctrl+j", "new_line", "New line", id="words.new-line"),
    ]

    class Done(Message):
        """The reviewer pressed Enter."""

    def __init__(self, text: str = "", *, placeholder: str = "", id: str = "words") -> None:  # noqa: A002 - Textual's
        super().__init__(text, id=id, compact=True, placeholder=placeholder, tab_behavior="focus")

    def on_mount(self) -> None:
        self.move_cursor(self.document.end)

    def action_done(self) -> None:
        self.post_message(self.Done())

    def action_new_line(self) -> None:
        self.insert("\n")


class Choices(MarkedList, Generic[Choice]):
    """One of several, by its key or by Enter on it."""

    KEYS: ClassVar[Mapping[Any, str]]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "cursor_down", "Next", show=False, id="choices.down"),
        Binding("up,k", "cursor_up", "Previous", show=False, id="choices.up"),
    ]

    class Picked(Message):
        """The reviewer pressed the key of a choice, or Enter on it."""

    class Typed(Message):
        """The reviewer typed what is no key of a choice."""

        def __init__(self, character: str) -> None:
            super().__init__()
            self.character = character

    def __init__(self, offered: tuple[Choice, ...], glyphs: Glyphs, *, id: str) -> None:  # noqa: A002 - Textual's
        super().__init__(glyphs, id=id)
        self.offered = offered
        self.add_class("choices")

    def on_mount(self) -> None:
        self.add_options([Option(self.prompt(each)) for each in self.offered])
        self.highlighted = 0

    @property
    def chosen(self) -> Choice:
        """What is under the cursor."""
        return self.offered[self.highlighted or 0]

    def on_key(self, event: events.Key) -> None:
        meant = next((each for each in self.offered if self.KEYS[each] == event.character), None)
        if meant is not None:
            event.stop()
            self.highlighted = self.offered.index(meant)
            self.post_message(self.Picked())
        elif event.character and event.character.isprintable() and event.key not in ("j", "k"):
            event.stop()
            self.post_message(self.Typed(event.character))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Picked())

    def prompt(self, choice: Choice) -> Content:
        """How a choice is shown."""
        raise NotImplementedError


class Outcomes(Choices[Outcome]):
    """What may be answered."""

    KEYS: ClassVar[Mapping[Any, str]] = {
        Outcome.PASS: "p",
        Outcome.FAIL: "f",
        Outcome.NOT_APPLICABLE: "n",
    }
    KEYS_TEXT = "p f n choose   Enter to the note   Esc cancel"

    def __init__(self, offered: tuple[Outcome, ...], glyphs: Glyphs) -> None:
        super().__init__(offered, glyphs, id="outcomes")

    def prompt(self, choice: Outcome) -> Content:
        return Content.assemble(
            (f"  {self.KEYS[choice]}  ", "bold $accent"),
            (f"{self.glyphs.outcome(choice)} ", STYLES[choice]),
            WORDS[choice],
        )


class Justifications(Choices[Justification]):
    """Why an item may be waived."""

    KEYS: ClassVar[Mapping[Any, str]] = {
        Justification.ACCEPTED_RISK: "r",
        Justification.FALSE_POSITIVE: "f",
        Justification.COMPENSATING_CONTROL: "c",
        Justification.NOT_REACHABLE: "n",
        Justification.TEST_ONLY: "t",
    }
    KEYS_TEXT = "r f c n t choose   Enter to the date   Esc cancel"

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(tuple(JUSTIFICATIONS), glyphs, id="justifications")

    def prompt(self, choice: Justification) -> Content:
        name = choice.value.replace("_", " ")
        return Content.assemble(
            (f"  {self.KEYS[choice]}  ", "bold $accent"), f"{name:<22}", (JUSTIFICATIONS[choice], "$quiet")
        )


class Triages(Choices[Triage]):
    """What a finding may be."""

    KEYS: ClassVar[Mapping[Any, str]] = {
        Triage.TRUE_POSITIVE: "t",
        Triage.FALSE_POSITIVE: "f",
        Triage.ACCEPTED_RISK: "r",
    }
    KEYS_TEXT = "t f r choose   Enter to the reason   Esc cancel"

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(tuple(TRIAGES), glyphs, id="triages")

    def prompt(self, choice: Triage) -> Content:
        name = choice.value.replace("_", " ")
        return Content.assemble(
            (f"  {self.KEYS[choice]}  ", "bold $accent"), f"{name:<16}", (TRIAGES[choice], "$quiet")
        )


class Dialog(ModalScreen[Any]):
    """A frame over the review: title, fields, one line for a refusal, one for the keys. Escape leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Cancel", id="dialog.cancel")]
    KEYS_TEXT: ClassVar[str] = "Enter save   Ctrl+J new line   Esc cancel"

    def __init__(self, title: str, about: str, glyphs: Glyphs) -> None:
        super().__init__()
        self._about, self.glyphs, self.title_text = about, glyphs, title

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(
                Content.assemble((self.title_text, "bold $accent"), "  ", (self._about, "$quiet")), id="about"
            )
            yield from self.fields()
            yield Static(id="refusal")
            yield Static(Content.styled(self.KEYS_TEXT, "$quiet"), id="keys")

    def on_mount(self) -> None:
        self.query_one("#refusal").display = False

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        keys = getattr(event.widget, "KEYS_TEXT", self.KEYS_TEXT)
        self.query_one("#keys", Static).update(Content.styled(keys, "$quiet"))

    def fields(self) -> ComposeResult:
        """The dialog's own widgets."""
        raise NotImplementedError

    def refuse(self, why: str) -> None:
        """Say in one line why this cannot be taken; what was typed stays."""
        line = self.query_one("#refusal", Static)
        line.update(Content.assemble((f"{self.glyphs.failed} ", "bold $text-error"), (why, "$text-error")))
        line.display = True
        line.call_after_refresh(line.scroll_visible, animate=False)

    def action_leave(self) -> None:
        self.dismiss(None)
