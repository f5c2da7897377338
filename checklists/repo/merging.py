"""What merging a revision into its base would give, worked out beside the repository.

Objects are written to a store of our own, without the repository's configuration: no merge driver, filter or
hook of it takes part, and nothing of it is changed.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from checklists.errors import RepositoryError
from checklists.repo.git_command import GitFailure, run_git
from checklists.repo.git_objects import ObjectStore, object_store
from checklists.repo.repository import Repository, resolve, resolve_base
from checklists.repo.source_file import readable_path

_DEFAULT_BASES = (
    "refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main",
    "refs/heads/master",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Merge:
    """The merge of `head` into `base`, full commit names; `tree` is empty where they conflict.

    `store` reads the merged tree, for as long as `merged` is open.
    """

    base: str
    head: str
    tree: str
    conflicts: tuple[str, ...]
    store: ObjectStore


@contextmanager
def merged(repository: Repository, base: str, rev: str) -> Iterator[Merge]:
    """Merge a revision into its base, as git would.

    Raises:
        RepositoryError: One of them is no revision, or git cannot tell where they parted.
    """
    base_commit, head = resolve_base(repository, base), resolve(repository, rev)
    with object_store(repository, writes=True) as store:
        tree, conflicts = _merge(store, base_commit, head)
        yield Merge(base_commit, head, tree, conflicts, store)


def _merge(store: ObjectStore, base: str, head: str) -> tuple[str, tuple[str, ...]]:
    if base == head:
        return store.tree_of(head), ()
    try:
        said = store.attempt("merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", base, head)
    except GitFailure as failure:
        if str(failure):
            raise RepositoryError(
                f"git cannot merge {head[:12]} into {base[:12]} ({failure}).",
                "A shallow clone lacks where they parted: fetch the whole history (fetch-depth: 0).",
            ) from None
        _, *paths = failure.output.split(b"\0")  # status 1: the tree with its conflict marks, then where
        return "", tuple(readable_path(path)[0] for path in paths if path)
    return said.split(b"\0", 1)[0].decode().strip(), ()


def default_base(repository: Repository) -> str | None:
    """The branch that changes go into, as its remote or this clone names it; None where neither does."""
    for name in _DEFAULT_BASES:
        try:
            resolve(repository, name)
        except RepositoryError:
            continue
        return _branch_of(repository, name).removeprefix("refs/remotes/").removeprefix("refs/heads/")
    return None


def _branch_of(repository: Repository, name: str) -> str:
    """The branch that the remote's HEAD stands for, by its own name where that is known."""
    try:
        return run_git(repository.root, "symbolic-ref", "--quiet", name).decode().strip()
    except GitFailure:
        return name


def check_whole(store: ObjectStore, base: str, head: str) -> None:
    """Returns where every commit from base to head is there: what is cut off could hide an author.

    Raises:
        RepositoryError: A shallow clone ends between them.
    """
    ends = set((store.folder / "shallow").read_text("ascii").split())
    cut = ends & set(store.git("rev-list", head, f"^{base}").decode().split()) if ends else set()
    if cut:
        raise RepositoryError(
            f"This shallow clone ends at {min(cut)[:12]}, on the way from {base[:12]} to {head[:12]}.",
            "Who wrote the change cannot be told: fetch the whole history (fetch-depth: 0).",
        )


def merge_base(store: ObjectStore, base: str, head: str) -> str | None:
    """The commit at which two commits parted; None where they share none."""
    try:
        return store.attempt("merge-base", base, head).decode().strip() or None
    except GitFailure:
        return None


def patch_id(store: ObjectStore, before: str, after: str, scope: tuple[str, ...]) -> str | None:
    """Git's stable name for the difference between two commits within a scope; None where there is none."""
    options = ("-r", "-p", "--full-index", "--no-ext-diff", "--no-textconv", "--no-renames")
    with tempfile.TemporaryFile() as patch:
        patch.write(store.git("diff-tree", *options, before, after, "--", *scope))
        patch.seek(0)
        return store.git("patch-id", "--stable", stdin=patch).decode().partition(" ")[0] or None
