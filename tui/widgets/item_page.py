"""One item: the question, why it matters, what is suggested and because of what, and what was found."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.reactive import reactive
from textual.widgets import Static

from checklists.counting import counted
from checklists.model import Answer, Item, Suggestion
from checklists.review.state import Review
from tui.glyphs import STYLES, WORDS, Glyphs, justified
from tui.grouping import because, groups_of
from tui.ports import Reopened
from tui.text import visible
from tui.widgets.finding_list import FindingList


class ItemPage(VerticalScroll):
    """Follows the review's current item."""

    HELP_TITLE = "Item"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "screen.deeper",
            "evidence",
            key_display="Enter",
            tooltip="To the evidence",
            id="deeper",
        ),
        Binding("j", "scroll_down", "Scroll down", show=False, id="item.down"),
        Binding("k", "scroll_up", "Scroll up", show=False, id="item.up"),
    ]

    review: reactive[Review] = reactive(Review(()), init=False)
    reopened: reactive[Mapping[str, Reopened]] = reactive(dict, init=False)

    def __init__(self, items: Mapping[str, Item], glyphs: Glyphs) -> None:
        super().__init__(id="item-page")
        self._items, self._glyphs = items, glyphs
        self._text: Content | None = None
        self._shown: tuple[object, ...] = (None,)

    def compose(self) -> ComposeResult:
        yield Static(id="item-text")
        yield FindingList(self._glyphs)

    def on_mount(self) -> None:
        self._show()

    def watch_review(self) -> None:
        self._show()

    def watch_reopened(self) -> None:
        self._show()

    @on(FindingList.Chosen)
    def _keep_in_sight(self) -> None:
        rows = self.query_one(FindingList)
        at = rows.highlighted or 0
        if at <= 1:
            self.scroll_home(animate=False)
        else:
            row = Region(0, rows.virtual_region.y + at, rows.size.width, 2)
            self.scroll_to_region(row, animate=False)

    def _show(self) -> None:
        item = self._items.get(self.review.current or "")
        if not self.is_mounted or item is None:
            return
        suggestion = self.review.suggestions.get(item.id)
        text = Content("\n").join(self._lines(item, suggestion))
        if not (self._text and self._text.is_same(text)):
            self._text = text
            self.query_one("#item-text", Static).update(text)
        judged = dict(self.review.judged)
        if (item.id, suggestion, judged) != self._shown:
            same = item.id == self._shown[0]
            self._shown = (item.id, suggestion, judged)
            findings = self.query_one(FindingList)
            groups = groups_of(suggestion)
            findings.display = bool(groups)
            findings.show(groups, judged, keep_place=same)
            if not same:
                self.scroll_home(animate=False)

    def _lines(self, item: Item, suggestion: Suggestion | None) -> Iterator[Content]:
        dot = f" {self._glyphs.dot} "
        yield Content.styled(item.title, "bold")
        section = item.section.replace("_", "-")
        yield Content.styled(dot.join((section, item.severity.value)), "$quiet")
        yield Content("")
        yield Content(item.question)
        yield Content.styled(item.why, "$quiet")
        yield Content("")
        yield from self._suggested(suggestion)
        yield from self._answered(item.id)
        if item.id in self.review.notes:
            yield Content("")
            yield self._labelled(f"{self._glyphs.note} note", "$quiet", self.review.notes[item.id])
        if suggestion and (suggestion.findings or suggestion.gaps):
            yield Content("")

    def _suggested(self, suggestion: Suggestion | None) -> Iterator[Content]:
        if suggestion is None:
            yield Content.styled(f"{self._glyphs.pending} being checked", "$quiet")
            return
        style = f"bold {STYLES[suggestion.verdict]}"
        mark = f"{self._glyphs.verdict(suggestion.verdict)} {WORDS[suggestion.verdict]}"
        yield self._labelled(mark, style, because(suggestion))
        if suggestion.examined:
            counts = ", ".join(counted(count, what) for what, count in suggestion.examined)
            yield Content.styled(f"examined {self._plain(counts)}", "$quiet")

    def _answered(self, item: str) -> Iterator[Content]:
        answer, before = self.review.answers.get(item), self.reopened.get(item)
        if answer is not None:
            yield Content("")
            mark = f"{self._glyphs.outcome(answer.outcome)} {_said(answer)}"
            yield self._labelled(mark, f"bold {STYLES[answer.outcome]}", _words(answer))
        elif before is not None:
            yield Content("")
            mark = f"{self._glyphs.changed} reopened"
            earlier = f"you had answered {WORDS[before.answer.outcome]}; since then {before.because}"
            yield self._labelled(mark, "bold $text-warning", earlier)
            if _words(before.answer):
                yield self._labelled("what you said", "$quiet", _words(before.answer))

    def _labelled(self, label: str, style: str, words: str) -> Content:
        return Content.assemble((label, style), "  ", self._plain(words))

    def _plain(self, text: str) -> str:
        return visible(text, ascii_only=self._glyphs.plain)


def _said(answer: Answer) -> str:
    if answer.expires is not None:
        return f"you waived this until {answer.expires.isoformat()}{justified(answer)}"
    how = "confirmed" if answer.confirms else "answered"
    return f"you {how}: {WORDS[answer.outcome]}"


def _words(answer: Answer) -> str:
    return answer.reason or answer.note
