"""What is asked in words: a note, an outcome with its note, a waiver, why to approve what fails."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from checklists.counting import counted
from checklists.model import Answer, Item, Outcome, Suggestion, Verdict
from checklists.review.state import RefusedAnswer
from tui.glyphs import WORDS, Glyphs
from tui.text import one_line
from tui.widgets.prompt import Dialog, Justifications, Outcomes, Words

Try = Callable[[Answer], object]
"""Raises `RefusedAnswer` where the review would not take the answer."""


class NoteDialog(Dialog):
    """A note that decides nothing. Ends with the words, or None where it was left."""

    def __init__(self, item: Item, note: str, glyphs: Glyphs) -> None:
        super().__init__("Note", item.title, glyphs)
        self._note = note

    def fields(self) -> ComposeResult:
        yield Words(self._note, placeholder="What the next reader should know; empty takes the note away")

    @on(Words.Done)
    def _done(self) -> None:
        self.dismiss(self.query_one(Words).text)


class _VerdictDialog(Dialog):
    """Asks for the reason of a verdict. Ends with the words, or None where it was left."""

    lacking: ClassVar[str]

    @on(Words.Done)
    def _done(self) -> None:
        words = self.query_one(Words).text.strip()
        if words:
            self.dismiss(words)
        else:
            self.refuse(self.lacking)


class ReasonDialog(_VerdictDialog):
    """Why a commit is approved although items fail."""

    lacking = "An approval of what fails needs a reason."

    def __init__(self, failing: tuple[str, ...], reason: str, glyphs: Glyphs) -> None:
        super().__init__("Approve", f"although {counted(len(failing), 'items')} failed", glyphs)
        self._failing, self._reason = failing, reason

    def fields(self) -> ComposeResult:
        yield Static(Content.styled(", ".join(self._failing), "$quiet"))
        yield Words(self._reason, placeholder="Why it may go out all the same; the record says so")


class RejectDialog(_VerdictDialog):
    """Why a commit is rejected."""

    lacking = "A rejection needs a reason."

    def __init__(self, reason: str, glyphs: Glyphs) -> None:
        super().__init__("Reject", "the commit", glyphs)
        self._reason = reason

    def fields(self) -> ComposeResult:
        yield Words(self._reason, placeholder="What has to change first; the record says so")


class OutcomeDialog(Dialog):
    """Another outcome than the suggested one, with its reason. Ends with the answer, or None."""

    KEYS_TEXT = "Tab between   Enter save   Ctrl+J new line   Esc cancel"

    def __init__(
        self, item: Item, suggestion: Suggestion, glyphs: Glyphs, *, attempt: Try, note: str = ""
    ) -> None:
        title = "Answer" if suggestion.verdict is Verdict.UNDETERMINED else "Override"
        super().__init__(title, item.title, glyphs)
        self._suggestion, self._attempt, self._note = suggestion, attempt, note

    def fields(self) -> ComposeResult:
        suggested = self._suggestion.verdict
        because = one_line(self._suggestion.because, ascii_only=self.glyphs.plain)
        yield Static(
            Content.assemble(("suggested: ", "$quiet"), WORDS[suggested], (f", {because}", "$quiet"))
        )
        yield Outcomes(
            tuple(outcome for outcome in Outcomes.KEYS if outcome.value != suggested.value), self.glyphs
        )
        looked = suggested is Verdict.UNDETERMINED
        hint = "What you looked at" if looked else "Why the suggestion does not hold"
        yield Words(self._note, placeholder=hint)

    @on(Outcomes.Picked)
    def _picked(self) -> None:
        self.query_one(Words).focus()

    @on(Outcomes.Typed)
    def _typed(self, event: Outcomes.Typed) -> None:
        """Words typed onto the list belong to the note: none of them may pick another outcome."""
        words = self.query_one(Words).focus()
        words.insert(event.character, words.document.end)

    @on(Words.Done)
    def _done(self) -> None:
        words = self.query_one(Words).text.strip()
        answer = Answer(self.query_one(Outcomes).chosen, self._suggestion.verdict, note=words)
        try:
            self._attempt(answer)
        except RefusedAnswer as refusal:
            self.refuse(str(refusal))
            self.query_one(Words).focus()
        else:
            self.dismiss(answer)


class WaiveDialog(Dialog):
    """A defect that may stand for a time: the reason, of which kind it is, and the last day.

    Ends with the answer, or None.
    """

    KEYS_TEXT = "Tab between   Enter goes on, then saves   Ctrl+J new line   Esc cancel"

    def __init__(
        self, item: Item, suggestion: Suggestion, glyphs: Glyphs, *, attempt: Try, today: date
    ) -> None:
        super().__init__("Waive", item.title, glyphs)
        self._suggestion, self._attempt, self._today = suggestion, attempt, today

    def fields(self) -> ComposeResult:
        yield Words(placeholder="Why this may stand for a time, and what holds the risk meanwhile")
        yield Justifications(self.glyphs)
        example = (self._today + timedelta(days=90)).isoformat()
        yield Static(Content.styled("expires on", "$quiet"), id="expires-label")
        yield Input(
            placeholder=f"YYYY-MM-DD, say {example} for 90 days",
            id="expires",
            compact=True,
            select_on_focus=False,
        )

    @on(Words.Done)
    def _reason_done(self) -> None:
        if self.query_one(Words).text.strip():
            self.query_one(Justifications).focus()
        else:
            self.refuse("A waiver needs a reason.")

    @on(Justifications.Picked)
    def _justified(self) -> None:
        self.query_one("#expires", Input).focus()

    @on(Justifications.Typed)
    def _dated(self, event: Justifications.Typed) -> None:
        """What is typed onto the list is the date."""
        self.query_one("#expires", Input).focus().insert_text_at_cursor(event.character)

    @on(Input.Submitted)
    def _done(self) -> None:
        field = self.query_one("#expires", Input)
        try:
            expires = date.fromisoformat(field.value.strip())
        except ValueError:
            self.refuse("The expiry is a date like 2027-02-21.")
            return
        reason = self.query_one(Words).text.strip()
        kind = self.query_one(Justifications).chosen
        answer = Answer(
            Outcome.WAIVED, self._suggestion.verdict, reason=reason, expires=expires, justification=kind
        )
        try:
            self._attempt(answer)
        except RefusedAnswer as refusal:
            self.refuse(str(refusal))
            (self.query_one(Words) if not reason else field).focus()
        else:
            self.dismiss(answer)
