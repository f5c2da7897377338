"""The filter over the checklist: words that must all be in an item, as they are typed."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input


class FilterBar(Input):
    """Hidden while it is empty and unfocused."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "clear", "Clear the filter", show=False, id="filter.clear"),
    ]

    class Left(Message):
        """The reviewer is done with the filter."""

    def __init__(self) -> None:
        super().__init__(id="filter", placeholder="filter: open fail rls …", compact=True)

    def on_mount(self) -> None:
        self.display = False

    def on_blur(self) -> None:
        self.display = bool(self.value)

    def begin(self) -> None:
        """Show it and type into it."""
        self.display = True
        self.focus()

    def action_clear(self) -> None:
        self.value = ""
        self.post_message(self.Left())

    async def action_submit(self) -> None:
        self.post_message(self.Left())
