"""Reads the examples out of a check's page: fenced blocks under `## Flagged` and `## Clear` are its tests.

Each `### Heading` under one of the two starts an example; its fenced blocks are the files. The info
string is `sql`, `ts`, `tsx`, `toml` … and may carry `file=PATH`; a SQL block without one is a migration,
in order. A line that ends in a comment `flag` (`-- flag`, `// flag`) is where the finding must lie;
without any, one finding anywhere is enough.
"""

import re
from dataclasses import dataclass

_FENCE = re.compile(r"^```(\w+)((?: +\S+=\S+)*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"(?:--|//|#)\s*flag\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """One case of a page: its files by path, and the (path, line) places where a finding is due."""

    title: str
    flagged: bool
    files: tuple[tuple[str, str], ...]
    marks: tuple[tuple[str, int], ...]


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
    files: list[tuple[str, str]] = []
    marks: list[tuple[str, int]] = []
    for language, options, text in _FENCE.findall(body):
        path = dict(pair.split("=", 1) for pair in options.split()).get("file") or _default_path(
            language, len(files)
        )
        files.append((path, text))
        marks += [(path, text.count("\n", 0, mark.start()) + 1) for mark in _MARK.finditer(text)]
    return Example(title, flagged, tuple(files), tuple(marks))


def _default_path(language: str, number: int) -> str:
    if language == "sql":
        return f"supabase/migrations/{20240101000000 + number}_example.sql"
    return "supabase/config.toml" if language == "toml" else f"app/example{number or ''}.{language}"
