"""What led to the revision under review; git is asked when a part of it is first looked at."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from checklists.errors import RepositoryError
from checklists.repo.commit_log import Step, steps
from checklists.repo.git_command import GitFailure, run_git
from checklists.repo.git_objects import ObjectStore, object_store
from checklists.repo.repository import open_repository
from checklists.repo.source_file import readable_path

# The branch that others deploy from, by the first of these that there is.
_DEFAULT_BRANCHES = (
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
)
# After so long on the default branch a migration is taken for applied.
_SETTLED = timedelta(days=14)


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
        default branch those that came in with the newest one, if that was not long before the commit: what
        has lain there for weeks has been applied. Where all came in at once, the last alone.
        """
        if self.empty or not self.migrations:
            return frozenset(self.migrations)
        uncommitted = self._missing_from(self.commit) if self.dirty else frozenset()
        if self.base is not None:
            return uncommitted | self._missing_from(self.base)
        return uncommitted or self._newest()

    @cached_property
    def before(self) -> Mapping[str, str]:
        """The migrations as they were before this change: blobs by path, those that it removes among them.

        On the default branch the change is the commit itself, whatever others did before it.
        """
        if self.empty or not self.migrations:
            return {}
        if self.base is not None or self.dirty:
            return self._listing(self.base or self.commit)
        changing = bool(self.steps) and self.steps[0].commit == self.commit
        return _replayed(self.steps[1:] if changing else self.steps)

    @cached_property
    def last_added(self) -> tuple[frozenset[str], Mapping[str, str]]:
        """The migrations that came in last, however long ago, and what was there before them."""
        ours = frozenset(self.migrations)
        for number, step in enumerate(self.steps):
            if added := frozenset(c.path for c in step.changes if c.before is None) & ours:
                return added, _replayed(self.steps[number + 1 :])
        return frozenset(), {}

    @cached_property
    def at(self) -> datetime:
        """When the commit was made."""
        with self.store() as store:
            said = store.git("show", "-s", "--no-show-signature", "--format=%cI", self.commit)
        return datetime.fromisoformat(said.decode().strip())

    @cached_property
    def released(self) -> Mapping[str, str]:
        """The migrations that are still there, as they were a day after they had come in: blobs by path."""
        return _replayed(self.steps, grace=timedelta(days=1))

    def texts(self, blobs: Iterable[str]) -> Mapping[str, str]:
        """What the blobs hold; those that are not in this clone are left out."""
        with self.store() as store:
            return {blob: data.decode("utf-8-sig", "replace") for blob, data in store.blobs(blobs)}

    def _listing(self, commit: str) -> dict[str, str]:
        with self.store() as store:
            entries = store.entries(commit, self.folder or ".")
        return {readable_path(each.name)[0]: each.blob for each in entries if not each.is_submodule}

    def _missing_from(self, commit: str) -> frozenset[str]:
        return frozenset(self.migrations) - self._listing(commit).keys()

    def _newest(self) -> frozenset[str]:
        ours = frozenset(self.migrations)
        added = ((step, frozenset(c.path for c in step.changes if c.before is None)) for step in self.steps)
        step, newest = next(
            ((step, paths & ours) for step, paths in added if paths & ours), (None, frozenset())
        )
        if step is not None and self.at - step.at > _SETTLED:
            return frozenset()
        return newest if newest != ours else frozenset(self.migrations[-1:])


def _replayed(steps: Iterable[Step], grace: timedelta | None = None) -> dict[str, str]:
    """The files that the steps (newest first) leave, or those as they were so long after they had come in."""
    files: dict[str, tuple[str, datetime]] = {}
    for step in reversed(tuple(steps)):
        for change in step.changes:
            known = files.get(change.path)
            if change.after is None:
                files.pop(change.path, None)
            elif known is None or grace is None or step.at - known[1] <= grace:
                files[change.path] = (change.after, known[1] if known else step.at)
    return {path: blob for path, (blob, _) in files.items()}
