"""Git, through GitPython: finds a repository, resolves a revision, lists its tree and reads its blobs.

Objects are read through an empty repository of our own that borrows the other's object store, so that nothing
the repository under review configures (hooks, filters, fsmonitor, partial-clone remotes) has a say.
"""

import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO

from checklists.errors import RepositoryError

if TYPE_CHECKING:
    from git import Git

# Protocols, prompts, locks and replacements that a read has no use for. GIT_ALLOW_PROTOCOL outranks any
# configuration; only git 2.45 and newer know GIT_NO_LAZY_FETCH.
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_ASKPASS": "",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "SSH_ASKPASS": "",
}
_OPTIONS = (
    "--no-pager",
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.untrackedCache=false",
    "-c", "credential.helper=",
    "-c", "protocol.allow=never",
)  # fmt: skip
# What `git rev-parse --local-env-vars` lists: git sets them for its hooks, about another repository than the
# path that was named.
_LOCAL_VARIABLES = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_CONFIG", "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS", "GIT_DIR", "GIT_GRAFT_FILE", "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX", "GIT_NO_REPLACE_OBJECTS", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE", "GIT_WORK_TREE",
)  # fmt: skip
_ENVIRONMENT_LOCK = Lock()
_UNUSABLE_REVISION = re.compile(r"^-|[\x00-\x1f\x7f]|^$")


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository on disk: `root` is the top of its work tree, or the git folder of a bare one.

    `inside` is the folder of the path that was named, relative to `root`, empty for the root itself.
    """

    root: Path
    git_dir: Path
    objects: Path
    object_format: str
    bare: bool
    inside: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a tree; `size` is None where the object is not in this clone or is a submodule's commit."""

    mode: str
    blob: str
    size: int | None
    name: bytes

    @property
    def is_link(self) -> bool:
        """A symbolic link: its blob holds the path it points to."""
        return self.mode == "120000"

    @property
    def is_submodule(self) -> bool:
        """A commit of another repository."""
        return self.mode == "160000"


