"""A TOML file that people write, into a frozen value; what is wrong in it is told by file, key and line."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from checklists.codec import from_plain
from checklists.errors import CountersealError

T = TypeVar("T")

_TABLE = re.compile(r"\s*(\[{1,2})\s*([A-Za-z0-9_.\"'-]+)\s*\]{1,2}\s*(?:#.*)?")
_KEY = re.compile(r"""\s*("[^"]*"|'[^']*'|[A-Za-z0-9_-]+)\s*=""")


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A file's path in the repo, the schema that it must name, and the error and hint where it is wrong.

    Without a schema it names none.
    """

    name: str
    schema: str
    error: type[CountersealError] = CountersealError
    hint: str = ""

    def read(self, kind: type[T], data: bytes) -> tuple[T, str]:
        """The value that the bytes spell, and their text.

        Raises:
            CountersealError: `error`: it is no UTF-8 or TOML, names another schema, or has a key that is
                unknown, missing or of another type.
        """
        try:
            text = data.decode()
            table = tomllib.loads(text)
        except UnicodeDecodeError:
            raise self.error(f"{self.name} is not UTF-8 text.", self.hint) from None
        except tomllib.TOMLDecodeError as error:
            raise self.error(f"{self.name} is not TOML: {error}.", self.hint) from None
        if self.schema and table.get("schema") != self.schema:
            raise self.fault(text, "schema", f"it is {table.get('schema')!r}, not {self.schema!r}")
        try:
            return from_plain(kind, table), text
        except ValueError as error:
            raise self.fault(text, *_told(str(error))) from None

    def fault(self, text: str, where: str, what: str) -> CountersealError:
        """The error for what is wrong with the value at a key such as `suppress[1].check`."""
        line = line_of(text, where)
        place = f"{self.name}:{line}" if line else self.name
        return self.error(f"{place}: {where}: {what}.", self.hint)


def _told(words: str) -> tuple[str, str]:
    """The key that the codec's complaint is about, and the complaint without it."""
    for what in ("unknown key", "missing key"):
        if words.startswith(f"{what} "):
            return words.removeprefix(f"{what} "), what
    where, _, what = words.partition(" ")
    return where.rstrip(":"), f"it {what}" if what.startswith("is ") else what


def line_of(text: str, where: str) -> int | None:
    """The line of a key such as `review.signers` or `role[1].name`; of its table where it is missing."""
    found = dict(_places(text))
    wanted = where if where in found else re.sub(r"\[\d+\]$", "", where)
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
