"""The checklist by section: one mark for the suggestion, one for the answer; other sections are one line."""

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
from tui.standing import lets_through, standing
from tui.text import clip
from tui.widgets.marked_list import MarkedList

_MARGIN = 6  # cursor, mark, a space; a space, the answer's mark, a space


class ItemList(MarkedList):
    """Follows the review; says `Visited` when the reviewer moves."""

    HELP_TITLE = "Checklist"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "screen.deeper",
            "findings",
            key_display="Enter",
            tooltip="To the findings, then to their evidence",
            id="deeper",
        ),
        Binding("down,j", "cursor_down", "Next item", show=False, id="checklist.down"),
        Binding("up,k", "cursor_up", "Previous item", show=False, id="checklist.up"),
        Binding("g,home", "first", "First item", show=False, id="checklist.first"),
        Binding("G,end", "last", "Last item", show=False, id="checklist.last"),
        Binding("space", "fold", "Fold the other sections, or unfold all", show=False, id="checklist.fold"),
    ]

    review: reactive[Review] = reactive(Review(()), init=False)
    reopened: reactive[Mapping[str, Reopened]] = reactive(dict, init=False)
    query_text: reactive[str] = reactive("", init=False)
    unfolded: reactive[bool] = reactive(default=False, init=False)

    def __init__(self, sections: tuple[Section, ...], glyphs: Glyphs) -> None:
        super().__init__(glyphs, id="items")
        self._sections = sections
        self._drawn: dict[str, Content] = {}
        self._items = {item.id: item for section in sections for item in section.items}
        self._opened: str | None = None
        self._upward = False

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

    def watch_unfolded(self) -> None:
        self._rebuild()

    def action_fold(self) -> None:
        """One line for each section but the one that is gone through, or every item of all."""
        self.unfolded = not self.unfolded

    def section_beside(self, step: int) -> str | None:
        """Where the next section that is shown, or the one before, is entered: at its first open item."""
        shown = [items for section in self._sections if (items := self._shown(section))]
        here = next((n for n, items in enumerate(shown) if self._current in {i.id for i in items}), None)
        if here is None:
            return shown[0][0].id if shown else None
        return self._entry(shown[(here + step) % len(shown)])

    def _entry(self, items: list[Item]) -> str:
        return next((item.id for item in items if item.id not in self.review.answers), items[0].id)

    def watch_review(self, before: Review, after: Review) -> None:
        filtered = bool(self.query_text) and (
            before.answers != after.answers or before.suggestions != after.suggestions
        )
        if filtered or self._to_open != self._opened:
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
        section = self._section(event.option_id)
        if section is not None:
            items = self._shown(section)
            self.post_message(Visited(items[-1 if self._upward else 0].id))
        elif event.option_id and event.option_id != self.review.current:
            self.post_message(Visited(event.option_id))

    def action_cursor_up(self) -> None:
        """A folded section is entered from below at its last item."""
        self._upward = True
        super().action_cursor_up()
        self.call_later(self._turn_down)

    def _turn_down(self) -> None:
        self._upward = False

    def _section(self, option: str | None) -> Section | None:
        return next((each for each in self._sections if option == f"section:{each.id}"), None)

    @property
    def _current(self) -> str:
        return self.review.current or ""

    @property
    def _to_open(self) -> str | None:
        """The only section that is unfolded; None where all are."""
        if self.unfolded or self.query_text:
            return None
        item = self._items.get(self._current)
        return item.section if item is not None else self._sections[0].id

    def _shown(self, section: Section) -> list[Item]:
        return [item for item in section.items if lets_through(self.review, item, self.query_text)]

    def _rebuild(self) -> None:
        with self.prevent(OptionList.OptionHighlighted):
            self._opened = self._to_open
            self.clear_options()
            self._drawn.clear()
            self.add_options(list(self._rows()))
        self._follow()

    def _rows(self) -> Iterator[Option]:
        shown = [(section, items) for section in self._sections if (items := self._shown(section))]
        opened = [self._is_open(section) for section, _ in shown]
        for number, (section, items) in enumerate(shown):
            if number and (opened[number] or opened[number - 1]):
                yield Option("", disabled=True)
            yield Option(self._heading(section), id=f"section:{section.id}", disabled=opened[number])
            yield from (Option(self._row(item), id=item.id) for item in items if opened[number])
        if not shown:
            yield Option(Content.styled("  Nothing matches.", "$quiet"), disabled=True)

    def _is_open(self, section: Section) -> bool:
        return self._opened in (None, section.id)

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
        section = self._section(name)
        return self._heading(section) if section is not None else None

    def _follow(self) -> None:
        """Put the cursor on the item that the review is at."""
        current = self.review.current
        index = next((i for i, option in enumerate(self.options) if option.id == current), None)
        if index is not None and index != self.highlighted:
            with self.prevent(OptionList.OptionHighlighted):
                self.highlighted = index
            self.call_after_refresh(self.scroll_to_highlight)

    def _heading(self, section: Section) -> Content:
        now = standing(self.review, tuple(item.id for item in section.items))
        count = f"{now.decided:>2}/{now.total:<2}"
        marks = [] if self._is_open(section) else [
            (f"{glyph} {number}  ", style)
            for number, glyph, style in (
                (now.failing, self.glyphs.failed, "$text-error"),
                (now.undetermined, self.glyphs.undetermined, "$text-warning"),
            )
            if number and now.decided < now.total
        ]  # fmt: skip
        room = self._width - len(count) - sum(len(mark) for mark, _ in marks) - 5
        title = clip(section.title.upper(), room, self.glyphs.ellipsis)
        fold = self.glyphs.unfolded if self._is_open(section) else self.glyphs.folded
        style = "bold $quiet" if now.decided < now.total or self._is_open(section) else "$quiet"
        return Content.assemble(
            (f" {fold} ", "$quiet"), (title.ljust(room + 1), style), *marks, (count, "$quiet"), " "
        )

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
