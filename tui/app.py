"""The console: starts the worker that reads the repo, and routes between screens."""

from collections.abc import Mapping
from dataclasses import astuple, replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.scrollbar import ScrollBar, ScrollBarRender

from checklists import catalogue
from checklists.catalogue import Section
from checklists.errors import CountersealError
from checklists.model import Suggestion
from checklists.review.state import Review
from tui import messages, reading
from tui.glyphs import Glyphs
from tui.ports import Ports
from tui.proving import Proving
from tui.screens.opening import OpeningScreen
from tui.themes import THEMES, choose_theme, theme_after
from tui.widgets.marked_list import PlainScrollBar

if TYPE_CHECKING:
    from textual.timer import Timer

    from checklists.review.draft import Context, Draft

_MOMENT = 0.1
"""Seconds between two redraws while the checks report."""
_OFFER = "New here: i asks what only people know of this system; the record starts with it."


class ConsoleApp(Proving):
    """Reads the repo in a worker, and goes from screen to screen."""

    TITLE = "counterseal"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(
        self,
        ports: Ports,
        *,
        glyphs: Glyphs | None = None,
        theme: str | None = None,
        keymap: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(ports, glyphs)
        self._rebound = dict(keymap or {})
        self._to_show: Timer | None = None
        self._arrived: dict[str, Suggestion] = {}
        for each in THEMES:
            self.register_theme(each)
        self.theme = theme or choose_theme()
        self._sections: tuple[Section, ...] = ()
        self._show_sections(catalogue.load())
        self.set_reactive(ConsoleApp.review, Review(tuple(item.id for item in catalogue.items())))

    def _show_sections(self, sections: tuple[Section, ...]) -> None:
        """Those that were asked for, or all."""
        wanted = self.ports.sections
        self._sections = tuple(each for each in sections if not wanted or each.id in wanted)
        self._among = tuple(item.id for section in self._sections for item in section.items)

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
        self.switch_screen(
            screen.data_bind(ConsoleApp.review, ConsoleApp.reopened, ConsoleApp.checking, ConsoleApp.sealed)
        )

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

    @on(messages.ReadingFailed)
    def _reading_failed(self, event: messages.ReadingFailed) -> None:
        self.fault = CountersealError(event.message, event.hint)
        if isinstance(self.screen, OpeningScreen):
            self.screen.fault = (event.message, event.hint)
        else:
            self._say(f"{event.message} {event.hint}", severity="error")

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

    @on(messages.Sealed)
    def _sealed(self, event: messages.Sealed) -> None:
        self.sealed = self.review
        self._say(f"Sealed: {event.record.name}, in {event.record.parent}. Commit it with the change.")

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


def _is_new(draft: "Draft") -> bool:
    """Whether nothing was ever saved of it, nor carried over from an earlier review."""
    return not draft.stamp and not draft.review.answers and not any(astuple(draft.context))
