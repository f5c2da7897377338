"""The isolation matrix: tables by actors, and for the cell under the cursor how each command is known."""

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import DataTable, Static

from checklists.live.model import Claim, ClaimStatus
from tui.glyphs import Glyphs
from tui.matrix import LETTERS, WHO, WORDS, mark, matrix, worst
from tui.messages import Refused
from tui.text import clip, one_line, visible

_WIDEST_NAME, _NARROWEST_NAME = 44, 12
_WIDE = 100
_PADDING = 2  # a column's
_SCROLLBAR = 2
_STYLES = {ClaimStatus.PROVEN: "$success", ClaimStatus.REFUTED: "bold $error", ClaimStatus.BROKEN: "$error"}


class MatrixScreen(Screen[None]):
    """Over the review; it fills in while the proof runs."""

    HELP_TITLE = "Isolation matrix"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,m,q", "dismiss", "back", id="matrix.back"),
        Binding("y", "copy", "copy the statement", id="matrix.copy"),
        Binding("j", "move('down')", "Next table", show=False, id="matrix.down"),
        Binding("k", "move('up')", "Previous table", show=False, id="matrix.up"),
        Binding("question_mark", "app.help", "help", key_display="?", id="matrix.help"),
    ]

    def __init__(self, claims: Iterable[Claim], state: str, glyphs: Glyphs) -> None:
        super().__init__()
        self._matrix, self._state, self._glyphs = matrix(claims), state, glyphs

    def compose(self) -> ComposeResult:
        yield Static(id="matrix-title")
        table: DataTable[Content] = DataTable(
            id="matrix", cursor_type="cell", zebra_stripes=True, fixed_columns=1, header_height=2
        )
        yield table
        with VerticalScroll(id="matrix-cell"):
            yield Static(id="matrix-text")
        yield Static(id="matrix-legend")

    def on_resize(self) -> None:
        """What names have left depends on the width."""
        self._fill()

    def on_mount(self) -> None:
        self._fill()
        self.query_one(DataTable).focus()

    def show(self, claims: Iterable[Claim], state: str) -> None:
        """The claims so far, and how far the proof is."""
        self._matrix, self._state = matrix(claims), state
        if self.is_running:
            self._fill()

    @on(DataTable.CellHighlighted)
    def _highlighted(self) -> None:
        self._tell_cell()

    def action_move(self, way: str) -> None:
        table = self.query_one(DataTable)
        if way == "down":
            table.action_cursor_down()
        else:
            table.action_cursor_up()

    def action_copy(self) -> None:
        """Copy what reproduces the worst claim of the cell."""
        claims = sorted(self._here(), key=lambda claim: claim.status is not ClaimStatus.REFUTED)
        if claims and claims[0].sql:
            self.app.copy_to_clipboard(visible(claims[0].sql))
            self.app.notify("Copied the statement", markup=False, timeout=2)
        else:
            self.post_message(Refused("No statement is under the cursor."))

    def _fill(self) -> None:
        table = self.query_one(DataTable)
        at = table.cursor_coordinate
        table.clear(columns=True)
        letters = "".join(LETTERS[command].ljust(self._room) for command in self._matrix.commands)
        widths = {actor: max(len(actor), len(letters)) for actor in self._matrix.actors}
        room = self.size.width - sum(width + _PADDING for width in widths.values()) - _PADDING - _SCROLLBAR
        names = self._names(max(_NARROWEST_NAME, min(_WIDEST_NAME, room)))
        widest = max((len(shown) for shown in names.values()), default=0)
        table.add_column("table", key="table", width=max(len("table"), widest))
        for actor in self._matrix.actors:
            table.add_column(Text.assemble((actor, "bold"), f"\n{letters}"), key=actor, width=widths[actor])
        for name in self._matrix.tables:
            cells = (self._cell(name, actor) for actor in self._matrix.actors)
            table.add_row(Content(names[name]), *cells, key=name)
        if table.row_count:
            table.cursor_coordinate = table.validate_cursor_coordinate(at)
        self.query_one("#matrix-title", Static).update(self._title())
        self.query_one("#matrix-legend", Static).update(self._legend())
        self._tell_cell()

    @property
    def _room(self) -> int:
        """Cells of the terminal for a mark and its `~`, and for a blank after them where there is room."""
        doubted = any(each.provisional for claims in self._matrix.cells.values() for each in claims)
        return 3 if doubted and self.size.width >= _WIDE else 2

    def _names(self, room: int) -> Mapping[str, str]:
        """The tables as they are shown: without the usual schema where they do not fit, then cut."""
        shown = {name: one_line(name, ascii_only=self._glyphs.plain) for name in self._matrix.tables}
        if any(len(name) > room for name in shown.values()):
            shown = {name: each.removeprefix("public.") for name, each in shown.items()}
        return {name: clip(each, room, self._glyphs.ellipsis) for name, each in shown.items()}

    def _title(self) -> Content:
        return Content.assemble(("Isolation matrix  ", "bold"), (self._state, "$quiet"))

    def _cell(self, table: str, actor: str) -> Content:
        """A slot a command, below its letter; an empty one where nothing is claimed."""
        claims = {claim.command: claim for claim in self._matrix.cells.get((table, actor), ())}
        return Content.assemble(*(self._slot(claims.get(command)) for command in self._matrix.commands))

    def _slot(self, claim: Claim | None) -> tuple[str, str]:
        if claim is None:
            return " " * self._room, ""
        return self._mark(claim).ljust(self._room), _STYLES.get(claim.status, "$quiet")

    def _mark(self, claim: Claim) -> str:
        return mark(claim.status, self._glyphs) + ("~" if claim.provisional else "")

    def _here(self) -> tuple[Claim, ...]:
        row, column = self.query_one(DataTable).cursor_coordinate
        if row >= len(self._matrix.tables):
            return ()
        actor = self._matrix.actors[max(0, column - 1)]
        return self._matrix.cells.get((self._matrix.tables[row], actor), ())

    def _tell_cell(self) -> None:
        lines = [line for claims in _alike(self._here()) for line in self._words(claims)]
        self.query_one("#matrix-text", Static).update(Content("\n").join(lines) if lines else Content(""))

    def _words(self, claims: list[Claim]) -> Iterator[Content]:
        """Claims that say the same, told once."""
        plain, first = self._glyphs.plain, claims[0]
        who = WHO.get(first.actor, first.actor)
        commands = ", ".join(claim.command.value for claim in claims)
        yield Content.assemble(
            (f"{mark(first.status, self._glyphs)} {commands}", "bold"),
            f" as {who}: ",
            (WORDS[first.status], _STYLES.get(first.status, "bold")),
            (" (provisional)" if first.provisional else "", "$warning"),
        )
        if first.because:
            yield Content.styled(f"  {one_line(first.because, ascii_only=plain)}", "$quiet")
        for reason in first.provisional:
            yield Content.styled(f"  provisional: {one_line(reason, ascii_only=plain)}", "$quiet")
        if first.sql:
            yield from (Content(f"    {visible(line, ascii_only=plain)}") for line in first.sql.splitlines())
        yield Content("")

    def _legend(self) -> Content:
        marks = [f"{mark(status, self._glyphs)} {status.value.replace('_', ' ')}" for status in ClaimStatus]
        letters = [f"{LETTERS[command]} {command.value}" for command in self._matrix.commands]
        width = self.size.width - _PADDING
        told = [*_filled((*marks, "~ provisional"), width), *_filled((*letters, "y copy", "Esc back"), width)]
        return Content.styled("\n".join(told), "$quiet")


def _filled(pieces: Iterable[str], width: int) -> Iterator[str]:
    """Lines of pieces; a mark and its word stay together."""
    line = ""
    for piece in pieces:
        longer = f"{line}   {piece}" if line else piece
        if line and len(longer) > width:
            yield line
            longer = piece
        line = longer
    yield line


def _alike(claims: Iterable[Claim]) -> Iterator[list[Claim]]:
    """Claims of which the same is told, together, the worst first; a statement is told of its own."""
    found: dict[tuple[object, ...], list[Claim]] = {}
    for claim in sorted(claims, key=lambda each: worst(each.status)):
        shown = claim.sql if claim.status is not ClaimStatus.BROKEN else ""
        found.setdefault((claim.status, claim.because, claim.provisional, shown), []).append(claim)
    yield from found.values()
