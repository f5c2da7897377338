"""Text from the repo or a reviewer inside Markdown: shown, never interpreted.

What is not a plain word goes into a code span, where Markdown and the sites that render it look for no
mention, link, reference, HTML or emphasis.
"""

import re
import shlex
from collections.abc import Iterator

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d{1,6}|[–—=+×…]|")  # noqa: RUF001 - typographic marks
_COMMIT = re.compile(r"[0-9a-f]{7,40}")
# A code span of its own; a name in double quotes, whole, or as far as it goes where the text was cut.
_QUOTED = re.compile(
    r"(?<!`)`(?P<code>[^`]+)`(?!`)"
    r'|(?<![\w"])"(?P<name>(?:[^"]|"")+)"(?![\w"])'
    r'|(?<![\w"])"(?P<cut>[^"…]+)(?= …)'
)
_ENDS = (":", ";")
_CUT = "…"
_BEFORE, _AFTER = '("', '.,;:?!)%"'
_CALL = re.compile(r"\w\(")
_OBJECT = re.compile(r"[(\"]?\{")
_LONGEST_CALL = 40  # words; a bracket that closes later, or never, is not taken to hold them together
_SLACK = 60  # the notice of what was cut is nearly as long itself
_WORDS = re.compile(r".*\S(?=\s)", re.DOTALL)
_TITLE = re.compile(r"[^\W_](?:[^\W_]|[ ()*+,'-])*")


def code(text: str) -> str:
    """The text as one code span, whatever it holds; not for a table, whose cells end at any pipe."""
    return _fenced(one_line(text))


