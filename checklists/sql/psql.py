"""Blanks what psql reads and Postgres does not: metacommands (backslash, word) and COPY data. Lines stay."""

import re

from checklists.sql.parse import SyntaxFault, chunks

_META = re.compile(r"^\\[a-zA-Z!?.][^\n]*$", re.MULTILINE)
_COPY = re.compile(r"^COPY [^;\n]* FROM stdin[^;\n]*;[^\n]*$", re.MULTILINE | re.IGNORECASE)
_COPY_END = re.compile(r"^\\\.[^\n]*$", re.MULTILINE)
_NOT_NEWLINE = re.compile(r"[^\n]")


def without_psql(text: str) -> str:
    """The same text with psql's own lines blanked where they stand outside of quotes and comments."""
    if "\\" not in text:
        return text
    at = 0
    while (line := _META.search(text, at)) is not None:
        copy = _open_copy(text, line)
        start = line.start() if copy is None else copy
        if _outside_quotes(text[: line.start()] if copy is None else text[:start]):
            text = text[:start] + _NOT_NEWLINE.sub(" ", text[start : line.end()]) + text[line.end() :]
        at = line.end()
    return text


def _open_copy(text: str, line: re.Match[str]) -> int | None:
    """Where the data begins, where this line is the backslash and dot that end it."""
    if not _COPY_END.match(line[0]):
        return None
    starts = [match.end() for match in _COPY.finditer(text, 0, line.start())]
    return starts[-1] if starts else None


def _outside_quotes(before: str) -> bool:
    try:
        chunks(before)
    except SyntaxFault:
        return False
    return True
