"""Which files of a folder are migrations, and in which order they are applied."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from checklists.repo.snapshot import Snapshot

# supabase/cli, pkg/migration/list.go: a file is taken if it matches the first; the folder's first file is
# skipped where it is the initial dump of a CLI from before the date.
_SUPABASE_NAME = re.compile(r"([0-9]+)_(.*)\.sql")
_OLD_INITIAL = re.compile(r"([0-9]{14})_init\.sql")
_OLD_INITIAL_BEFORE = 20211209000000

_DOWN_NAME = re.compile(
    r"(?:^|[._-])(?:down|undo|rollback|revert)\.sql$|^U[0-9][0-9._]*__.*\.sql$", re.IGNORECASE
)
_REPEATABLE = re.compile(r"^R__")
# dbmate, goose and node-pg-migrate keep both ways in one file.
_BOTH_WAYS = re.compile(
    r"^--\s*(?:migrate:down|\+goose\s+down|down migration)\b", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Migrations:
    """Paths in the order of application, and those that the tool would not run, with the reason."""

    applied: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]


def supabase_migrations(snapshot: Snapshot, folder: str) -> Migrations:
    """What `supabase db push` runs: direct children by name.

    A `….down.sql` among them matches as well, so it is an up migration like any other.
    """
    applied, skipped = [], []
    for position, name in enumerate(sorted(_children(snapshot, folder))):
        path = f"{folder}/{name}"
        old = _OLD_INITIAL.fullmatch(name)
        if position == 0 and old and int(old[1]) < _OLD_INITIAL_BEFORE:
            skipped.append(
                (path, "Supabase's CLI skips a first file of this name from before 9 December 2021")
            )
        elif _SUPABASE_NAME.fullmatch(name):
            applied.append(path)
        elif name.endswith(".sql"):
            skipped.append((path, "its name is not <timestamp>_name.sql, so Supabase's CLI skips it"))
    nested = _nested(snapshot, folder)
    skipped += [
        (path, "Supabase's CLI reads only files directly in the migrations folder") for path in nested
    ]
    return Migrations(tuple(applied), tuple(skipped))


def plain_migrations(snapshot: Snapshot, folder: str) -> Migrations:
    """Plain SQL files by their numbers (`2_` before `10_`), as golang-migrate, Flyway and Drizzle order them.

    Down files are skipped, Flyway's repeatable ones come last; where no SQL lies in the folder itself, each
    subfolder's `migration.sql` counts (Prisma).
    """
    names = [name for name in _children(snapshot, folder) if name.endswith(".sql")]
    if not names:
        prisma = [
            path
            for path in _nested(snapshot, folder)
            if re.search(r"^[^/]+/migration\.sql$", path[len(folder) + 1 :])
        ]
        return Migrations(tuple(sorted(prisma, key=_natural)), ())
    down = {name for name in names if _DOWN_NAME.search(name)}
    ordered = sorted(set(names) - down, key=lambda name: (bool(_REPEATABLE.match(name)), _natural(name)))
    skipped = [(f"{folder}/{name}", "its name says that it undoes a migration") for name in sorted(down)]
    return Migrations(tuple(f"{folder}/{name}" for name in ordered), tuple(skipped))


def undoes(name: str) -> bool:
    """Whether a file's name says that it undoes a migration (`….down.sql`, `U1__….sql`)."""
    return _DOWN_NAME.search(name) is not None


def way_back_in(text: str) -> int | None:
    """Where in a migration the statements begin that undo it, behind a mark of dbmate, goose and others."""
    mark = _BOTH_WAYS.search(text)
    return None if mark is None else mark.start()


def with_both_ways(snapshot: Snapshot, paths: Iterable[str]) -> str | None:
    """The first file that also holds the statements which undo it, so that it cannot be read as a whole."""
    texts = ((path, snapshot.text(path)) for path in paths)
    return next((path for path, text in texts if text and _BOTH_WAYS.search(text)), None)


def _children(snapshot: Snapshot, folder: str) -> Iterable[str]:
    start = f"{folder}/" if folder else ""
    return (
        path[len(start) :]
        for path in snapshot.paths
        if path.startswith(start) and "/" not in path[len(start) :]
    )


def _nested(snapshot: Snapshot, folder: str) -> list[str]:
    start = f"{folder}/" if folder else ""
    return sorted(
        path
        for path in snapshot.paths
        if path.startswith(start) and path.endswith(".sql") and "/" in path[len(start) :]
    )


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    return tuple(
        (int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"([0-9]+)", name) if part
    )
