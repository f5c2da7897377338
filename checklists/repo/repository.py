"""Finds the repository that holds a path, and the commit that a revision stands for."""

import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from checklists.errors import RepositoryError
from checklists.repo.git_command import GitFailure, run_git

_UNUSABLE_REVISION = re.compile(r"^-|[\x00-\x1f\x7f]|^$")


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository on disk: `root` is the top of its work tree, or the git folder of a bare one.

    `inside` is the folder of the path that was named, relative to `root`, empty for the root itself.
    """

    root: Path
    objects: Path
    object_format: str
    bare: bool
    inside: str


def open_repository(path: Path) -> Repository:
    """Find the repository that holds `path`.

    Raises:
        RepositoryError: There is no such path, no repository around it, none that git trusts, or no git.
    """
    here = path.expanduser()
    if not here.exists():
        raise RepositoryError(f"{path} does not exist.", "Name the folder of a git repository.")
    here = (here if here.is_dir() else here.parent).resolve()
    asked = ("--is-bare-repository", "--absolute-git-dir", "--git-path", "objects", "--show-object-format")
    try:
        answer = run_git(here, "rev-parse", *asked).decode(errors="surrogateescape").splitlines()
    except GitFailure as failure:
        raise _not_opened(path, str(failure)) from None
    bare, git_dir, objects, object_format = answer
    root = Path(git_dir) if bare == "true" else _work_tree(here)
    inside = here.relative_to(root).as_posix() if here.is_relative_to(root) else "."
    return Repository(
        root=root,
        objects=(here / objects).resolve(),
        object_format=object_format,
        bare=bare == "true",
        inside="" if inside == "." else inside,
    )


def resolve(repository: Repository, rev: str) -> str:
    """The full name of the commit that `rev` stands for.

    Raises:
        RepositoryError: It names no commit, or could be taken for an option.
    """
    if _UNUSABLE_REVISION.search(rev):
        raise RepositoryError(
            f"{rev!r} cannot be the name of a revision.", "Name a branch, a tag or a commit: --rev main"
        )
    try:
        answer = run_git(repository.root, "rev-parse", "--verify", "--quiet", f"{rev}^{{commit}}")
    except GitFailure as failure:
        if "could not fetch" in str(failure):
            raise RepositoryError(
                f"{rev!r} is not in this partial clone of {repository.root}.", f"git fetch origin {rev}"
            ) from None
        if rev == "HEAD":
            raise RepositoryError(
                f"{repository.root} has no commit yet, so there is nothing to review.",
                "Commit the migrations, or review the files as they lie with --worktree.",
            ) from None
        raise RepositoryError(
            f"{rev!r} is not a revision of {repository.root}.",
            "`git branch --all` and `git tag` list its names; a shallow clone holds only the newest commits.",
        ) from None
    return answer.decode().strip()


def resolve_base(repository: Repository, name: str) -> str:
    """The full name of the commit of what a change goes into.

    git takes a tag before a branch of the same name, and who may push tags need not be who may push there.

    Raises:
        RepositoryError: As `resolve`, or a tag and a branch, or two branches, have the name.
    """
    meant = _references(repository, re.split(r"[~^@:]", name, maxsplit=1)[0])
    if len(meant) > 1:
        raise RepositoryError(
            f"{name} could mean {' or '.join(meant)}, so it is not known what the change goes into.",
            f"Name one of them in full, such as {meant[-1]}, or delete the other.",
        )
    return resolve(repository, name)


def _references(repository: Repository, name: str) -> list[str]:
    """Every reference that a short name could stand for."""
    full = [f"refs/{kind}/{name}" for kind in ("tags", "heads", "remotes")]
    try:
        said = run_git(repository.root, "for-each-ref", "--format=%(refname)", *full)
    except GitFailure:
        return []
    there = said.decode("utf-8", "replace").splitlines()
    return [each for each in full if each in there]


def private_folder(path: Path) -> Path | None:
    """Where a tool may keep its own files under git's directory (`--git-path`); None outside of a repo."""
    try:
        root = open_repository(path).root
        said = run_git(root, "rev-parse", "--git-path", "counterseal")
    except (RepositoryError, GitFailure):
        return None
    return Path(os.path.normpath(root / os.fsdecode(said).rstrip("\n")))


def _work_tree(here: Path) -> Path:
    """The nearest folder that holds `.git`, which must be what git takes for the top of the work tree.

    A `core.worktree` that points elsewhere could name any folder of this machine.
    """
    top = next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
    try:
        said = run_git(here, "rev-parse", "--show-toplevel").decode(errors="surrogateescape").rstrip("\n")
    except GitFailure:
        raise RepositoryError(f"{here} lies in git's own folder.", f"Name the work tree: {top}") from None
    if Path(said).resolve() != top:
        raise RepositoryError(
            f"{top} is not the top of a work tree: git says that is {said}.",
            "Name the work tree itself; if the repository's configuration sets core.worktree, remove it.",
        )
    return top


def _git_beside(path: Path) -> Path | None:
    """The nearest `.git`, which git does not take for a repository: it is damaged, or not for this user."""
    here = path.expanduser().resolve()
    return next((folder / ".git" for folder in (here, *here.parents) if (folder / ".git").exists()), None)


def _unreadable(git: Path) -> RepositoryError:
    if os.access(git, os.R_OK | os.X_OK):
        return RepositoryError(
            f"{git} is there, and git does not take it for a repository.",
            "See `git fsck`, or clone it again.",
        )
    return RepositoryError(
        f"{git} cannot be read, so no revision of the repository can be.",
        f"Give yourself the right to read it; who has it: ls -ld {shlex.quote(str(git))}",
    )


def _not_opened(path: Path, words: str) -> RepositoryError:
    if "dubious ownership" in words:
        return RepositoryError(
            f"{path} belongs to another user, and git refuses to read it.",
            f"If you trust it: git config --global --add safe.directory {path.resolve()}",
        )
    if "safe.bareRepository" in words:
        return RepositoryError(
            f"{path} is a bare repository, which your git is set up to refuse.",
            "Review a clone of it, or set safe.bareRepository to all.",
        )
    if "not a git repository" in words and (git := _git_beside(path)):
        return _unreadable(git)
    if "not a git repository" in words:
        return RepositoryError(
            f"{path} is not in a git repository.",
            "Name a folder of one; or run `git init` there and commit, for a review is of one commit.",
        )
    return RepositoryError(f"git cannot open the repository of {path} ({words}).", "See `git status`.")
