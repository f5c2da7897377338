"""The seal: what is open, what is waived, verdict, key, the page as it will be, the sentence."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from checklists.catalogue import Section, by_section
from checklists.errors import CountersealError, SigningError
from checklists.record.statement import failing_items, noted_reason, open_items
from tui import messages
from tui.glyphs import Glyphs
from tui.ports import Sealer
from tui.screens.dialogs import ReasonDialog, RejectDialog
from tui.terms import TITLE_WIDTH, counts, unstated, verdicts, waivers
from tui.text import clip, visible
from tui.widgets.marked_list import MarkedList
from tui.widgets.prompt import Dialog

if TYPE_CHECKING:
    from checklists.review.draft import Draft

_HOW_GIT_KNOWS = (
    "Or let git know it, and this screen finds it:",
    "  git config gpg.format ssh",
    "  git config user.signingkey ~/.ssh/counterseal.pub",
)


class SealScreen(Screen[str | None]):
    """Ends with the open item that the reviewer wants to go to, or with none."""

    HELP_TITLE = "Seal"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "verdict('approve')", "approve", id="seal.approve"),
        Binding("r", "verdict('reject')", "reject", id="seal.reject"),
        Binding("m", "verdict('comment')", "comment", id="seal.comment"),
        Binding("ctrl+s", "seal", "confirm and seal", key_display="^s", id="seal.seal"),
        Binding("j", "scroll('down')", "Scroll the page down", show=False, id="seal.down"),
        Binding("k", "scroll('up')", "Scroll the page up", show=False, id="seal.up"),
        Binding("escape,q", "leave", "back", key_display="Esc", id="seal.back"),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - as Textual types it

    verdict: reactive[str] = reactive("", init=False)
    sealed: reactive[tuple[Path, ...]] = reactive((), init=False)
    fault: reactive[str] = reactive("", init=False)

    def __init__(
        self,
        make: Callable[[], Sealer],
        draft: "Draft",
        today: date,
        glyphs: Glyphs,
        sections: tuple[Section, ...] = (),
    ) -> None:
        super().__init__()
        self._sections = sections
        self._make, self._draft, self._glyphs = make, draft, glyphs
        self._open = open_items(draft.review, today)
        self._reasons: dict[str, str] = {}
        self._sealer: Sealer | None = None
        self._unnamed: CountersealError | None = None
        self._find_key()

    def compose(self) -> ComposeResult:
        title = "Seal this review" if not self._open else f"Not ready to seal: {len(self._open)} open"
        yield Static(Content.assemble((f"{self._glyphs.logo} ", "$accent"), (title, "bold")), id="seal-title")
        with Horizontal(id="seal-body"):
            with Vertical(id="terms"):
                if self._open:
                    yield Static(Content.styled("OPEN ITEMS  Enter goes there", "bold $quiet"))
                    yield self._open_list()
                else:
                    yield Static(id="terms-text")
            with VerticalScroll(id="page", can_focus=not self._open):
                yield Static(id="page-text")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self._show()

    def watch_verdict(self) -> None:
        self._show()

    def watch_sealed(self) -> None:
        self._show()

    def watch_fault(self) -> None:
        self._show()

    @on(OptionList.OptionSelected, "#open-items")
    def _go_to_item(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option_id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Nothing is offered that cannot be done yet, or was done."""
        return action not in ("verdict", "seal") or not (self._open or self.sealed)

    def action_verdict(self, verdict: str) -> None:
        """Choose what the record says of the commit as a whole."""
        if self._open or self.sealed:
            return
        if self._sealer is None or self._sealer.missing is not None:
            self._find_key()
        failing = failing_items(self._draft.review)
        if verdict == "approve" and failing:
            asked: Dialog = ReasonDialog(failing, self._reasons.get(verdict, ""), self._glyphs)
        elif verdict == "reject":
            noted = noted_reason(self._draft.review)
            asked = RejectDialog(self._reasons.get(verdict, noted), self._glyphs)
        else:
            self._choose(verdict)
            return
        self.app.push_screen(asked, partial(self._reasoned, verdict))

    def _reasoned(self, verdict: str, reason: str | None) -> None:
        """The reviewer said why the verdict stands, or left the question."""
        if reason is not None:
            self._reasons[verdict] = reason
            self._choose(verdict)

    def _choose(self, verdict: str) -> None:
        self.fault, self.verdict = "", verdict
        self._show()

    @property
    def _because(self) -> str:
        return self._reasons.get(self.verdict, "")

    def action_seal(self) -> None:
        """Confirm the sentence: sign, and write the record."""
        if self._open or self.sealed or self._sealer is None:
            return
        if not self.verdict:
            self.fault = "Choose a verdict first: a, r or m."
            return
        if self._sealer.missing is not None:
            self._look_for_key()
            return
        try:
            self.sealed = self._sign(self._sealer)
        except CountersealError as error:
            self.fault = f"{error.message} {error.hint}"
        else:
            self.post_message(messages.Sealed(self.sealed[0]))

    def action_scroll(self, way: str) -> None:
        """The page; or through the open items, while there is no page."""
        if self._open:
            rows = self.query_one("#open-items", OptionList)
            rows.action_cursor_down() if way == "down" else rows.action_cursor_up()
            return
        self.query_one("#page", VerticalScroll).scroll_relative(y=1 if way == "down" else -1, animate=False)

    def action_leave(self) -> None:
        self.dismiss(None)

    def _find_key(self) -> None:
        """Asked of git's settings each time, so that a key can be named while this screen stands."""
        try:
            self._sealer, self._unnamed = self._make(), None
        except CountersealError as error:
            self._unnamed = error

    def _look_for_key(self) -> None:
        """Signs nothing yet: a key that turned up makes the page anew, and nobody has seen that one."""
        self._find_key()
        missing = self._sealer.missing if self._sealer is not None else self._unnamed
        told = f"{missing.message} {missing.hint}" if missing else "There is a key now: Ctrl+S signs with it."
        self.fault = told
        self._show()

    def _sign(self, sealer: Sealer) -> tuple[Path, ...]:
        """The signing program may ask for a passphrase or a touch: it gets the terminal for itself."""
        try:
            with self.app.suspend():
                return sealer.seal(self._draft, self.verdict, self._because)
        except SuspendNotSupported:
            return sealer.seal(self._draft, self.verdict, self._because)

    def _show(self) -> None:
        if self.is_running:
            terms = Content("\n").join(self._terms())
            if not self._open:
                self.query_one("#terms-text", Static).update(terms)
            self.query_one("#page-text", Static).update(terms if self._open else self._page())
            self.refresh_bindings()
            self.call_after_refresh(self._bring_into_view)

    def _bring_into_view(self) -> None:
        """What was done stands first; what to confirm, and what went wrong, last."""
        terms = self.query_one("#terms", Vertical)
        if self.sealed:
            terms.scroll_home(animate=False)
        elif self.verdict or self.fault:
            terms.scroll_end(animate=False)

    def _open_list(self) -> MarkedList:
        rows = MarkedList(self._glyphs, id="open-items")
        rows.add_options(list(self._open_rows()))
        rows.highlighted = 1  # below the first section's heading
        return rows

    def _open_rows(self) -> Iterator[Option]:
        for number, (section, found) in enumerate(by_section(self._open, self._sections)):
            if number:
                yield Option("", disabled=True)
            title = clip(section.title.upper(), TITLE_WIDTH - 8, self._glyphs.ellipsis)
            head = f" {title}  {len(found)} of {len(section.items)}"
            yield Option(Content.styled(head, "bold $quiet"), disabled=True)
            for item in found:
                title = clip(item.title, TITLE_WIDTH, self._glyphs.ellipsis)
                yield Option(Content.assemble((f" {self._glyphs.open} ", "$quiet"), title), id=item.id)

    def _terms(self) -> Iterator[Content]:
        review = self._draft.review
        if self.sealed:
            yield from self._done()
            yield Content("")
        elif self._sealer is not None and self._sealer.already is not None:
            yield Content.styled("SEALED BEFORE", "bold $quiet")
            yield Content(self._plain(f"{self._sealer.already.name} is of this commit already"))
            yield Content.styled("a second record is written beside it", "$quiet")
            yield Content("")
        yield from counts(review, self._glyphs)
        yield from waivers(review, self._sections, self._glyphs)
        if not self._open:
            yield from verdicts(self.verdict, self._glyphs)
        yield from self._key()
        yield from unstated(self._draft.context)
        if not self._open:
            yield from self._sentence()
        if self.fault:
            yield Content("")
            yield Content.assemble((f"{self._glyphs.failed} ", "bold $text-error"), self._plain(self.fault))

    def _key(self) -> Iterator[Content]:
        yield Content.styled("KEY", "bold $quiet")
        missing = self._unnamed or (self._sealer.missing if self._sealer is not None else None)
        if missing is None and self._sealer is not None:
            yield Content(self._plain(self._sealer.key))
        elif missing is not None:
            what, hint = self._plain(missing.message), self._plain(missing.hint)
            yield Content.assemble((f"{self._glyphs.failed} ", "bold $text-error"), what)
            yield Content.assemble((f"{self._glyphs.arrow} ", "$accent"), hint)
            if isinstance(missing, SigningError):
                yield from (Content.styled(line, "$quiet") for line in _HOW_GIT_KNOWS)
        yield Content("")

    def _done(self) -> Iterator[Content]:
        yield Content.styled(f"{self._glyphs.passed} SEALED", "bold $accent")
        yield Content(self._plain(f"{self.sealed[0].parent}/"))
        yield from (Content(self._plain(f"  {path.name}")) for path in self.sealed)
        yield Content("")
        yield Content.styled("Commit them with the change, in a commit of their own.", "$quiet")
        line = self._sealer.signers_line if self._sealer is not None else ""
        if line:
            yield Content("")
            yield Content.styled("YOUR LINE FOR A SIGNERS FILE", "bold $quiet")
            yield Content(self._plain(line))

    def _sentence(self) -> Iterator[Content]:
        if not self.sealed and self.verdict and self._sealer is not None:
            yield Content.styled("YOU CONFIRM", "bold $quiet")
            yield Content(self._plain(self._said(self._sealer)))
            yield Content("")
            if self._sealer.missing is None:
                does = " confirms, signs, writes the record"
            else:
                does = " signs once there is a key; nothing is written before"
            yield Content.assemble(("Ctrl+S", "bold $accent"), (does, "$quiet"))

    def _said(self, sealer: Sealer) -> str:
        try:
            return sealer.sentence(self._draft, self.verdict, self._because)
        except CountersealError as error:
            return f"{error.message} {error.hint}"

    def _page(self) -> Content:
        if self._sealer is None:
            return Content.styled("The page names its reviewer: git has to know who that is.", "$quiet")
        if not self.verdict:
            return Content.styled("Choose a verdict to see the page as it will be.", "$quiet")
        try:
            text = self._sealer.page(self._draft, self.verdict, self._because)
        except CountersealError as error:
            return Content(self._plain(f"{error.message} {error.hint}"))
        return Content("\n").join(_line(line) for line in self._plain(text).split("\n"))

    def _plain(self, text: str) -> str:
        return visible(text, ascii_only=self._glyphs.plain)


def _line(line: str) -> Content:
    """Markdown as it is written: only its headings stand out, nothing in it is interpreted."""
    return Content.styled(line, "bold $accent") if line.startswith("#") else Content(line)
