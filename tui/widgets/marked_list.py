"""What works without colour and beyond ASCII: a list whose cursor is a mark, a scrollbar without glyphs."""

from typing import ClassVar

from rich.segment import Segment
from textual.scrollbar import ScrollBarRender
from textual.strip import Strip
from textual.widgets import OptionList

from tui.glyphs import Glyphs


class PlainScrollBar(ScrollBarRender):
    """Drawn with spaces alone."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8


class MarkedList(OptionList):
    """Every row is one line, and leaves its first cell to the mark."""

    COMPONENT_CLASSES = {"marked-list--mark"}  # noqa: RUF012 - as Textual declares it

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id, compact=True, markup=False)
        self.glyphs = glyphs

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        if self.scroll_offset.y + y != self.highlighted:
            return strip
        row = next((segment.style for segment in strip if segment.style), None)
        mark = self.get_component_rich_style("marked-list--mark", partial=True)
        style = row + mark if row else mark
        return Strip.join([Strip([Segment(self.glyphs.cursor, style)]), strip.crop(1)])
