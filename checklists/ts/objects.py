"""Object literals as source text: which keys one has, and what each of them is given."""

import re
from collections.abc import Iterator

_KEY = re.compile(
    r"""\s*(?:(?:async\s+)?(?P<method>[A-Za-z_$][\w$]*)\s*\(|(?:['"]?(?P<key>[A-Za-z_$][\w$-]*)['"]?)\s*(?P<colon>:)?)"""
)
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_OPEN, _CLOSE = "([{", ")]}"


def entries(text: str) -> dict[str, str] | None:
    """The top-level keys of `{ a: 1, b, c() {} }` with the text of their values.

    None where the text is no literal or not all keys are written out (`...rest`, `[name]: 1`).
    """
    found: dict[str, str] = {}
    if not text.lstrip().startswith("{"):
        return None
    for part in _parts(text):
        match = _KEY.match(part)
        if match is None:
            return None
        if match["method"]:
            found[match["method"]] = part.strip()
        else:
            found[match["key"]] = part[match.end() :].strip() if match["colon"] else match["key"]
    return found


def literal_at(text: str, start: int) -> str:
    """The bracketed text that begins at `start`, with its closing bracket; the rest where there is none."""
    depth, quote, position = 0, "", start
    while position < len(text):
        character = text[position]
        if quote:
            position += character == "\\"
            quote = "" if character == quote else quote
        elif character in "'\"`":
            quote = character
        elif character in _OPEN or character in _CLOSE:
            depth += 1 if character in _OPEN else -1
            if depth == 0:
                return text[start : position + 1]
        position += 1
    return text[start:]


def _parts(text: str) -> Iterator[str]:
    """What stands between the commas of a literal's own level."""
    inner = _COMMENT.sub("", text).strip().removesuffix(";")
    inner = inner[1:-1] if inner[:1] in _OPEN and inner[-1:] in _CLOSE else inner
    depth, quote, start = 0, "", 0
    position = 0
    while position < len(inner):
        character = inner[position]
        if quote:
            position += character == "\\"
            quote = "" if character == quote else quote
        elif character in "'\"`":
            quote = character
        elif character in _OPEN or character in _CLOSE:
            depth += 1 if character in _OPEN else -1
        elif character == "," and depth == 0:
            yield inner[start:position]
            start = position + 1
        position += 1
    if inner[start:].strip():
        yield inner[start:]
