"""Owns the keys that answer: they work wherever in the review the reviewer's cursor is."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.reactive import reactive

from checklists.model import Answer, Finding, Item, Judgement, Outcome, Suggestion, Verdict
from checklists.review.state import Review, decide, judge
from tui.glyphs import Glyphs
from tui.messages import Annotated, Answered, Judged, Redo, Refused, Undo
from tui.ports import Checking, Reopened
from tui.screens.dialogs import NoteDialog, OutcomeDialog, WaiveDialog
from tui.screens.triage import TriageDialog
from tui.standing import next_open, while_checking
from tui.widgets.item_list import ItemList

_REASONED = "You gave another answer here, with a reason. o gives a new one; after u, c confirms."


class Answering(Container):
    """Holds the panes. Asks what an answer needs, then posts it; the app decides and saves."""

    HELP_TITLE = "Answer"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "c",
            "confirm",
            "confirm",
            tooltip="Confirm the suggestion, go to the next open item",
            id="confirm",
        ),
        Binding(
            "o",
            "override",
            "override",
            tooltip="Answer otherwise than suggested, with the reason",
            id="override",
        ),
        Binding("w", "waive", "waive", tooltip="Accept a defect until a day, with the reason", id="waive"),
        Binding("a", "annotate", "note", tooltip="Write a note that decides nothing", id="annotate"),
        Binding("u", "undo", "Undo the last answer or note", show=False, id="undo"),
        Binding("U", "redo", "Redo what was undone", show=False, id="redo"),
    ]

    review: reactive[Review] = reactive(Review(()), init=False)
    reopened: reactive[Mapping[str, Reopened]] = reactive(dict, init=False)
    checking: reactive[Checking] = reactive((0, 0), init=False)

    def __init__(self, items: Mapping[str, Item], glyphs: Glyphs, today: date) -> None:
        super().__init__(id="body")
        self._items, self._glyphs, self._today = items, glyphs, today

    def action_confirm(self) -> None:
        """Take the suggestion as the answer; an undetermined one cannot be: it asks for an outcome."""
        suggestion = self._suggestion()
        if suggestion is None:
            return
        if suggestion.verdict is Verdict.UNDETERMINED:
            self.action_override()
            return
        given = self.review.answers.get(suggestion.item)
        if given is not None and given.note and given.outcome.value != suggestion.verdict.value:
            self.post_message(Refused(_REASONED))
            return
        self._answer(Answer(Outcome(suggestion.verdict.value), suggestion.verdict))

    def action_override(self) -> None:
        """Ask for another outcome and why."""
        suggestion, item = self._suggestion(), self._item
        if suggestion is not None and item is not None:
            before = None if item.id in self.review.answers else self.reopened.get(item.id)
            note = before.answer.note if before else ""
            dialog = OutcomeDialog(item, suggestion, self._glyphs, attempt=self._attempt, note=note)
            self.app.push_screen(dialog, self._answer)

    def action_waive(self) -> None:
        """Ask for the reason and the last day."""
        suggestion, item = self._suggestion(), self._item
        if suggestion is not None and item is not None:
            dialog = WaiveDialog(item, suggestion, self._glyphs, attempt=self._attempt, today=self._today)
            self.app.push_screen(dialog, self._answer)

    def action_annotate(self) -> None:
        """Ask for a note on the item."""
        item = self._item
        if item is not None and self._may_answer():
            dialog = NoteDialog(item, self.review.notes.get(item.id, ""), self._glyphs)
            self.app.push_screen(dialog, self._annotate)

    def triage(self, finding: Finding) -> None:
        """Ask what one finding is, and why."""
        if self._may_answer():
            before = self.review.judged.get(finding.id)
            attempt = partial(judge, self.review, finding.id, today=self._today)
            dialog = TriageDialog(finding, before, self._glyphs, attempt=attempt, today=self._today)
            self.app.push_screen(dialog, partial(self._judge, finding.id))

    def action_undo(self) -> None:
        self.post_message(Undo())

    def action_redo(self) -> None:
        self.post_message(Redo())

    @property
    def _item(self) -> Item | None:
        return self._items.get(self.review.current or "")

    def _suggestion(self) -> Suggestion | None:
        """The current item's suggestion; None where nothing can be answered yet, which is told."""
        return self.review.suggestions.get(self.review.current or "") if self._may_answer() else None

    def _may_answer(self) -> bool:
        """Asked before a dialog opens, so that no words are typed in vain."""
        if self.checking is not None:
            self.post_message(Refused(while_checking(self.checking)))
        return self.checking is None

    def _attempt(self, answer: Answer) -> object:
        """What the review would say to the answer, so that a dialog can ask again and lose nothing."""
        return decide(self.review, self.review.current or "", answer, today=self._today)

    def _answer(self, answer: Answer | None) -> None:
        current = self.review.current
        if answer is not None and current is not None:
            among = self.query_one(ItemList).visible_items
            self.post_message(Answered(current, answer, next_open(self.review, among) or current))

    def _annotate(self, note: str | None) -> None:
        current = self.review.current
        if note is not None and current is not None and note.strip() != self.review.notes.get(current, ""):
            self.post_message(Annotated(current, note))

    def _judge(self, finding: str, judgement: Judgement | None) -> None:
        if judgement is not None:
            self.post_message(Judged(finding, judgement))
