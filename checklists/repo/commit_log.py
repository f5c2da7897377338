"""What the commits of one line changed in a folder, read from `git log --raw`."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from checklists.repo.git_objects import ObjectStore
from checklists.repo.source_file import readable_path


@dataclass(frozen=True, slots=True)
class Change:
    """One file in one commit: blob names before and after, None where there was, or is, no such file."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One commit, seen from its first parent: a merge brings all that it merged."""

    commit: str
    at: datetime
    root: bool
    changes: tuple[Change, ...] = field(default=())

    @property
    def day(self) -> str:
        """The committer's date, as in 2026-03-16."""
        return self.at.date().isoformat()


def steps(store: ObjectStore, commit: str, *paths: str, first_parent: bool = True) -> tuple[Step, ...]:
    """The commits up to `commit` that changed files below `paths`, newest first.

    Without `first_parent`, those on merged branches as well; merges themselves then show no changes.

    Raises:
        RepositoryError: git cannot read them.
    """
    line = ("--first-parent", "-m") if first_parent else ()
    log = ("-c", "log.diffMerges=separate", "log", "--no-show-signature")  # whatever the user's own git does
    shown = ("--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff", "--format=%H %P %cI")
    return tuple(_steps(store.git(*log, *line, *shown, commit, "--", *paths)))


def _steps(log: bytes) -> Iterator[Step]:
    tokens = iter(log.split(b"\0"))
    head: list[str] = []
    changes: list[Change] = []
    for token in tokens:
        words = token.strip(b"\n").decode("utf-8", "replace")
        if words.startswith(":"):
            changes.append(_change(words, next(tokens)))
        elif words:
            if head:
                yield _step(head, changes)
            head, changes = words.split(" "), []
    if head:
        yield _step(head, changes)


def _step(head: list[str], changes: list[Change]) -> Step:
    commit, *parents, at = [word for word in head if word]
    return Step(commit, datetime.fromisoformat(at), root=not parents, changes=tuple(changes))


def _change(words: str, name: bytes) -> Change:
    """`:100644 100644 BLOB BLOB M`; a null name stands for no file."""
    _, _, before, after, _ = words.split(" ")
    return Change(readable_path(name)[0], _blob(before), _blob(after))


def _blob(name: str) -> str | None:
    return name if name.strip("0") else None
