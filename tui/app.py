"""The console: starts the worker, holds the one review, decides and saves, and routes between screens."""

from collections.abc import Callable, Mapping
from dataclasses import astuple, replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import App
from textual.binding import BindingType
from textual.reactive import reactive
from textual.scrollbar import ScrollBar, ScrollBarRender

from checklists import catalogue
from checklists.catalogue import Section
from checklists.errors import CountersealError
from checklists.model import Suggestion
from checklists.review import state
from checklists.review.state import RefusedAnswer, Review
from tui import messages, reading
from tui.glyphs import Glyphs, choose_glyphs
from tui.ports import Change, Checking, Ports, Reopened, Store
from tui.proof_state import ProofState
from tui.screens.opening import OpeningScreen
from tui.standing import while_checking
from tui.themes import THEMES, choose_theme, theme_after
from tui.widgets.marked_list import PlainScrollBar

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel
    from textual.timer import Timer

    from checklists.checks.project import Project
    from checklists.review.draft import Context, Draft

_REST = 0.4
"""Seconds that the cursor rests on an item before its place is saved."""
_MOMENT = 0.1
"""Seconds between two redraws while the checks report."""
_OFFER = "New here: i asks what only people know of this system; the record starts with it."


class ConsoleApp(App[int]):
    """Workers and widgets post messages; this class alone changes the review, saving before it shows."""

    TITLE = "counterseal"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = []

    review: reactive[Review] = reactive(Review(()), init=False)
    reopened: reactive[Mapping[str, Reopened]] = reactive(dict, init=False)
    checking: reactive[Checking] = reactive((0, 0), init=False)

    def __init__(
        self,
        ports: Ports,
        *,
        glyphs: Glyphs | None = None,
        theme: str | None = None,
        keymap: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self.ports = ports
        self.glyphs = glyphs or choose_glyphs()
        self.fault: CountersealError | None = None
        self._rebound = dict(keymap or {})
        self._project: Project | None = None
        self._read: Project | None = None
        self._store: Store | None = None
        self._draft: Draft | None = None
        self._to_save: Timer | None = None
        self._to_show: Timer | None = None
        self._arrived: dict[str, Suggestion] = {}
        self._proof = ProofState()
        self._reported: Checking = (0, 0)
        for each in THEMES:
            self.register_theme(each)
        self.theme = theme or choose_theme()
        self._sections: tuple[Section, ...] = ()
        self._among: tuple[str, ...] = ()
        self._show_sections(catalogue.load())
        self.set_reactive(ConsoleApp.review, Review(tuple(item.id for item in catalogue.items())))

    def _show_sections(self, sections: tuple[Section, ...]) -> None:
        """Those that were asked for, or all."""
        wanted = self.ports.sections
        self._sections = tuple(each for each in sections if not wanted or each.id in wanted)
        self._among = tuple(item.id for section in self._sections for item in section.items)

    @property
    def answerable(self) -> bool:
        """Whether every check has reported and the draft is open."""
        return self._draft is not None

    def on_mount(self) -> None:
        self.set_keymap(self._rebound)
        self.set_class(self.glyphs.plain, "-ascii")
        ScrollBar.renderer = PlainScrollBar if self.glyphs.plain else ScrollBarRender
        self.push_screen(OpeningScreen(self.ports.where, self.ports.revision, self.glyphs, self.ports.clock))
        self.call_after_refresh(
            self._start_reading
        )  # the first screen stands before anything heavy is loaded

    def _start_reading(self) -> None:
        self.run_worker(partial(reading.read, self.ports, self.post_message), thread=True)

    @on(messages.StageReached)
    def _stage_reached(self, event: messages.StageReached) -> None:
        if event.stage == "checks":
            self._reported = (event.done, event.total)
            self._show_soon()
        elif isinstance(self.screen, OpeningScreen):
            self.screen.report(event.stage, event.done, event.total)

    @on(messages.ProjectRead)
    def _project_read(self, event: messages.ProjectRead) -> None:
        from tui.screens.review import ReviewScreen  # noqa: PLC0415 - not on the path to the first screen

        self._project = self._read = event.project
        self._store = event.store
        self._show_sections(event.project.sections)
        asked = tuple(item.id for item in event.project.items)
        self.review = replace(self.review, items=asked, current=self._among[0])
        screen = ReviewScreen(self.ports, event.project, self._sections, self.glyphs)
        self.switch_screen(screen.data_bind(ConsoleApp.review, ConsoleApp.reopened, ConsoleApp.checking))

    @on(messages.Suggested)
    def _suggested(self, event: messages.Suggested) -> None:
        self._arrived |= {each.item: each for each in event.suggestions}
        self._show_soon()

    def _show_soon(self) -> None:
        if self._to_show is None:  # a redraw for each would take its time from the checks
            self._to_show = self.set_timer(_MOMENT, self._show_arrived)

    def _show_arrived(self) -> None:
        self._to_show = None
        if self._draft is None:
            self.checking = self._reported
            self.review = replace(self.review, suggestions=dict(self._arrived))

    @on(messages.DraftOpened)
    def _draft_opened(self, event: messages.DraftOpened) -> None:
        here = self.review.current if self.review.current != self._among[0] else None
        review = event.draft.review
        left = review.current if review.current in self._among else None
        at = here or left or next(iter(self._left_open(review)), self._among[0])
        self.checking = None
        self._take(replace(event.draft, review=replace(review, current=at)))
        if self._project is not None and self._project.proof is not None:
            self._show_proof(self._proof.ended(self._project.proof.claims))
        elif self._project is not None and self.ports.consent and self.ports.consent.given(self._project):
            self._prove()
        if self.ports.prefilled is not None and _is_new(event.draft):
            self._say(_OFFER)  # a dialog over the review would take keys meant for the review

    @on(messages.ProofReached)
    def _proof_reached(self, event: messages.ProofReached) -> None:
        self._show_proof(self._proof.at(event.stage, event.done, event.total))

    @on(messages.Claimed)
    def _claimed(self, event: messages.Claimed) -> None:
        self._show_proof(self._proof.claiming(event.claim))

    @on(messages.Upgraded)
    def _upgraded(self, event: messages.Upgraded) -> None:
        changed = {**self.review.suggestions, **event.suggestions}
        if self._proof.running and changed != self.review.suggestions:
            self._lay_on(changed)

    def _lay_on(self, suggestions: Mapping[str, Suggestion]) -> None:
        """The answers stay, on other suggestions."""
        if self._store is None or self._draft is None:
            return
        self._save_place()
        here = self.review.current
        draft = self._store.open(suggestions, self._draft.subject)
        self._take(replace(draft, review=replace(draft.review, current=here), messages=()))

    @on(messages.ProofEnded)
    def _proof_ended(self, event: messages.ProofEnded) -> None:
        self._project = event.project
        proof = event.project.proof
        self._show_proof(self._proof.ended(proof.claims if proof else ()))
        self._lay_on(event.suggestions)
        self._say(f"Proof: {self._proof.state}; m shows who can do what.")

    @on(messages.ProofFailed)
    def _proof_failed(self, event: messages.ProofFailed) -> None:
        self._show_proof(self._proof.failed(event.message))
        self._say(f"{event.message} {event.hint}", severity="error")

    @on(messages.ReadingFailed)
    def _reading_failed(self, event: messages.ReadingFailed) -> None:
        self.fault = CountersealError(event.message, event.hint)
        if isinstance(self.screen, OpeningScreen):
            self.screen.fault = (event.message, event.hint)
        else:
            self._say(f"{event.message} {event.hint}", severity="error")

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

    def action_seal(self) -> None:
        """Show what would be sealed."""
        from tui.screens.seal import SealScreen  # noqa: PLC0415 - not on the path to the first screen

        if self._draft is None or self._project is None or self.ports.sealer is None:
            self._say(self._not_yet if self._draft is None else "This review cannot be sealed here.")
            return
        self._save_place()
        make = partial(self.ports.sealer, self._project)
        today, sections = self.ports.today(), self._project.sections
        self.push_screen(SealScreen(make, self._draft, today, self.glyphs, sections), self._after_seal)

    def action_matrix(self) -> None:
        """Who can do what to which table, and how that is known; the proof runs first, after asking once."""
        from tui.screens.matrix import MatrixScreen  # noqa: PLC0415 - not on the path to the first screen

        if self._proof.claims or self._proof.running:
            self.push_screen(MatrixScreen(self._proof.claims, self._proof.state, self.glyphs))
        elif self._draft is None or self._project is None or self.ports.prove is None:
            self._say(self._not_yet if self._draft is None else "Nothing can be proven here.")
        elif self.ports.consent is None or self.ports.consent.given(self._project):
            self._prove()
            self._say("The proof runs behind the review; m shows it.")
        else:
            from tui.screens.consent import ConsentDialog  # noqa: PLC0415 - as above

            self.push_screen(ConsentDialog(), self._after_consent)

    def action_context(self) -> None:
        """Ask what only people know of the system; it goes into the record's first section."""
        if self._draft is None:
            self._say(self._not_yet)
            return
        from tui.screens.context import ContextDialog  # noqa: PLC0415 - not on the path to the first screen

        known, read = self._draft.context, None
        if self.ports.prefilled is not None and self._project is not None and not any(astuple(known)):
            read = self.ports.prefilled(self._project)
        dialog = ContextDialog(read or known, self.glyphs, is_read=read is not None and any(astuple(read)))
        self.push_screen(dialog, self._keep_context)

    def action_changes(self) -> None:
        """Show what went stale since the last record."""
        from tui.screens.changes import ChangesScreen  # noqa: PLC0415 - as above

        if self._project is None or self.ports.changes is None:
            self._say("There is nothing to compare yet.")
        else:
            self.push_screen(ChangesScreen(partial(self.ports.changes, self._project), self.glyphs))

    def action_help(self) -> None:
        """All keys of the screen that is shown."""
        from tui.screens.help import HelpScreen, help_groups  # noqa: PLC0415 - as above

        owners = dict.fromkeys(type(node) for node in self.screen.walk_children(with_self=True))
        self.push_screen(HelpScreen(help_groups(owners, self._rebound), self.glyphs))

    def action_next_theme(self) -> None:
        """Dark, light, and the one for colour-blind eyes."""
        self.theme = theme_after(self.theme)

    def action_leave(self) -> None:
        """Leave; everything is on disk."""
        self._save_place()
        self.exit(2 if self.fault and self._draft is None else 0)

    async def action_quit(self) -> None:
        """Textual's own way out takes ours."""
        self.action_leave()

    def _after_consent(self, yes: bool | None) -> None:  # noqa: FBT001 - as Textual calls it
        if yes and self._project is not None and self.ports.consent is not None:
            self.ports.consent.give(self._project)
            self._prove()

    def _prove(self) -> None:
        from tui import proof  # noqa: PLC0415 - as above

        if self._read is not None and self._store is not None and not self._proof.running:
            self._show_proof(ProofState(running=True, state="starting"))
            run = partial(proof.prove, self.ports, self._read, self._store, self.post_message)
            self.run_worker(run, thread=True)

    def _show_proof(self, state: ProofState) -> None:
        from tui.screens.matrix import MatrixScreen  # noqa: PLC0415 - as above

        self._proof = state
        if isinstance(self.screen, MatrixScreen):
            self.screen.show(state.claims, state.state)

    def _after_seal(self, item: str | None) -> None:
        """The seal screen ends with the open item that the reviewer picked, or with none."""
        if item is not None:
            self.post_message(messages.Visited(item))

    def _keep_context(self, context: "Context | None") -> None:
        if context is None or self._draft is None or self._project is None:
            return
        facts = self.ports.declared(self._project, self._draft.context).facts
        if self._save(lambda store, draft: store.set_context(draft, context)):
            self._say("The context is kept with the draft, from review to review.")
            if self.ports.declared(self._project, context).facts != facts:
                self._check_again()

    def _check_again(self) -> None:
        """More is declared now: what the checks say may be another, and answers wait for it."""
        if self._project is None or self._store is None:
            return
        self._draft, self._arrived, self._reported, self.checking = None, {}, (0, 0), (0, 0)
        again = partial(reading.check_again, self.ports, self._project, self._store, self.post_message)
        self.run_worker(again, thread=True)

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
        self.notify(words, severity=severity, markup=False, timeout=5)


def _is_new(draft: "Draft") -> bool:
    """Whether nothing was ever saved of it, nor carried over from an earlier review."""
    return not draft.stamp and not draft.review.answers and not any(astuple(draft.context))
