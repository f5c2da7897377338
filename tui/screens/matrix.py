"""The isolation matrix: tables by actors, and for the cell under the cursor how each command is known."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import DataTable, Static

from checklists.live.model import Claim, ClaimStatus
from tui.glyphs import Glyphs
from tui.matrix import COMMANDS, WHO, WORDS, mark, matrix
from tui.messages import Refused
from tui.text import one_line, visible

_WIDEST_NAME = 44
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
            id="matrix", cursor_type="cell", zebra_stripes=True, fixed_columns=1
        )
        yield table
        with VerticalScroll(id="matrix-cell"):
            yield Static(id="matrix-text")
        yield Static(Content("\n").join(self._legend()), id="matrix-legend")

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
        names = max((len(name) for name in self._matrix.tables), default=0)
        table.add_column("table", key="table", width=min(_WIDEST_NAME, max(len("table"), names)))
        for actor in self._matrix.actors:
            table.add_column(actor, key=actor, width=self._width(actor))
        for name in self._matrix.tables:
            table.add_row(
                Content(one_line(name)), *(self._cell(name, a) for a in self._matrix.actors), key=name
            )
        if table.row_count:
            table.cursor_coordinate = table.validate_cursor_coordinate(at)
        self.query_one("#matrix-title", Static).update(self._title())
        self._tell_cell()

    def _title(self) -> Content:
        return Content.assemble(("Isolation matrix  ", "bold"), (self._state, "$quiet"))

    def _cell(self, table: str, actor: str) -> Content:
        claims = self._matrix.cells.get((table, actor), ())
        parts = [(f"{self._mark(claim)} ", _STYLES.get(claim.status, "$quiet")) for claim in claims]
        return Content.assemble(*parts) if parts else Content(" ")

    def _width(self, actor: str) -> int:
        """Room for the actor's name and for all marks of its widest cell."""
        cells = (self._matrix.cells.get((table, actor), ()) for table in self._matrix.tables)
        marks = max((sum(len(self._mark(claim)) + 1 for claim in cell) for cell in cells), default=0)
        return max(len(actor), marks)

    def _mark(self, claim: Claim) -> str:
        return mark(claim.status, self._glyphs) + ("~" if claim.provisional else "")

    def _here(self) -> tuple[Claim, ...]:
        row, column = self.query_one(DataTable).cursor_coordinate
        if row >= len(self._matrix.tables):
            return ()
        actor = self._matrix.actors[max(0, column - 1)]
        return self._matrix.cells.get((self._matrix.tables[row], actor), ())

    def _tell_cell(self) -> None:
        lines = [line for claim in self._here() for line in self._words(claim)]
        self.query_one("#matrix-text", Static).update(Content("\n").join(lines) if lines else Content(""))

    def _words(self, claim: Claim) -> Iterator[Content]:
        plain = self._glyphs.plain
        who = WHO.get(claim.actor, claim.actor)
        yield Content.assemble(
            (f"{mark(claim.status, self._glyphs)} {claim.command.value}", "bold"),
            f" as {who}: ",
            (WORDS[claim.status], _STYLES.get(claim.status, "bold")),
            (" (provisional)" if claim.provisional else "", "$warning"),
        )
        if claim.because:
            yield Content.styled(f"  {one_line(claim.because, ascii_only=plain)}", "$quiet")
        for reason in claim.provisional:
            yield Content.styled(f"  provisional: {one_line(reason, ascii_only=plain)}", "$quiet")
        if claim.sql:
            yield from (Content(f"    {visible(line, ascii_only=plain)}") for line in claim.sql.splitlines())
        yield Content("")

    def _legend(self) -> Iterator[Content]:
        marks = "   ".join(f"{mark(status, self._glyphs)} {words}" for status, words in WORDS.items())
        order = " ".join(command.value for command in COMMANDS)
        yield Content.styled(f"{marks}   ~ provisional", "$quiet")
        yield Content.styled(f"in each cell: {order}   y copy   Esc back", "$quiet")
