"""The one review of the console and its draft: what is decided is saved before it is shown."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on
from textual.app import App
from textual.reactive import reactive

from checklists.errors import CountersealError
from checklists.review import state
from checklists.review.state import RefusedAnswer, Review
from tui import messages
from tui.glyphs import Glyphs, choose_glyphs
from tui.ports import Change, Checking, Ports, Reopened, Store
from tui.standing import while_checking

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel
    from textual.timer import Timer

    from checklists.checks.project import Project
    from checklists.review.draft import Draft

_SHORT, _LONG = 5, 15
"""Seconds that a message stays, and one of what went wrong."""
_REST = 0.4
"""Seconds that the cursor rests on an item before its place is saved."""


class Drafting(App[int]):
    """Widgets post messages; this class alone changes the review."""

    review: reactive[Review] = reactive(Review(()), init=False)
    reopened: reactive[Mapping[str, Reopened]] = reactive(dict, init=False)
    checking: reactive[Checking] = reactive((0, 0), init=False)
    sealed: reactive[Review | None] = reactive(None, init=False)

    def __init__(self, ports: Ports, glyphs: Glyphs | None = None) -> None:
        super().__init__()
        self.ports = ports
        self.glyphs = glyphs or choose_glyphs()
        self.fault: CountersealError | None = None
        self._project: Project | None = None
        self._store: Store | None = None
        self._draft: Draft | None = None
        self._among: tuple[str, ...] = ()
        self._reported: Checking = (0, 0)
        self._to_save: Timer | None = None

    @property
    def answerable(self) -> bool:
        """Whether every check has reported and the draft is open."""
        return self._draft is not None

    @on(messages.Answered)
    def _answered(self, event: messages.Answered) -> None:
        today = self.ports.today()

        def change(latest: Review) -> Review:
            decided = state.decide(latest, event.item, event.answer, today=today)
            return replace(decided, current=event.then or event.item)

        if self._change(change) and not self._left_open(self.review):
            rest = len(self.review.open_items)
            self._say(
                f"Every item of these sections has an answer; {rest} of others are open."
                if rest
                else "Every item has an answer; s seals the review."
            )

    @on(messages.Annotated)
    def _annotated(self, event: messages.Annotated) -> None:
        self._change(lambda latest: state.annotate(latest, event.item, event.note))

    @on(messages.Judged)
    def _judged(self, event: messages.Judged) -> None:
        today, here = self.ports.today(), self.review.current

        def change(latest: Review) -> Review:
            said = state.judge(latest, event.finding, event.judgement, today=today)
            return replace(said, current=here)

        self._change(change)

    @on(messages.Undo)
    def _undo(self) -> None:
        if not self.review.past:
            self._say("There is nothing to undo.")
        self._change(state.undo)

    @on(messages.Redo)
    def _redo(self) -> None:
        if not self.review.future:
            self._say("There is nothing to redo.")
        self._change(state.redo)

    @on(messages.Refused)
    def _refused(self, event: messages.Refused) -> None:
        self._say(event.why)

    @on(messages.Visited)
    def _visited(self, event: messages.Visited) -> None:
        self._look(replace(self.review, current=event.item))

    @on(messages.EvidenceShown)
    def _evidence_shown(self, event: messages.EvidenceShown) -> None:
        if event.item not in self.review.opened:
            self._look(replace(self.review, opened=self.review.opened | {event.item}))

    def _left_open(self, review: Review) -> tuple[str, ...]:
        """The open items of what is gone through."""
        return tuple(item for item in self._among if item not in review.answers)

    def _change(self, change: Change) -> bool:
        return self._save(lambda store, draft: store.update(draft, change))

    def _save(self, saved: "Callable[[Store, Draft], Draft]") -> bool:
        """Save a change, then show it; where it is refused or cannot be saved, everything stays as it was."""
        if self._store is None or self._draft is None:
            self._say(self._not_yet)
            return False
        try:
            self._take(saved(self._store, self._draft))
        except RefusedAnswer as refusal:
            self._say(str(refusal))
        except CountersealError as error:
            self._say(f"{error.message} {error.hint}", severity="error")
        else:
            return True
        return False

    @property
    def _not_yet(self) -> str:
        if self.fault is not None:
            return f"{self.fault.message} Nothing can be answered until it is mended."
        return while_checking(self._reported)

    def _take(self, draft: "Draft") -> None:
        self._draft = draft
        self.review = draft.review
        self.reopened = {
            item: Reopened(each.answer, draft.change_since(item)) for item, each in draft.previous.items()
        }
        for message in draft.messages:
            self._say(message)

    def _look(self, review: Review) -> None:
        """Moving about decides nothing: it is shown at once and saved when the cursor rests."""
        self.review = review
        if self._draft is not None:
            self._draft = replace(self._draft, review=review)
            if self._to_save is not None:
                self._to_save.stop()
            self._to_save = self.set_timer(_REST, self._save_place)

    def _save_place(self) -> None:
        if self._to_save is not None:
            self._to_save.stop()
            self._to_save = None
            here, shown = self.review.current, self.review.opened
            self._change(lambda latest: replace(latest, current=here, opened=latest.opened | shown))

    def _say(self, words: str, severity: "SeverityLevel" = "information") -> None:
        timeout = _LONG if severity == "error" else _SHORT
        self.notify(words, severity=severity, markup=False, timeout=timeout)
