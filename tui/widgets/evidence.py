"""What backs a finding: its place in the source, what to do, the policies in force, and related places."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from checklists.model import Judgement, Location, Suggestion
from tui.glyphs import Glyphs
from tui.grouping import Entry, stated
from tui.text import clip, clip_path, one_line, visible
from tui.widgets.effective import effective_policy, table_of
from tui.widgets.source import lines_above, snippet
from tui.widgets.source_view import SourceView

if TYPE_CHECKING:
    from checklists.checks.project import Project

_MOST_RELATED = 3
_RELATED_LINES = 15
_ROOMY = 20


class Evidence(Vertical, can_focus=True):
    """Shows the finding that it is given, its place on top; or what looked where nothing was found."""

    HELP_TITLE = "Evidence"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape", "screen.back", "back", key_display="Esc", tooltip="Back to the findings", id="back"
        ),
        Binding(
            "t",
            "screen.triage",
            "triage",
            tooltip="Say of the finding whether it is real, or its risk accepted",
            id="triage",
        ),
        Binding("j,down", "move(1)", "Scroll down", show=False, id="evidence.down"),
        Binding("k,up", "move(-1)", "Scroll up", show=False, id="evidence.up"),
        Binding("h,left", "aside(-8)", "Scroll left", show=False, id="evidence.left"),
        Binding("l,right", "aside(8)", "Scroll right", show=False, id="evidence.right"),
        Binding("pagedown", "page(1)", "A page down", show=False, id="evidence.page-down"),
        Binding("pageup", "page(-1)", "A page up", show=False, id="evidence.page-up"),
    ]

    def __init__(self, project: "Project", page: Callable[[str], str], glyphs: Glyphs) -> None:
        super().__init__(id="evidence")
        self._project, self._page, self._glyphs = project, page, glyphs
        self.entry: Entry | None = None
        self._suggestion: Suggestion | None = None
        self._judgement: Judgement | None = None
        self._drawn: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        yield Static(id="evidence-place")
        yield Static(id="evidence-head")
        with SourceView(id="evidence-scroll"):
            yield Static(id="evidence-source")
            yield Static(id="evidence-more")

    def show(
        self, entry: Entry | None, suggestion: Suggestion | None, judgement: Judgement | None = None
    ) -> None:
        """Show this finding and what was said of it, or what looked at the item where there is none."""
        self.entry, self._suggestion, self._judgement = entry, suggestion, judgement
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        suggestion = self._suggestion if self.entry is None else None
        width = self.content_size.width
        drawing = (self.entry, suggestion, width, self._terse, self._is_said_beside, self._judgement)
        if drawing == self._drawn:
            return
        comes_in_sight = drawing[:1] != self._drawn[:1] or not self._drawn[2]
        self._drawn = drawing
        location = self.entry.location if self.entry else None
        self._put("place", self._place(location) if location else None)
        self._put("head", Content("\n").join(self._head(self.entry)))
        self._put("source", self._lines(location) if location else None)
        extra = list(self._more(self.entry)) if self.entry else []
        self._put("more", Content("\n\n").join(extra) if extra else None)
        if comes_in_sight:
            self._scroll.keep_in_sight(lines_above(location) if location else 0)

    def _put(self, part: str, content: Content | None) -> None:
        """Fill one part, or hide it where it has nothing to say."""
        static = self.query_one(f"#evidence-{part}", Static)
        static.display = content is not None
        if content is not None:
            static.update(content)

    def action_move(self, step: int) -> None:
        self._scroll.move(y=step)

    def action_aside(self, step: int) -> None:
        self._scroll.move(x=step)

    def action_page(self, step: int) -> None:
        self._scroll.move(y=step * max(1, self._scroll.size.height - 2))

    @property
    def _scroll(self) -> SourceView:
        return self.query_one(SourceView)

    def _head(self, entry: Entry | None) -> Iterator[Content]:
        if entry is None:
            yield from self._nothing_found()
            return
        if not self._is_said_beside:
            yield Content(self._clipped(entry.message, 3))
        if entry.finding is not None:
            remedy = self._clipped(entry.finding.remedy, max(4, self.size.height // 2))
            yield Content.assemble((f"{self._glyphs.arrow} ", "$accent"), remedy)
            yield Content.styled(self._about(entry), "$quiet")
            if entry.finding.ruling is not None:
                yield Content.styled(f"team: {self._clipped(entry.finding.ruling.words, 2)}", "$text-warning")
        if self._judgement is not None:
            yield Content.styled(f"you: {self._clipped(_judged(self._judgement), 2)}", "$text-accent")
        yield Content("")

    def _about(self, entry: Entry) -> str:
        finding = entry.finding
        if finding is None:
            return ""
        within = (name for name in finding.within if name != finding.object)
        parts = [finding.check, f"{finding.confidence.value} confidence", *within]
        text = one_line(f" {self._glyphs.dot} ".join(parts), ascii_only=self._glyphs.plain)
        return clip(text, max(20, self.content_size.width), self._glyphs.ellipsis)

    def _nothing_found(self) -> Iterator[Content]:
        suggestion = self._suggestion
        if suggestion is None:
            yield Content.styled("The checks of this item are still running.", "$quiet")
            return
        yield Content.styled("Nothing is flagged.", "$quiet")
        if suggestion.checks:
            yield Content("")
            yield Content.styled("WHAT THE CHECKS LOOK FOR", "bold $quiet")
            yield from (self._check(check) for check in suggestion.checks)

    def _check(self, check: str) -> Content:
        """The title of a check's page, and the check's name where there is room for it."""
        title = self._page(check).partition("\n")[0].removeprefix("# ").strip() or check
        text = clip(self._plain(title), max(20, self.content_size.width), self._glyphs.ellipsis)
        with_name = title != check and len(text) + len(check) + 2 <= self.content_size.width
        return Content.assemble(text, (f"  {check}" if with_name else "", "$quiet"))

    def _place(self, location: Location) -> Content:
        last = f"{self._glyphs.dash}{location.end_line}" if location.end_line > location.line else ""
        lines = f"  {location.line}{last}"
        room = max(20, self.content_size.width - len(lines))
        path = clip_path(one_line(location.path, ascii_only=self._glyphs.plain), room, self._glyphs.ellipsis)
        return Content.assemble((path, "bold"), (lines, "$quiet"))

    def _lines(self, location: Location) -> Content:
        text = self._project.snapshot.text(location.path)
        if text is None:
            return Content.styled("This file cannot be shown: it is not in the revision as text.", "$quiet")
        return snippet(text, location, self._glyphs)

    def _more(self, entry: Entry) -> Iterator[Content]:
        table = table_of(self._project.schema, entry.object)
        if table is not None:
            yield effective_policy(table, self._glyphs)
        places = list(entry.finding.related) if entry.finding else []
        if table is not None and table.location != entry.location:
            places.append(table.location)
        for place in list(dict.fromkeys(places))[:_MOST_RELATED]:
            if place != entry.location:
                yield Content("\n").join((self._place(place), self._short(place)))

    def _short(self, place: Location) -> Content:
        text = self._project.snapshot.text(place.path)
        if text is None:
            return Content("")
        head = replace(place, end_line=min(place.end_line, place.line + _RELATED_LINES))
        return snippet(text, head, self._glyphs, before=1, after=0)

    @property
    def _is_said_beside(self) -> bool:
        """Whether the item's page, in sight beside this pane, gives this finding's words as its reason."""
        alone = self.screen.has_class("-narrow")
        return not alone and self.entry is not None and self.entry == stated(self._suggestion)

    @property
    def _terse(self) -> bool:
        """Whether words must leave room for the source; the pane grows when it is gone into."""
        return self.size.height < _ROOMY

    def _clipped(self, text: str, lines: int) -> str:
        """The text, within this many lines where there is little room."""
        if not self._terse:
            return self._plain(text)
        room = max(20, self.content_size.width) * lines - 12  # words wrap before the edge
        return clip(one_line(text, ascii_only=self._glyphs.plain), room, self._glyphs.ellipsis)

    def _plain(self, text: str) -> str:
        return visible(text, ascii_only=self._glyphs.plain)


def _judged(said: Judgement) -> str:
    until = f" until {said.expires.isoformat()}" if said.expires else ""
    return f"{said.triage.value.replace('_', ' ')}{until}{f', {said.reason}' if said.reason else ''}"
