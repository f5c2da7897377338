"""Lines of a file as evidence: numbered, highlighted, the flagged ones marked, nothing interpreted."""

from functools import lru_cache

from textual.content import Content
from textual.highlight import HighlightTheme, highlight

from checklists.model import Location
from tui.glyphs import Glyphs
from tui.text import visible

BEFORE, AFTER = 12, 60
"""Lines shown around the flagged ones."""
_LONGEST = 400
_LANGUAGES = {
    ".sql": "postgresql", ".ts": "typescript", ".tsx": "tsx", ".js": "javascript", ".jsx": "jsx",
    ".mts": "typescript", ".cts": "typescript", ".mjs": "javascript", ".cjs": "javascript",
    ".toml": "toml", ".json": "json", ".yml": "yaml", ".yaml": "yaml",
}  # fmt: skip


class CodeTheme(HighlightTheme):
    """Three quiet colours, so that the flagged lines stand out and not the grammar."""

    STYLES: dict[tuple[str, ...], str] = {  # noqa: RUF012 - as Textual declares it
        ("Comment",): "$quiet italic",
        ("Keyword",): "$code-keyword",
        ("Literal", "String"): "$code-string",
    }


def snippet(
    text: str, location: Location, glyphs: Glyphs, *, before: int = BEFORE, after: int = AFTER
) -> Content:
    """The lines around a place, with numbers; the flagged lines carry a mark as well as a colour."""
    lines = text.split("\n")
    flagged = range(location.line, max(location.line, location.end_line) + 1)
    first = max(1, location.line - before)
    last = min(len(lines), flagged.stop - 1 + after)
    shown = [
        visible(line.rstrip("\r")[:_LONGEST], ascii_only=glyphs.plain) for line in lines[first - 1 : last]
    ]
    coloured = _highlighted("\n".join(shown), location.path).split("\n", allow_blank=True)
    width = len(str(last))
    rows = [
        _row(number, row, width, _margin(number, flagged, glyphs))
        for number, row in enumerate(coloured[: len(shown)], start=first)
    ]
    return Content("\n").join(rows)


def lines_above(location: Location) -> int:
    """How many lines of the snippet come before the flagged ones."""
    return min(BEFORE, max(0, location.line - 1))


def _margin(number: int, flagged: range, glyphs: Glyphs) -> Content:
    """A mark at the first flagged line, a bar down to the last."""
    if number not in flagged:
        return Content("  ")
    if number == flagged.start:
        return Content.styled(f"{glyphs.flagged} ", "bold $text-error")
    return Content.styled(f"{glyphs.span} ", "$text-error")


def _row(number: int, row: Content, width: int, margin: Content) -> Content:
    style = "bold" if margin.plain.strip() else "$quiet 80%"
    return margin + Content.styled(f"{number:>{width}}  ", style) + row


@lru_cache(maxsize=64)
def _highlighted(code: str, path: str) -> Content:
    suffix = path[path.rfind(".") :].lower()
    return highlight(code, language=_LANGUAGES.get(suffix, "text"), theme=CodeTheme)
