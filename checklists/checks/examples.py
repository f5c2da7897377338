"""Reads the examples out of a check's page: fenced blocks under `## Flagged` and `## Clear` are its tests.

Each `### Heading` under one of the two starts an example; its fenced blocks are the files. The info
string is `sql`, `ts`, `tsx`, `toml` … and may carry `file=PATH`; a SQL block without one is a migration,
in order. `commit=N` puts a block into the Nth commit of a history, where it stays until a later block of
its path, or up to `until=N`; blocks without it come last. A line that ends in a comment `flag` (`-- flag`,
`// flag high`) is where the finding must lie, of that severity where one is named; without any, one finding
anywhere is enough.
"""

import re
from dataclasses import dataclass

from checklists.model import Severity

_FENCE = re.compile(r"^```(\w+)((?: +\S+=\S+)*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(rf"(?:--|//|#)\s*flag(?: ({'|'.join(Severity)}))?\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """One case of a page: its files by path, and where a finding is due: path, line, and any severity named.

    `earlier` holds the files of the commits before, oldest first.
    """

    title: str
    flagged: bool
    files: tuple[tuple[str, str], ...]
    marks: tuple[tuple[str, int, Severity | None], ...]
    earlier: tuple[tuple[tuple[str, str], ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _Block:
    path: str
    text: str
    commit: int | None
    until: int | None

    def lies_in(self, commit: int) -> bool:
        """Whether the commit holds it, if no other block of its path comes between."""
        return (self.commit or commit) <= commit <= (self.until or commit)


def examples(page: str) -> tuple[Example, ...]:
    """All examples of a page, in order."""
    found = []
    for heading, flagged in (("Flagged", True), ("Clear", False)):
        section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
        if section is None:
            continue
        parts = re.split(r"^### (.+)\n", section[1], flags=re.MULTILINE)
        cases = [("", parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]
        found += [_example(title, flagged, body) for title, body in cases if _FENCE.search(body)]
    return tuple(found)


def _example(title: str, flagged: bool, body: str) -> Example:  # noqa: FBT001 - read off the heading
    blocks: list[_Block] = []
    marks: list[tuple[str, int, Severity | None]] = []
    for language, options, text in _FENCE.findall(body):
        given = dict(pair.split("=", 1) for pair in options.split())
        path = given.get("file") or _default_path(language, len(blocks))
        blocks.append(_Block(path, text, _number(given.get("commit")), _number(given.get("until"))))
        for mark in _MARK.finditer(text):
            line = text.count("\n", 0, mark.start()) + 1
            marks.append((path, line, Severity(mark[1]) if mark[1] else None))
    last = max((block.commit or 0 for block in blocks), default=0) + 1
    *earlier, files = (_files(blocks, commit, last) for commit in range(1, last + 1))
    return Example(title, flagged, files, tuple(marks), tuple(earlier))


def _number(given: str | None) -> int | None:
    return None if given is None else int(given)


def _files(blocks: list[_Block], commit: int, last: int) -> tuple[tuple[str, str], ...]:
    """The files of one commit; a later block outdoes an earlier one of its path."""
    here = [b for b in blocks if (b.lies_in(commit) if b.commit else commit == last)]
    return tuple({block.path: block.text for block in here}.items())


def _default_path(language: str, number: int) -> str:
    if language == "sql":
        return f"supabase/migrations/{20240101000000 + number}_example.sql"
    return "supabase/config.toml" if language == "toml" else f"app/example{number or ''}.{language}"
