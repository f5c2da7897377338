"""What is asked of one finding: whether it is real, why, and until when its risk may stand."""

from collections.abc import Callable
from datetime import date, timedelta

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from checklists.model import Finding, Judgement, Triage
from checklists.review.state import RefusedAnswer
from tui.glyphs import Glyphs
from tui.grouping import short_object
from tui.text import one_line
from tui.widgets.prompt import Dialog, Triages, Words

Try = Callable[[Judgement], object]
"""Raises `RefusedAnswer` where the review would not take the judgement."""


class TriageDialog(Dialog):
    """Begins with what was said before. Ends with the judgement, or None where it was left."""

    KEYS_TEXT = "Tab between   Enter goes on, then saves   Ctrl+J new line   Esc cancel"

    def __init__(
        self, finding: Finding, before: Judgement | None, glyphs: Glyphs, *, attempt: Try, today: date
    ) -> None:
        name = one_line(short_object(finding.object, finding.location), ascii_only=glyphs.plain)
        super().__init__("Triage", f"{finding.check} {glyphs.dot} {name}", glyphs)
        self._message, self._before = finding.message, before
        self._attempt, self._today = attempt, today

    def fields(self) -> ComposeResult:
        before = self._before
        yield Static(Content.styled(one_line(self._message, ascii_only=self.glyphs.plain), "$quiet"))
        yield Triages(self.glyphs)
        yield Words(before.reason if before else "", placeholder="Why; needed unless it is a true positive")
        example = (self._today + timedelta(days=90)).isoformat()
        yield Static(Content.styled("the risk is accepted until", "$quiet"), id="expires-label")
        yield Input(
            before.expires.isoformat() if before and before.expires else "",
            placeholder=f"YYYY-MM-DD, say {example} for 90 days",
            id="expires",
            compact=True,
            select_on_focus=False,
        )

    def on_mount(self) -> None:
        super().on_mount()
        choices = self.query_one(Triages)
        if self._before is not None:
            choices.highlighted = choices.offered.index(self._before.triage)
        self._ask_until()
        choices.focus()

    @on(Triages.OptionHighlighted)
    def _ask_until(self) -> None:
        """Only a risk ends on a day."""
        asked = self.query_one(Triages).chosen is Triage.ACCEPTED_RISK
        for part in ("#expires", "#expires-label"):
            self.query_one(part).display = asked

    @on(Triages.Picked)
    def _picked(self) -> None:
        self._ask_until()
        self.query_one(Words).focus()

    @on(Triages.Typed)
    def _typed(self, event: Triages.Typed) -> None:
        """Words typed onto the list belong to the reason."""
        words = self.query_one(Words).focus()
        words.insert(event.character, words.document.end)

    @on(Words.Done)
    def _reason_done(self) -> None:
        if self.query_one(Triages).chosen is Triage.ACCEPTED_RISK and self.query_one(Words).text.strip():
            self.query_one("#expires", Input).focus()
        else:
            self._end(None)

    @on(Input.Submitted)
    def _dated(self, event: Input.Submitted) -> None:
        try:
            self._end(date.fromisoformat(event.value.strip()))
        except ValueError:
            self.refuse("The last day is a date like 2027-02-21.")

    def _end(self, until: date | None) -> None:
        words = self.query_one(Words).text.strip()
        judgement = Judgement(self.query_one(Triages).chosen, words, until)
        try:
            self._attempt(judgement)
        except RefusedAnswer as refusal:
            self.refuse(str(refusal))
            if not words:
                self.query_one(Words).focus()
        else:
            self.dismiss(judgement)
