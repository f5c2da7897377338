"""Text from the repo made safe to show: nothing in it is interpreted, everything in it is seen."""

import unicodedata

_C0_PICTURES = 0x2400
_DELETE = 0x7F
_DELETE_PICTURE = "␡"


def visible(text: str, *, ascii_only: bool = False, tab: int = 4) -> str:
    r"""The text with every control, format and bidirectional character replaced by a mark that can be read.

    Newlines stay, tabs become spaces; `\x1b` is shown as `␛` (or `^[`), U+202E as `<U+202E>`.
    """
    if ascii_only:
        return "".join(_ascii(char) for char in text.expandtabs(tab))
    return "".join(_mark(char) for char in text.expandtabs(tab))


def one_line(text: str, *, ascii_only: bool = False) -> str:
    """`visible`, with every run of white space as one space."""
    return visible(" ".join(text.split()), ascii_only=ascii_only)


def clip(text: str, width: int, ellipsis: str = "…") -> str:
    """The text within `width` characters, its end cut where it is longer."""
    return text if len(text) <= width else text[: max(0, width - len(ellipsis))] + ellipsis


def clip_path(path: str, width: int, ellipsis: str = "…") -> str:
    """A path within `width` characters, folders left out from the front: the file's name says most."""
    if len(path) <= width:
        return path
    rest = path
    while "/" in rest:
        _, _, rest = rest.partition("/")
        if len(ellipsis) + 1 + len(rest) <= width:
            return f"{ellipsis}/{rest}"
    return ellipsis + rest[len(rest) - max(1, width - len(ellipsis)) :]


def _mark(char: str) -> str:
    if char == "\n" or char.isprintable():
        return char
    code = ord(char)
    if code < 0x20:
        return chr(_C0_PICTURES + code)
    if code == _DELETE:
        return _DELETE_PICTURE
    return " " if unicodedata.category(char) == "Zs" else f"<U+{code:04X}>"


def _ascii(char: str) -> str:
    if char == "\n" or " " <= char <= "~":
        return char
    code = ord(char)
    if code < 0x20 or code == _DELETE:
        return f"^{chr(code ^ 0x40)}"
    return _PLAIN.get(char) or (" " if unicodedata.category(char) == "Zs" else f"<U+{code:04X}>")


_PLAIN = {
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{MIDDLE DOT}": "|",
    "\N{LEFTWARDS ARROW}": "<-",
    "\N{RIGHTWARDS ARROW}": "->",
    "\N{MULTIPLICATION SIGN}": "x",
    "\N{NOT EQUAL TO}": "!=",
}
