"""The checklist by section: one mark for the suggestion, one for the answer."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from checklists.catalogue import Section
from checklists.model import Item
from checklists.review.state import Review
from tui.glyphs import STYLES, Glyphs
from tui.messages import Visited
from tui.ports import Reopened
from tui.standing import lets_through
from tui.text import clip
from tui.widgets.marked_list import MarkedList

_MARGIN = 6  # cursor, mark, a space; a space, the answer's mark, a space


class ItemList(MarkedList):
    """Follows the review; says `Visited` when the reviewer moves."""

    HELP_TITLE = "Checklist"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "cursor_down", "Next item", show=False, id="checklist.down"),
        Binding("up,k", "cursor_up", "Previous item", show=False, id="checklist.up"),
        Binding("g,home", "first", "First item", show=False, id="checklist.first"),
        Binding("G,end", "last", "Last item", show=False, id="checklist.last"),
    ]

    review: reactive[Review] = reactive(Review(()), init=False)
    reopened: reactive[Mapping[str, Reopened]] = reactive(dict, init=False)
    query_text: reactive[str] = reactive("", init=False)

    def __init__(self, sections: tuple[Section, ...], glyphs: Glyphs) -> None:
        super().__init__(glyphs, id="items")
        self._sections = sections
        self._drawn: dict[str, Content] = {}
        self._items = {item.id: item for section in sections for item in section.items}

    @property
    def visible_items(self) -> tuple[str, ...]:
        """The ids that the filter lets through, in order."""
        shown = (item for section in self._sections for item in section.items)
        return tuple(item.id for item in shown if lets_through(self.review, item, self.query_text))

    def on_mount(self) -> None:
        self._rebuild()

    def on_resize(self, _event: events.Resize) -> None:
        self._repaint_rows()
        self.call_after_refresh(self.scroll_to_highlight)

    def watch_review(self, before: Review, after: Review) -> None:
        if self.query_text and (before.answers != after.answers or before.suggestions != after.suggestions):
            self._rebuild()
        else:
            self._repaint_rows()
        self._follow()

    def watch_reopened(self) -> None:
        self._repaint_rows()

    def watch_query_text(self) -> None:
        self._rebuild()
        self.call_later(
            self._to_first_shown
        )  # in this widget's own turn, so that the message goes all the way up

    def _to_first_shown(self) -> None:
        shown = self.visible_items
        if shown and self.review.current not in shown:
            self.post_message(Visited(shown[0]))

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if event.option_id and event.option_id != self.review.current:
            self.post_message(Visited(event.option_id))

    def _rebuild(self) -> None:
        with self.prevent(OptionList.OptionHighlighted):
            self.clear_options()
            self._drawn.clear()
            self.add_options(list(self._rows()))
        self._follow()

    def _rows(self) -> Iterator[Option]:
        shown = set(self.visible_items)
        first = True
        for section in self._sections:
            items = [item for item in section.items if item.id in shown]
            if not items:
                continue
            if not first:
                yield Option("", disabled=True)
            first = False
            yield Option(self._heading(section), id=f"section:{section.id}", disabled=True)
            yield from (Option(self._row(item), id=item.id) for item in items)
        if first:
            yield Option(Content.styled("  Nothing matches.", "$quiet"), disabled=True)

    def _repaint_rows(self) -> None:
        """Redraw the rows that look different now."""
        for index, option in enumerate(self.options):
            row = self._drawing(option.id)
            before = self._drawn.get(option.id or "")
            if row is not None and not (before and before.is_same(row)):
                self._drawn[option.id or ""] = row
                self.replace_option_prompt_at_index(index, row)

    def _drawing(self, name: str | None) -> Content | None:
        if name in self._items:
            return self._row(self._items[name])
        return next((self._heading(each) for each in self._sections if name == f"section:{each.id}"), None)

    def _follow(self) -> None:
        """Put the cursor on the item that the review is at."""
        current = self.review.current
        index = next((i for i, option in enumerate(self.options) if option.id == current), None)
        if index is not None and index != self.highlighted:
            with self.prevent(OptionList.OptionHighlighted):
                self.highlighted = index
            self.call_after_refresh(self.scroll_to_highlight)

    def _heading(self, section: Section) -> Content:
        decided = sum(item.id in self.review.answers for item in section.items)
        count = f"{decided}/{len(section.items)}"
        title = clip(section.title.upper(), self._width - len(count) - 3, self.glyphs.ellipsis)
        gap = " " * max(1, self._width - len(title) - len(count) - 2)
        return Content.assemble((f" {title}{gap}", "bold $quiet"), (count, "$quiet"), " ")

    def _row(self, item: Item) -> Content:
        answer, suggestion = self.review.answers.get(item.id), self.review.suggestions.get(item.id)
        note = f" {self.glyphs.note}" if item.id in self.review.notes else ""
        room = self._width - _MARGIN - len(note)
        title = clip(item.title, room, self.glyphs.ellipsis)
        verdict = suggestion.verdict if suggestion else None
        return Content.assemble(
            (f" {self.glyphs.verdict(verdict)} ", _mark_style(verdict, decided=answer is not None)),
            (title.ljust(room), "$quiet" if answer else "$foreground"),
            (note, "$quiet"),
            self._answer_mark(item.id),
            " ",
        )

    def _answer_mark(self, item: str) -> Content:
        answer = self.review.answers.get(item)
        if answer is not None:
            return Content.styled(f" {self.glyphs.outcome(answer.outcome)}", f"bold {STYLES[answer.outcome]}")
        if item in self.reopened:
            return Content.styled(f" {self.glyphs.changed}", "bold $text-warning")
        return Content.styled(f" {self.glyphs.open}", "$quiet")

    @property
    def _width(self) -> int:
        return max(20, self.scrollable_content_region.width or self.size.width)


def _mark_style(verdict: object, *, decided: bool) -> str:
    if decided or verdict is None:
        return "$quiet"
    return STYLES[verdict]  # type: ignore[index]
