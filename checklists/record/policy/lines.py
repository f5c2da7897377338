"""The line of a TOML file on which a key stands, for messages; the file itself is read by tomllib."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator

_TABLE = re.compile(r"\s*(\[{1,2})\s*([A-Za-z0-9_.\"'-]+)\s*\]{1,2}\s*(?:#.*)?")
_KEY = re.compile(r"\s*([A-Za-z0-9_\"'-]+)\s*=")


def line_of(text: str, where: str) -> int | None:
    """The line of a key such as `review.signers` or `role[1].name`; of its table where it is missing."""
    found = dict(_places(text))
    wanted = re.sub(r"\[\d+\]$", "", where)
    while wanted:
        if wanted in found:
            return found[wanted]
        wanted = wanted.rpartition(".")[0]
    return None


def _places(text: str) -> Iterator[tuple[str, int]]:
    """Keys and tables with their lines; lines within a value that spans several are not looked into."""
    table, counts, lines = "", Counter[str](), text.splitlines()
    number = 0
    while number < len(lines):
        line, start = lines[number], number + 1
        number += 1
        header, key = _TABLE.fullmatch(line), _KEY.match(line)
        if header:
            name = _bare(header[2])
            table = f"{name}[{counts[name]}]" if header[1] == "[[" else name
            counts[name] += header[1] == "[["
            yield table, start
        elif key:
            name = _bare(key[1])
            yield f"{table}.{name}" if table else name, start
            number += _more_lines(lines, start - 1)


def _more_lines(lines: list[str], start: int) -> int:
    """How many lines the value goes on for."""
    for end in range(start + 1, len(lines) + 1):
        try:
            tomllib.loads("\n".join(lines[start:end]))
        except tomllib.TOMLDecodeError:
            continue
        return end - start - 1
    return 0


def _bare(name: str) -> str:
    return re.sub(r"[\"']", "", name)
