"""What one commit holds, read on demand: its names, its files, and how git lists them."""

from pathlib import Path

from checklists.errors import RepositoryError
from checklists.repo.git_command import GitFailure, run_git


def commit_named(root: Path, rev: str) -> tuple[str, str] | None:
    """The full names of a revision's commit and tree, or None where the repo has no such commit."""
    try:
        asked = ("rev-parse", "--verify", "--quiet", "--end-of-options")
        commit = run_git(root, *asked, f"{rev}^{{commit}}").decode().strip()
        return commit, run_git(root, *asked, f"{commit}^{{tree}}").decode().strip()
    except GitFailure:
        return None


def list_scope(root: Path, commit: str, scope: tuple[str, ...]) -> bytes:
    """What `git ls-tree -rz --full-tree COMMIT -- SCOPE` prints: mode, type, blob and path of each file.

    Raises:
        RepositoryError: git cannot list the commit.
    """
    try:
        return run_git(root, "ls-tree", "-rz", "--full-tree", commit, "--", *scope)
    except GitFailure as failure:
        raise RepositoryError(
            f"git cannot list commit {commit[:12]} of {root}: {failure}.", "Check it with `git fsck`."
        ) from None


def file_at(root: Path, commit: str, path: str) -> bytes | None:
    """The bytes of a file of a commit, or None where the commit has none."""
    try:
        return run_git(root, "cat-file", "blob", f"{commit}:{path}")
    except GitFailure:
        return None