class GitFailure(Exception):
    """Git ended with an error: its words, for a caller that knows what they mean."""


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
    inside = here.relative_to(root).as_posix() if here.is_relative_to(root) else ""
    return Repository(
        root=root,
        git_dir=Path(git_dir),
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
        answer = run_git(repository.git_dir, "rev-parse", "--verify", "--quiet", f"{rev}^{{commit}}")
    except GitFailure:
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


@contextmanager
def object_store(repository: Repository) -> Iterator["ObjectStore"]:
    """The objects of a repository, without its configuration."""
    with tempfile.TemporaryDirectory(prefix="counterseal-") as folder:
        bare = Path(folder)
        (bare / "refs").mkdir()
        (bare / "objects").mkdir()
        (bare / "HEAD").write_text("ref: refs/heads/none\n")
        version, extension = (0, "")
        if repository.object_format != "sha1":
            version, extension = 1, f"[extensions]\n\tobjectFormat = {repository.object_format}\n"
        (bare / "config").write_text(
            f"[core]\n\trepositoryFormatVersion = {version}\n\tbare = true\n{extension}"
        )
        yield ObjectStore(bare, repository)


@dataclass(frozen=True, slots=True)
class ObjectStore:
    """Reads trees and blobs; `folder` is the empty repository that borrows the other's objects."""

    folder: Path
    repository: Repository

    def tree_of(self, commit: str) -> str:
        """The full name of a commit's tree."""
        return self._git("rev-parse", "--verify", f"{commit}^{{tree}}").decode().strip()

    def entries(self, commit: str) -> list[Entry]:
        """Every file, link and submodule of a commit."""
        listing = self._git("ls-tree", "-r", "-z", "-l", "--full-tree", commit)
        return [_entry(line) for line in listing.split(b"\0") if line]

    def blobs(self, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """The contents of blobs, in the order asked for, from one git process."""
        with tempfile.TemporaryFile() as asked:
            asked.write("".join(f"{name}\n" for name in names).encode())
            asked.seek(0)
            answer = self._git("cat-file", "--batch", "--buffer", stdin=asked)
        start = 0
        while start < len(answer):
            end = answer.index(b"\n", start)
            name, _, kind = answer[start:end].decode().partition(" ")
            start = end + 1
            if kind.startswith("blob "):
                size = int(kind[5:])
                yield name, answer[start : start + size]
                start += size + 1

    def _git(self, *arguments: str, stdin: BinaryIO | None = None) -> bytes:
        environment = {"GIT_DIR": str(self.folder), "GIT_OBJECT_DIRECTORY": str(self.repository.objects)}
        try:
            return run_git(self.folder, *arguments, stdin=stdin, environment=environment)
        except GitFailure as failure:
            raise RepositoryError(
                f"{self.repository.root}: git cannot read its objects: {failure}",
                "Check it with `git fsck`; a partial clone first needs `git fetch --refetch --no-filter`.",
            ) from None


def run_git(
    folder: Path, *arguments: str, stdin: BinaryIO | None = None, environment: dict[str, str] | None = None
) -> bytes:
    """What a git command that only reads prints, run in `folder`.

    Raises:
        GitFailure: It ended with an error.
        RepositoryError: There is no git.
    """
    git = _git_python()(str(folder))
    command: Sequence[str] = [
        git.GIT_PYTHON_GIT_EXECUTABLE or "git",
        *_OPTIONS,
        "-C",
        str(folder),
        *arguments,
    ]
    with _environment_of_the_path():
        status, output, words = git.execute(
            command,
            istream=stdin,
            with_extended_output=True,
            with_exceptions=False,
            stdout_as_string=False,
            strip_newline_in_stdout=False,
            env=_ENVIRONMENT | (environment or {}),
        )
    if status:
        raise GitFailure(words.strip())
    return output


def _git_python() -> type["Git"]:
    try:
        # Importing GitPython runs `git --version`, and fails where there is no git.
        from git import Git  # noqa: PLC0415
    except ImportError as error:
        raise RepositoryError(
            "git was not found, so no revision can be read.", "Install git and make sure that it is on PATH."
        ) from error
    return Git


@contextmanager
def _environment_of_the_path() -> Iterator[None]:
    """Takes away what a hook's environment says of a repository: GitPython hands on all of os.environ."""
    with _ENVIRONMENT_LOCK:
        taken = {name: os.environ.pop(name) for name in _LOCAL_VARIABLES if name in os.environ}
        try:
            yield
        finally:
            os.environ.update(taken)


def _work_tree(here: Path) -> Path:
    """The nearest folder that holds `.git`, which must be what git takes for the top of the work tree.

    A `core.worktree` that points elsewhere could name any folder of this machine.
    """
    top = next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
    said = run_git(here, "rev-parse", "--show-toplevel").decode(errors="surrogateescape").rstrip("\n")
    if Path(said).resolve() != top:
        raise RepositoryError(
            f"{top} says that its work tree is {said}, elsewhere on this machine.",
            "Remove core.worktree from the repository's configuration, or name the work tree itself.",
        )
    return top


def _entry(line: bytes) -> Entry:
    facts, _, name = line.partition(b"\t")
    mode, _, blob, size = facts.decode().split()
    return Entry(mode, blob, int(size) if size.isdigit() else None, name)


def _not_opened(path: Path, words: str) -> RepositoryError:
    if "dubious ownership" in words:
        return RepositoryError(
            f"{path} belongs to another user, and git refuses to read it.",
            f"If you trust it: git config --global --add safe.directory {path.resolve()}",
        )
    if "safe.bareRepository" in words:
        return RepositoryError(f"{path} is a bare repository, which your git is set up to refuse.", words)
    if "not a git repository" in words:
        return RepositoryError(
            f"{path} is not in a git repository.",
            "Name a folder of one; or run `git init` there and commit, for a review is of one commit.",
        )
    return RepositoryError(f"{path}: git cannot open the repository: {words}", "Check it with `git status`.")
