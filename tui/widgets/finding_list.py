"""An item's findings by check, worst first; long groups stay folded to a few lines and a count."""

from collections.abc import Mapping
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from checklists.model import ASIDE, Judgement, Severity
from tui.glyphs import Glyphs
from tui.grouping import SHOWN_FIRST, Entry, Group, short_object, shown_entries
from tui.text import clip, clip_path, one_line
from tui.widgets.marked_list import MarkedList

_SEVERITY_STYLES = {Severity.BLOCKER: "bold $text-error", Severity.HIGH: "$text-error"}


class FindingList(MarkedList):
    """Says `Chosen` when the cursor comes to a finding."""

    HELP_TITLE = "Findings"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "screen.deeper",
            "evidence",
            key_display="Enter",
            tooltip="To the evidence of the finding",
            id="deeper",
        ),
        Binding(
            "t",
            "screen.triage",
            "triage",
            tooltip="Say of the finding whether it is real, or its risk accepted",
            id="triage",
        ),
        Binding("down,j", "cursor_down", "Next finding", show=False, id="findings.down"),
        Binding("up,k", "cursor_up", "Previous finding", show=False, id="findings.up"),
        Binding("space", "fold", "Fold or unfold the group", show=False, id="findings.fold"),
    ]

    class Chosen(Message):
        """The reviewer looks at one finding, or at what could not be decided; None for a group's head."""

        def __init__(self, entry: Entry | None) -> None:
            super().__init__()
            self.entry = entry

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(glyphs, id="findings")
        self._groups: tuple[Group, ...] = ()
        self._longest: dict[str, tuple[int, int, int]] = {}
        self._unfolded: set[str] = set()
        self._rows: list[tuple[Group, Entry | None]] = []
        self._judged: Mapping[str, Judgement] = {}

    @property
    def entry(self) -> Entry | None:
        """The finding under the cursor."""
        if self.highlighted is None or self.highlighted >= len(self._rows):
            return None
        return self._rows[self.highlighted][1]

    @property
    def group(self) -> Group | None:
        """The group under the cursor."""
        if self.highlighted is None or self.highlighted >= len(self._rows):
            return None
        return self._rows[self.highlighted][0]

    def show(self, groups: tuple[Group, ...], judged: Mapping[str, Judgement], *, keep_place: bool) -> None:
        """List these groups, the cursor on the first finding, or on its finding where that is kept.

        `judged` is what the reviewer said of findings, by their ids.
        """
        place = self.entry if keep_place else None
        if not keep_place:
            self._unfolded.clear()
        self._groups, self._judged = groups, judged
        self._longest = {group.key: self._lengths(group) for group in groups}
        self._fill(place)

    def on_resize(self, _event: events.Resize) -> None:
        for index, (group, entry) in enumerate(self._rows):
            self.replace_option_prompt_at_index(index, self._prompt(group, entry, index))

    def action_fold(self) -> None:
        """Open the group under the cursor, or close it."""
        if self.group is None:
            return
        self._unfolded ^= {self.group.key}
        self._fill(self.entry)

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.post_message(self.Chosen(self.entry))

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        if self.entry is None:
            event.stop()
            self.action_fold()

    def _tell(self) -> None:
        """In this widget's own turn: a message made in its parent's turn would go no further than there."""
        self.post_message(self.Chosen(self.entry))

    def _fill(self, place: Entry | None) -> None:
        self._rows = list(self._listed())
        with self.prevent(OptionList.OptionHighlighted):
            self.clear_options()
            self.add_options(
                Option(self._prompt(group, entry, index)) for index, (group, entry) in enumerate(self._rows)
            )
            self.highlighted = self._index_of(place)
        self.call_later(self._tell)

    def _listed(self) -> list[tuple[Group, Entry | None]]:
        rows: list[tuple[Group, Entry | None]] = []
        for group in self._groups:
            shown = shown_entries(group, unfolded=group.key in self._unfolded)
            rows.append((group, None))
            rows += [(group, entry) for entry in shown]
            if len(shown) < len(group.entries):
                rows.append((group, None))
        return rows

    def _index_of(self, place: Entry | None) -> int | None:
        entries = [index for index, (_, entry) in enumerate(self._rows) if entry is not None]
        same = (index for index in entries if place is not None and self._rows[index][1] == place)
        return next(same, entries[0] if entries else None)

    def _prompt(self, group: Group, entry: Entry | None, index: int) -> Content:
        if entry is not None:
            return self._entry(group, entry)
        is_head = index == 0 or self._rows[index - 1][0] is not group
        return self._head(group) if is_head else self._more(group)

    def _head(self, group: Group) -> Content:
        long = len(group.entries) > SHOWN_FIRST + 1
        opened = group.key in self._unfolded or not long
        fold = self.glyphs.unfolded if opened else self.glyphs.folded
        if group.severity is None:
            name, severity, style = "could not be decided", "", "$text-warning"
        else:
            name, severity = group.check, f" {self.glyphs.dot} {group.severity.value}"
            style = _SEVERITY_STYLES.get(group.severity, "$text-warning")
            if group.aside is not None:
                severity, style = f"{severity} {self.glyphs.dot} {ASIDE[group.aside]}", "$quiet"
        count = f" {self.glyphs.dot} {len(group.entries)}" if len(group.entries) > 1 else ""
        return Content.assemble((f" {fold} ", "$quiet"), (name, style), (f"{severity}{count}", "$quiet"))

    def _more(self, group: Group) -> Content:
        hidden = len(group.entries) - SHOWN_FIRST
        return Content.styled(f"     {self.glyphs.ellipsis} {hidden} more: space unfolds", "$quiet")

    def _entry(self, group: Group, entry: Entry) -> Content:
        name = self._title(entry)
        name_width, place_width = self._columns(group)
        place = clip_path(str(entry.location), place_width, self.glyphs.ellipsis) if entry.location else ""
        mark = self.glyphs.failed if entry.finding else self.glyphs.undetermined
        return Content.assemble(
            (f"   {mark} ", "$text-error" if entry.finding else "$text-warning"),
            (self._cell(name, name_width), "$secondary"),
            "  ",
            (self._plain(place), "$quiet"),
            (f"  {self._said(entry)}" if self._said(entry) else "", "$text-accent"),
        )

    def _said(self, entry: Entry) -> str:
        """What the reviewer says of it, in words."""
        judgement = self._judged.get(entry.finding.id) if entry.finding else None
        return judgement.triage.value.replace("_", " ") if judgement else ""

    def _lengths(self, group: Group) -> tuple[int, int, int]:
        """The longest name, the longest place, and the longest place without its folders."""
        places = [str(entry.location or "") for entry in group.entries]
        return (
            max(len(self._title(entry)) for entry in group.entries),
            max(map(len, places)),
            max(len(place.rpartition("/")[2]) + 2 for place in places),
        )

    def _columns(self, group: Group) -> tuple[int, int]:
        """Cells for the names and the places of a group; where both are long, the folders go first."""
        room = max(24, self.scrollable_content_region.width or 60) - 8
        room -= max(len(self._said(entry)) + 2 if self._said(entry) else 0 for entry in group.entries)
        name, place, file = self._longest[group.key]
        place_width = min(place, max(room - name, min(file, room * 11 // 20)))
        return min(name, room - place_width), place_width

    def _title(self, entry: Entry) -> str:
        return self._plain(short_object(entry.object, entry.location))

    def _cell(self, text: str, width: int) -> str:
        return clip(self._plain(text), width, self.glyphs.ellipsis).ljust(width)

    def _plain(self, text: str) -> str:
        return one_line(text, ascii_only=self.glyphs.plain)
