"""Text from the repo or a reviewer inside Markdown: shown, never interpreted.

What is not a plain word goes into a code span, where Markdown and the sites that render it look for no
mention, link, reference, HTML or emphasis.
"""

import re
import shlex

_WORD = re.compile(r"\(?[^\W\d_]+(?:['’-][^\W\d_]+)*\)?[.,;:?!]?|\(?\d{1,6}\)?[,;%]?|[–—=+×]")  # noqa: RUF001
_COMMIT = re.compile(r"[0-9a-f]{7,40}")


def code(text: str) -> str:
    """The text as one code span, whatever it holds; safe in a table as well."""
    shown = one_line(text)
    if not shown:
        return ""
    shown = re.sub(r"\\(?=\||$)", r"\\ ", shown).replace("|", r"\|")
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def prose(text: str) -> str:
    """A sentence with its plain words as they are, and the rest (names, SQL, marks) in code spans."""
    parts: list[str] = []
    plain = True
    for token in one_line(text).split(" "):
        now = _plain(token, len(parts))
        if parts and not plain and not now:
            parts[-1] = f"{parts[-1]} {token}"
        else:
            parts.append(token)
        plain = now
    return " ".join(part if _plain(part, n) else code(part) for n, part in enumerate(parts))


def _plain(token: str, place: int) -> bool:
    if place == 0 and not token[:1].isalpha():
        return False
    return bool(_WORD.fullmatch(token)) and not _COMMIT.fullmatch(token)


def one_line(text: str) -> str:
    """Control, format and bidirectional characters as marks that can be read, white space as one space."""
    joined = " ".join(text.split())
    return joined if joined.isprintable() else "".join(_mark(char) for char in joined)


def clipped(text: str, limit: int) -> str:
    """The text within `limit` characters, with how much was left out."""
    if len(text) <= limit:
        return text
    return f"{text[:limit].rstrip()} … ({len(text) - limit} more characters in the record)"


def shell(word: str) -> str:
    """The word quoted for bash; characters that cannot be seen are spelled in octal."""
    if all(char.isprintable() for char in word):
        return shlex.quote(word)
    return "$'" + "".join(_octal(byte) for byte in word.encode("utf-8", "surrogateescape")) + "'"


def _octal(byte: int) -> str:
    return chr(byte) if chr(byte).isascii() and chr(byte).isalnum() else f"\\{byte:03o}"


def _mark(char: str) -> str:
    return char if char.isprintable() else f"<U+{ord(char):04X}>"
