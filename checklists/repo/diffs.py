"""What lies between two trees: the lines that a diff shows, and its text; nothing configured takes part."""

import re
from collections.abc import Iterator, Mapping

from checklists.repo.git_objects import ObjectStore

_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(r'\\([abfnrtv"\\]|[0-7]{3})')
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", '"': '"', "\\": "\\"}
_OPTIONS = ("-r", "-p", "--full-index", "--no-ext-diff", "--no-textconv", "--no-renames", "--no-color")


def diff(store: ObjectStore, before: str, after: str, paths: tuple[str, ...] = ()) -> str:
    """The unified diff between two commits or trees; of the paths alone, where some are given."""
    return store.git("diff-tree", *_OPTIONS, before, after, "--", *paths).decode("utf-8", "replace")


def shown_lines(text: str) -> Mapping[str, frozenset[int]]:
    """The lines of the new files that a unified diff shows, by path: those that a comment may stand on."""
    found: dict[str, set[int]] = {}
    for path, line in _shown(text):
        found.setdefault(path, set()).add(line)
    return {path: frozenset(lines) for path, lines in found.items()}


def _shown(text: str) -> Iterator[tuple[str, int]]:
    path, old, new, line = "", 0, 0, 0
    for row in text.split("\n"):
        if old or new:  # within a hunk: its counts say where it ends, whatever its lines look like
            if row.startswith(("+", " ")):
                yield path, line
                line, new = line + 1, new - 1
            old -= row.startswith(("-", " "))
        elif row.startswith("+++ "):
            path = _path(row[4:])
        elif hunk := _HUNK.match(row):
            old, new = int(hunk[1] or 1), int(hunk[3] or 1)
            line = int(hunk[2])


def _path(written: str) -> str:
    """The path of a `+++ b/…` line; git quotes one that holds marks of its own."""
    name = written.rstrip("\t")
    if name.startswith('"') and name.endswith('"'):
        raw = _ESCAPE.sub(lambda m: _ESCAPED[m[1]] if m[1] in _ESCAPED else chr(int(m[1], 8)), name[1:-1])
        name = raw.encode("latin-1", "replace").decode("utf-8", "replace")
    return name.removeprefix("b/")