def block(text: str, language: str = "") -> Iterator[str]:
    """The text as a fenced block, line by line, whatever it holds.

    No line of it passes for a heading, also not to what reads lines alone, as the page's own commands do.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}{language}"
    for line in lines:
        shown = "".join(char if char == "\t" else _mark(char) for char in line.rstrip())
        yield f" {shown}" if shown.startswith("#") else shown
    yield fence


def cell(text: str) -> str:
    """The text as one code span in a table."""
    # A backslash before a pipe, or at the end, would take part in the table's own escape.
    return _fenced(re.sub(r"\\(?=\||$)", r"\\ ", one_line(text)).replace("|", r"\|"))


def _fenced(shown: str) -> str:
    if not shown:
        return ""
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def prose(text: str) -> str:
    """A sentence with its plain words as they are, and the rest (names, SQL, marks) in code spans.

    What the sentence itself quotes in single backticks becomes one span, and so does a name in double quotes
    that is not plain words.
    """
    made, place, shown = "", 0, one_line(text)
    for found in _QUOTED.finditer(shown):
        made = _joined(made, _words(shown[place : found.start()], first=not made))
        made = _joined(made, _quoted(found))
        place = found.end()
    return _joined(made, _words(shown[place:], first=not made))


def _joined(made: str, more: str) -> str:
    """Two spans that touch would be read as one with other ends."""
    return f"{made} {more}" if made.endswith("`") and more.startswith("`") else made + more


def _quoted(found: re.Match[str]) -> str:
    if found["code"]:
        return code(found["code"])
    name, end = (found["name"], '"') if found["name"] else (found["cut"], "")
    plain = all(_plain(word) for word in name.split(" "))
    return f'"{name if plain else code(name)}{end}'


def title(text: str) -> str:
    """A title within a line, without code spans where its marks can be escaped one by one."""
    shown = one_line(text)
    if _TITLE.fullmatch(shown) and not any(_COMMIT.fullmatch(word) for word in re.findall(r"\w+", shown)):
        return shown.replace("*", r"\*")
    return prose(shown)


def _words(text: str, *, first: bool) -> str:
    """Runs of words that are not plain share one span; a mark at the beginning could start a list."""
    runs: list[tuple[bool, list[str]]] = []
    for number, token in enumerate(_tokens(text)):
        plain = _plain(token) and (not first or number > 0 or token[:1].isalpha() or token.isdecimal())
        # A name before a colon is a thing of its own.
        if runs and not plain and not runs[-1][0] and not runs[-1][1][-1].endswith(_ENDS):
            runs[-1][1].append(token)
        else:
            runs.append((plain, [token]))
    return " ".join(tokens[0] if plain else _span(" ".join(tokens)) for plain, tokens in runs)


def _tokens(text: str) -> Iterator[str]:
    """The words between spaces; a name with its arguments, as in `f(uuid, text)`, is one, and so is the shape
    of an object: `{ data, error }`.
    """
    words = text.split(" ")
    place = 0
    while place < len(words):
        after = _end(words, place)
        yield " ".join(words[place:after])
        place = after


def _end(words: list[str], place: int) -> int:
    """The place after the word that closes what the word at `place` opens, or after that word itself."""
    if _CALL.search(words[place]):
        return _closing(words, place, "()")
    return _closing(words, place, "{}") if _OBJECT.match(words[place]) else place + 1


def _closing(words: list[str], place: int, pair: str) -> int:
    depth = 0
    for number, word in enumerate(words[place : place + _LONGEST_CALL], place + 1):
        depth += word.count(pair[0]) - word.count(pair[1])
        if depth > 0 and word == _CUT:  # the text was cut within: what there is of it
            return number - 1
        if depth <= 0:
            return number
    return place + 1


def _span(text: str) -> str:
    """A code span, with the brackets and stops around it left outside."""
    bare = text.lstrip(_BEFORE)
    before = text[: len(text) - len(bare)]
    inner = bare
    # A bracket that closes one within belongs to the name: `auth.uid()`.
    while inner and inner[-1] in _AFTER and not (inner[-1] == ")" and inner.count("(") >= inner.count(")")):
        inner = inner[:-1]
    return f"{before}{code(inner)}{bare[len(inner) :]}" if inner else code(text)


def _plain(token: str) -> bool:
    bare = token.lstrip(_BEFORE).rstrip(_AFTER)
    return bool(_WORD.fullmatch(bare)) and not _COMMIT.fullmatch(bare)


def one_line(text: str) -> str:
    """Control, format and bidirectional characters as marks that can be read, white space as one space."""
    joined = " ".join(text.split())
    return joined if joined.isprintable() else "".join(_mark(char) for char in joined)


def clipped(text: str, limit: int) -> str:
    """The text within about `limit` characters, with how much was left out.

    What is little longer stays whole: the notice would take the room that the cut saves.
    """
    if len(text) <= limit + max(_SLACK, limit // 4):
        return text
    cut = _cut(text, limit)
    return f"{cut} … ({len(text) - len(cut)} more characters)"


def beginning(text: str, limit: int) -> str:
    """The first words of a text, within `limit` characters."""
    words = one_line(text)
    return words if len(words) <= limit else f"{_cut(words, limit)} …"


def _cut(text: str, limit: int) -> str:
    """What ends within `limit` characters: between words, and not within a quotation, where one is there."""
    found = _WORDS.match(text, 0, limit) if not text[limit].isspace() else None
    cut = found[0] if found else text[:limit].rstrip()
    if cut.count("`") % 2:  # within a quotation: before it
        cut = cut.rpartition("`")[0].rstrip() or cut
    return cut


def shell(word: str) -> str:
    """The word quoted for bash; characters that cannot be seen are spelled in octal."""
    if all(char.isprintable() for char in word):
        return shlex.quote(word)
    return "$'" + "".join(_octal(byte) for byte in word.encode("utf-8", "surrogateescape")) + "'"


def _octal(byte: int) -> str:
    return chr(byte) if chr(byte).isascii() and chr(byte).isalnum() else f"\\{byte:03o}"


def _mark(char: str) -> str:
    return char if char.isprintable() else f"<U+{ord(char):04X}>"
