"""The ways back that a repo keeps: files in folders or by suffix, and comments in the migration itself."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from checklists.repo import Layout, Snapshot

# Folders beside or below the migrations' in which a file of the same name undoes one of theirs.
_FOLDERS = frozenset(
    {"down", "downs", "rollback", "rollbacks", "revert", "reverts", "undo", "down_migrations"}
)
_SUFFIX = re.compile(r"(?:[._-](?:down|undo|rollback|revert))$", re.IGNORECASE)
_UP = re.compile(r"(?:[._-]up)$", re.IGNORECASE)
_COMMENT = re.compile(
    r"^[ \t]*--[ \t]*(?:rollback|down|to roll ?back|undo)[ \t]*:[ \t]*(.*(?:\n[ \t]*--.*)*)",
    re.IGNORECASE | re.MULTILINE,
)
_SQL = re.compile(r"(?:begin|drop|alter|delete|update|create|revoke|grant|truncate|insert)\b", re.IGNORECASE)
_LEADING = re.compile(r"^[ \t]*--[ \t]?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class WayBack:
    """What undoes a migration: `path` names the file that holds it, `line` where it begins there."""

    path: str
    text: str
    line: int = 1


def ways_back(snapshot: Snapshot, layout: Layout) -> Mapping[str, WayBack]:
    """By migration: a file where there is one, else a comment that is SQL by its first word."""
    files = dict(_files(snapshot, layout))
    found = {}
    for migration in layout.migrations:
        text = snapshot.text(migration) or ""
        path = files.get(_stem(migration))
        if path is not None:
            found[migration] = WayBack(path, snapshot.text(path) or "")
        elif way := _commented(migration, text):
            found[migration] = way
    return found


def _files(snapshot: Snapshot, layout: Layout) -> Iterator[tuple[str, str]]:
    homes = {PurePosixPath(path).parent for path in layout.migrations}
    near = homes | {home.parent for home in homes}
    applied = set(layout.migrations)
    for path in sorted(snapshot.files):
        place = PurePosixPath(path)
        if path in applied or place.suffix != ".sql":
            continue
        in_folder = place.parent.name.lower() in _FOLDERS and place.parent.parent in near
        by_suffix = place.parent in homes and _SUFFIX.search(place.stem) is not None
        if in_folder or by_suffix:
            yield _stem(path), path


def _stem(path: str) -> str:
    """`000001_users.up.sql` and `down/000001_users.sql` share `000001_users`."""
    return _UP.sub("", _SUFFIX.sub("", PurePosixPath(path).stem))


def _commented(path: str, text: str) -> WayBack | None:
    """The last comment of its kind; prose is left alone."""
    matches = list(_COMMENT.finditer(text))
    if not matches:
        return None
    match = matches[-1]
    sql = _LEADING.sub("", match[1]).strip()
    if not re.match(
        r"(?:begin|drop|alter|delete|update|create|revoke|grant|truncate|insert)\b", sql, re.IGNORECASE
    ):
        return None
    return WayBack(path, sql, text.count("\n", 0, match.start(1)) + 1)
