"""The review: the checklist, the item and its evidence, and the keys that move between them."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static

from checklists.catalogue import Section
from checklists.errors import CountersealError
from checklists.model import Location
from checklists.review.state import Review
from tui.editor import editor_command
from tui.glyphs import Glyphs
from tui.messages import EvidenceShown, Refused, Visited
from tui.ports import Checking, Ports, Reopened
from tui.screens.explain import ExplainScreen
from tui.screens.opening import found
from tui.standing import next_open
from tui.text import visible
from tui.widgets.answering import Answering
from tui.widgets.burndown import Burndown
from tui.widgets.evidence import Evidence
from tui.widgets.filter_bar import FilterBar
from tui.widgets.finding_list import FindingList
from tui.widgets.item_list import ItemList
from tui.widgets.item_page import ItemPage
from tui.widgets.keys import Keys

if TYPE_CHECKING:
    from checklists.checks.project import Project


class ReviewScreen(Screen[None]):
    """Three panes where there is room; on a small terminal the evidence takes the item's place."""

    HELP_TITLE = "Review"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "next(1)", "next", tooltip="Next item without an answer", id="next"),
        Binding("p", "next(-1)", "Previous item without an answer", show=False, id="previous"),
        Binding(
            "left_square_bracket",
            "section(-1)",
            "The section before",
            key_display="[",
            show=False,
            id="previous-section",
        ),
        Binding(
            "right_square_bracket",
            "section(1)",
            "section",
            key_display="]",
            show=False,
            tooltip="The next section",
            id="next-section",
        ),
        Binding("tab", "pane(1)", "Next pane", show=False, id="next-pane"),
        Binding("shift+tab", "pane(-1)", "Previous pane", show=False, id="previous-pane"),
        Binding("enter", "deeper", "Into the findings, then the evidence", show=False, id="deeper"),
        Binding("escape", "back", "Back towards the checklist", show=False, id="back"),
        Binding(
            "slash", "filter", "filter", key_display="/", tooltip="Filter the checklist by words", id="filter"
        ),
        Binding("x", "explain", "explain", tooltip="The page of the check behind a finding", id="explain"),
        Binding("e", "edit", "Open the place in $EDITOR", show=False, id="edit"),
        Binding("y", "copy", "Copy the place", show=False, id="copy"),
        Binding(
            "i",
            "app.context",
            "context",
            tooltip="What only people know: entities, scale, rules",
            id="context",
        ),
        Binding("v", "app.changes", "What changed since the last record", show=False, id="changes"),
        Binding("m", "app.matrix", "Prove; who can do what: the isolation matrix", show=False, id="matrix"),
        Binding("s", "app.seal", "seal", tooltip="Seal the review as a signed record", id="seal"),
        Binding("question_mark", "app.help", "help", key_display="?", tooltip="All keys", id="help"),
        Binding("T", "app.next_theme", "Next theme: dark, light, colour-blind safe", show=False, id="theme"),
        Binding("q", "app.leave", "Leave; everything is saved", show=False, id="quit"),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-stacked"), (150, "-wide")]  # noqa: RUF012 - as Textual types it

    review: reactive[Review] = reactive(Review(()), init=False)
    reopened: reactive[Mapping[str, Reopened]] = reactive(dict, init=False)
    checking: reactive[Checking] = reactive((0, 0), init=False)
    sealed: reactive[Review | None] = reactive(None, init=False)

    def __init__(
        self, ports: Ports, project: "Project", sections: tuple[Section, ...], glyphs: Glyphs
    ) -> None:
        super().__init__()
        self._ports, self._project, self._sections, self._glyphs = ports, project, sections, glyphs

    def compose(self) -> ComposeResult:
        items = {item.id: item for section in self._sections for item in section.items}
        cls = ReviewScreen
        head = Burndown(
            _name(self._project, self._ports.where), _revision(self._project), self._glyphs, tuple(items)
        )
        yield head.data_bind(cls.review, cls.reopened, cls.checking, cls.sealed)
        with Answering(items, self._glyphs, self._ports.today()).data_bind(
            cls.review, cls.reopened, cls.checking
        ):
            with Vertical(id="left"):
                yield FilterBar()
                yield ItemList(self._sections, self._glyphs).data_bind(cls.review, cls.reopened)
                yield Static(Content.styled(found(self._project, self._glyphs), "$quiet"), id="found")
            with Vertical(id="right"):
                yield ItemPage(items, self._glyphs).data_bind(cls.review, cls.reopened)
                yield Evidence(self._project, self._ports.page, self._glyphs)
        yield Keys()

    def on_mount(self) -> None:
        self.query_one(ItemList).focus()

    def watch_review(self) -> None:
        if self.is_running:
            self.call_after_refresh(self._keep_focus)

    @on(FindingList.Chosen)
    def _show_evidence(self, event: FindingList.Chosen) -> None:
        event.stop()
        finding = event.entry.finding if event.entry else None
        judgement = self.review.judged.get(finding.id) if finding else None
        suggestion = self.review.suggestions.get(self.review.current or "")
        self.query_one(Evidence).show(event.entry, suggestion, judgement)
        self._tell_shown()

    @on(Input.Changed, "#filter")
    def _narrow_list(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one(ItemList).query_text = event.value
        event.input.display = bool(event.value) or event.input.has_focus

    @on(FilterBar.Left)
    def _leave_filter(self) -> None:
        self.query_one(ItemList).focus()

    @on(OptionList.OptionSelected, "#items")
    @on(OptionList.OptionSelected, "#findings")
    def _enter(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_deeper()

    def action_next(self, step: int) -> None:
        """To an item without an answer."""
        among = self.query_one(ItemList).visible_items
        target = next_open(self.review, among, step)
        if target is None:
            every = not self.review.open_items
            self.post_message(
                Refused(f"Every item {'' if every else 'shown '}has an answer; s seals the review.")
            )
        else:
            self.post_message(Visited(target))

    def action_section(self, step: int) -> None:
        """To the section before or after, at its first open item."""
        target = self.query_one(ItemList).section_beside(step)
        if target is not None:
            self.post_message(Visited(target))

    def action_filter(self) -> None:
        self.query_one(FilterBar).begin()

    def action_pane(self, step: int) -> None:
        """Round the panes; on a small terminal the evidence comes and goes with its turn."""
        panes = self._panes()
        here = next((index for index, pane in enumerate(panes) if pane.has_focus_within), 0)
        self._go_to(panes[(here + step) % len(panes)])

    def action_deeper(self) -> None:
        """From the checklist to the findings, from the findings to the evidence."""
        panes = self._panes()
        here = next((index for index, pane in enumerate(panes) if pane.has_focus_within), 0)
        self._go_to(panes[min(here + 1, len(panes) - 1)])

    def action_back(self) -> None:
        """One pane back; from the checklist, the filter is cleared."""
        panes = self._panes()
        here = next((index for index, pane in enumerate(panes) if pane.has_focus_within), 0)
        if here == 0:
            self.query_one(FilterBar).value = ""
        self._go_to(panes[max(here - 1, 0)])

    def action_explain(self) -> None:
        """The page of the check under the cursor; of every check of the item where nothing is under it."""
        entry = self.query_one(Evidence).entry
        suggestion = self.review.suggestions.get(self.review.current or "")
        checks = (
            (entry.finding.check,) if entry and entry.finding else suggestion.checks if suggestion else ()
        )
        pages = tuple(filter(None, map(self._ports.page, checks)))
        if pages:
            self.app.push_screen(ExplainScreen(pages, self._glyphs))
        elif checks:
            self.post_message(Refused(f"There is no page on {checks[0]}: another tool looked."))
        else:
            self.post_message(Refused("No check looks at this item: it is answered by a person alone."))

    def action_triage(self) -> None:
        """Say what the finding under the cursor is."""
        entry = self.query_one(Evidence).entry
        if entry is None or entry.finding is None:
            self.post_message(Refused("No finding is under the cursor."))
        else:
            self.query_one(Answering).triage(entry.finding)

    def action_edit(self) -> None:
        """Open the place under the cursor in the reviewer's own editor."""
        place = self._place()
        if place is None:
            return
        try:
            command = editor_command(self._project.snapshot.root, place)
            with self.app.suspend():
                subprocess.run(command, check=False)
            self.refresh()
        except CountersealError as error:
            self.post_message(Refused(f"{error.message} {error.hint}"))
        except (OSError, SuspendNotSupported) as error:
            self.post_message(Refused(f"The editor did not start: {error}"))

    def action_copy(self) -> None:
        """Copy `path:line` to the reviewer's clipboard, over SSH too (OSC 52)."""
        place = self._place()
        if place is not None:
            self.app.copy_to_clipboard(visible(str(place)))
            self.app.notify(f"Copied {visible(str(place))}", markup=False, timeout=2)

    def _place(self) -> Location | None:
        entry = self.query_one(Evidence).entry
        if entry is None or entry.location is None:
            self.post_message(Refused("No place in a file is under the cursor."))
            return None
        return entry.location

    def _panes(self) -> tuple[Widget, ...]:
        return self.query_one("#left"), self.query_one(ItemPage), self.query_one(Evidence)

    def _go_to(self, pane: Widget) -> None:
        self.set_class(isinstance(pane, Evidence), "-evidence")
        findings = self.query_one(FindingList)
        if pane.id == "left":
            self.query_one(ItemList).focus()
        elif isinstance(pane, ItemPage) and findings.display:
            findings.focus(scroll_visible=False)
        else:
            pane.focus()
        self._tell_shown()

    def _keep_focus(self) -> None:
        """The findings may have gone from under the cursor."""
        if self.focused is None and self.app.screen is self:
            self.query_one(ItemPage).focus()

    def _tell_shown(self) -> None:
        """On a small terminal the evidence is seen only when it is asked for."""
        in_sight = self.has_class("-evidence") or not self.has_class("-narrow")
        if self.review.current and in_sight and self.query_one(Evidence).entry is not None:
            self.post_message(EvidenceShown(self.review.current))


def _revision(project: "Project") -> str:
    """The commit in short, as git names it."""
    subject = project.snapshot.subject
    return f"{subject.commit[:7]} and changes" if subject.dirty else subject.commit[:7]


def _name(project: "Project", where: str) -> str:
    """The repo's own folder name."""
    return Path(project.snapshot.root).name or where
