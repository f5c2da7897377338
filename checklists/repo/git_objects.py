"""Lists a commit's tree and reads its blobs.

Objects are read through an empty repository of our own that borrows the other's object store, so that nothing
the repository under review configures (hooks, filters, fsmonitor, partial-clone remotes) has a say.
"""

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from checklists.errors import RepositoryError
from checklists.repo.git_command import GitFailure, run_git, started
from checklists.repo.repository import Repository
from checklists.repo.sieve import Mark, sifted

if TYPE_CHECKING:
    from subprocess import Popen

_BLOB = re.compile(r"^blob (\S+) (\d+)$", re.MULTILINE)
_COMMIT_NAME = re.compile(rb"(?:[0-9a-f]{40}|[0-9a-f]{64})\n")


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


@contextmanager
def object_store(repository: Repository, *, writes: bool = False) -> Iterator["ObjectStore"]:
    """The objects of a repository, without its configuration; what is written is gone at the end."""
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
        (bare / "shallow").write_bytes(b"".join(_shallow(repository)))
        if not writes:
            yield ObjectStore(bare, repository, repository.objects)
            return
        (bare / "objects/info").mkdir()
        (bare / "objects/info/alternates").write_bytes(os.fsencode(repository.objects) + b"\n")
        yield ObjectStore(bare, repository, bare / "objects")


def _shallow(repository: Repository) -> list[bytes]:
    """The commits at which a shallow clone ends: git takes their parents for missing without them."""
    try:
        lines = (repository.objects.parent / "shallow").read_bytes().splitlines(keepends=True)
    except OSError:
        return []
    return [line for line in lines if _COMMIT_NAME.fullmatch(line)]


@dataclass(frozen=True, slots=True)
class ObjectStore:
    """Reads trees and blobs; `folder` is the empty repository that borrows the other's objects."""

    folder: Path
    repository: Repository
    objects: Path

    def tree_of(self, commit: str) -> str:
        """The full name of a commit's tree."""
        return self.git("rev-parse", "--verify", f"{commit}^{{tree}}").decode().strip()

    def listing(self, tree: str, scope: Iterable[str]) -> bytes:
        """What `git ls-tree -rz --full-tree TREE -- SCOPE` prints: mode, type, blob and path of each file."""
        return self.git("ls-tree", "-r", "-z", "--full-tree", tree, "--", *scope)

    def file(self, tree: str, path: str) -> bytes | None:
        """The bytes of a file of a tree or commit, or None where it has none."""
        try:
            return self.attempt("cat-file", "blob", f"{tree}:{path}")
        except GitFailure:
            return None

    def entries(self, commit: str, *paths: str) -> list[Entry]:
        """Every file, link and submodule of a commit, or those below the paths."""
        listing = self.git("ls-tree", "-r", "-z", "-l", "--full-tree", commit, *paths)
        return [_entry(line) for line in listing.split(b"\0") if line]

    def blobs(self, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Each blob that is there with its contents, from one git process."""
        answer = self._asked(names, "cat-file", "--batch", "--buffer")
        start = 0
        while start < len(answer):
            end = answer.index(b"\n", start)
            name, kind, *size = answer[start:end].decode().split(" ")
            start = end + 1
            if not size:
                continue  # "missing"
            stop = start + int(size[0])
            if kind == "blob":
                yield name, answer[start:stop]
            start = stop + 1

    def sizes(self, names: Iterable[str]) -> dict[str, int]:
        """The size in bytes of each of them that is a blob of this clone."""
        check = "--batch-check=%(objecttype) %(objectname) %(objectsize)"
        answer = self._asked(names, "cat-file", "--buffer", check).decode()
        return {name: int(size) for name, size in _BLOB.findall(answer)}

    def bearing(self, marks: Iterable[Mark], names: Iterable[str]) -> dict[str, str]:
        """Those of the blobs that are texts and bear a mark, each with what `sifted` keeps of it."""
        with _names(names) as asked:
            reading = self._started("cat-file", "--batch", "--buffer", stdin=asked)
            found = {
                name: data.decode("utf-8", "replace")
                for name, data in sifted(cast("IO[bytes]", reading.stdout), marks)
            }
            _, words = reading.communicate()
        if reading.returncode:
            raise self._unreadable(GitFailure(words.decode("utf-8", "replace").strip(), reading.returncode))
        return found

    def _asked(self, names: Iterable[str], *arguments: str) -> bytes:
        with _names(names) as asked:
            return self.git(*arguments, stdin=asked)

    def git(self, *arguments: str, stdin: BinaryIO | None = None) -> bytes:
        """What a git command that only reads objects prints.

        Raises:
            RepositoryError: It ended with an error.
        """
        try:
            return self.attempt(*arguments, stdin=stdin)
        except GitFailure as failure:
            raise self._unreadable(failure) from None

    def attempt(self, *arguments: str, stdin: BinaryIO | None = None) -> bytes:
        """What a git command that may well fail prints.

        Raises:
            GitFailure: It ended with an error.
        """
        return run_git(self.folder, *arguments, stdin=stdin, environment=self._environment)

    def _started(self, *arguments: str, stdin: BinaryIO) -> "Popen[bytes]":
        return started(self.folder, *arguments, stdin=stdin, environment=self._environment)

    @property
    def _environment(self) -> dict[str, str]:
        return {"GIT_DIR": str(self.folder), "GIT_OBJECT_DIRECTORY": str(self.objects)}

    def _unreadable(self, failure: GitFailure) -> RepositoryError:
        return RepositoryError(
            f"git cannot read the objects of {self.repository.root} ({failure}).",
            "Check it with `git fsck`; a partial clone first needs `git fetch --refetch --no-filter`.",
        )


@contextmanager
def _names(names: Iterable[str]) -> Iterator[BinaryIO]:
    """The names as git reads them from its standard input; a file, since a pipe would fill up."""
    with tempfile.TemporaryFile() as asked:
        asked.write("".join(f"{name}\n" for name in names).encode())
        asked.seek(0)
        yield asked


def _entry(line: bytes) -> Entry:
    facts, _, name = line.partition(b"\t")
    mode, _, blob, size = facts.decode().split()
    return Entry(mode, blob, int(size) if size.isdigit() else None, name)
