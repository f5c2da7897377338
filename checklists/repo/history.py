"""What led to the revision under review; git is asked when a part of it is first looked at."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from checklists.errors import RepositoryError
from checklists.repo.commit_log import Step, steps
from checklists.repo.git_command import GitFailure, run_git
from checklists.repo.git_objects import ObjectStore, object_store
from checklists.repo.repository import open_repository

# The branch that others deploy from, by the first of these that there is.
_DEFAULT_BRANCHES = (
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
)


@dataclass(frozen=True)
class History:
    """The commits up to `commit` of the repository at `root`.

    `migrations` are the revision's migrations in the order in which they are applied, and `dirty` says that
    its files are a work tree's. Every property may raise RepositoryError, where git cannot read the commits.
    """

    root: str
    commit: str
    migrations: tuple[str, ...] = ()
    dirty: bool = False

    @contextmanager
    def store(self) -> Iterator[ObjectStore]:
        """The objects, without the repository's configuration."""
        with object_store(open_repository(Path(self.root))) as store:
            yield store

    @cached_property
    def empty(self) -> bool:
        """Whether there is no commit yet."""
        return not self.commit.strip("0")

    @cached_property
    def folder(self) -> str:
        """The folder of the migrations."""
        return self.migrations[0].rpartition("/")[0] if self.migrations else ""

    @cached_property
    def shallow(self) -> bool:
        """Whether the clone ends before the first commit."""
        with self.store() as store:
            return (store.folder / "shallow").stat().st_size > 0

    @cached_property
    def base(self) -> str | None:
        """The commit at which this branch left the default branch; None on that branch, or without one."""
        if self.empty:
            return None
        asked = ("for-each-ref", "--format=%(refname) %(objectname)", *_DEFAULT_BRANCHES)
        try:
            said = run_git(Path(self.root), *asked).decode("utf-8", "replace")
        except GitFailure:
            return None
        tips = dict(line.split(" ") for line in said.splitlines())
        tip = next((tips[name] for name in _DEFAULT_BRANCHES if name in tips), None)
        if tip is None or re.fullmatch(r"[0-9a-f]{40,64}", tip) is None:
            return None
        with self.store() as store:
            try:
                base = store.git("merge-base", tip, self.commit).decode().strip()
            except RepositoryError:  # no commit in common
                return None
        return base if base != self.commit else None

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The commits that changed the migrations folder, newest first, merges as one step each."""
        if self.empty or not self.migrations:
            return ()
        with self.store() as store:
            return steps(store, self.commit, self.folder or ".")

    @cached_property
    def new(self) -> frozenset[str]:
        """The migrations that this change brings: those whose effect is not in production yet.

        Those that the work tree adds to its commit, and that the branch adds to the default branch; on the
        default branch those that came in with the newest one. Where all came in at once, the last alone.
        """
        if self.empty or not self.migrations:
            return frozenset(self.migrations)
        uncommitted = self._missing_from(self.commit) if self.dirty else frozenset()
        if self.base is not None:
            return uncommitted | self._missing_from(self.base)
        return uncommitted or self._newest()

    def _missing_from(self, commit: str) -> frozenset[str]:
        with self.store() as store:
            listing = store.git(
                "ls-tree", "-r", "-z", "--name-only", "--full-tree", commit, self.folder or "."
            )
        there = {name.decode("utf-8", "replace") for name in listing.split(b"\0")}
        return frozenset(self.migrations) - there

    def _newest(self) -> frozenset[str]:
        ours = frozenset(self.migrations)
        added = (frozenset(c.path for c in step.changes if c.before is None) & ours for step in self.steps)
        newest = next(filter(None, added), frozenset())
        return newest if newest != ours else frozenset(self.migrations[-1:])
