"""The files of a work tree as they lie, tracked or new but not ignored; nothing outside of it is opened."""

import hashlib
import os
import stat
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from checklists.errors import RepositoryError
from checklists.repo.git_command import GitFailure, run_git
from checklists.repo.git_objects import object_store
from checklists.repo.repository import Repository, resolve
from checklists.repo.selection import MAX_BYTES, MAX_TOTAL, is_read
from checklists.repo.source_file import (
    NAME_NOT_UTF8,
    SYMBOLIC_LINK,
    TOO_LARGE,
    TOO_MUCH,
    VANISHED,
    SourceFile,
    readable_path,
    source_file,
    unread,
)

_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies in a work tree."""

    paths: frozenset[str]
    files: dict[str, SourceFile]
    submodules: tuple[str, ...]


def head(repository: Repository) -> tuple[str, str]:
    """The commit and tree that the work tree started from; git's null name where there is no commit yet."""
    try:
        commit = resolve(repository, "HEAD")
    except RepositoryError:
        null = "0" * (64 if repository.object_format == "sha256" else 40)
        return null, null
    with object_store(repository) as store:
        return commit, store.tree_of(commit)


def read(repository: Repository) -> Listing:
    """Read the files of a work tree.

    Raises:
        RepositoryError: The repository is bare, or its index cannot be read.
    """
    if repository.bare:
        raise RepositoryError(
            f"{repository.root} is a bare repository and has no work tree.",
            "Review a revision of it: --rev main",
        )
    tree = _Tree(repository)
    paths: set[str] = set()
    files: dict[str, SourceFile] = {}
    submodules = []
    for name in _names(repository):
        path, decodable = readable_path(name)
        kind = tree.kind(name)
        if kind == stat.S_IFDIR:
            submodules.append(path.rstrip("/"))
        if kind not in (stat.S_IFREG, stat.S_IFLNK):
            continue
        paths.add(path)
        if is_read(path) and not decodable:
            files[path] = unread(path, "", NAME_NOT_UTF8)
        elif is_read(path) and path not in files:
            files[path] = unread(path, "", SYMBOLIC_LINK) if kind == stat.S_IFLNK else tree.file(name, path)
    return Listing(frozenset(paths), files, tuple(submodules))


def _names(repository: Repository) -> list[bytes]:
    asked = ("--cached", "--others", "--exclude-standard", "--deduplicate", "-z")
    try:
        answer = run_git(repository.root, "ls-files", *asked)
    except GitFailure as failure:
        raise RepositoryError(
            f"git cannot list the work tree {repository.root} ({failure}).", "Check it with `git status`."
        ) from None
    return [name for name in answer.split(b"\0") if name]


class _Tree:
    """Opens files below one folder, and only through real folders."""

    def __init__(self, repository: Repository) -> None:
        self._root = repository.root
        self._digest = repository.object_format
        self._is_real_folder = cache(self._look_at_folder)
        self._read = 0

    def kind(self, name: bytes) -> int | None:
        """The file's type bits; None where it is gone, or where a folder of its path is a link."""
        path = self._root / os.fsdecode(name)
        if not self._is_real_folder(path.parent):
            return None
        try:
            return stat.S_IFMT(path.lstat().st_mode)
        except OSError:
            return None

    def file(self, name: bytes, path: str) -> SourceFile:
        """The file's contents, or why there are none: what has become a link or a device is not read."""
        try:
            descriptor = os.open(self._root / os.fsdecode(name), _OPEN)
        except OSError:
            return unread(path, "", VANISHED)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return unread(path, "", VANISHED)
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            return unread(path, "", TOO_LARGE)
        if self._read + len(data) > MAX_TOTAL:
            return unread(path, "", TOO_MUCH)
        self._read += len(data)
        return source_file(path, self._blob(data), data)

    def _blob(self, data: bytes) -> str:
        """The name that git would give these bytes, unless a filter changes them first."""
        return hashlib.new(self._digest, b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()

    def _look_at_folder(self, folder: Path) -> bool:
        if folder == self._root:
            return True
        if not self._is_real_folder(folder.parent):
            return False
        try:
            return stat.S_ISDIR(folder.lstat().st_mode)
        except OSError:
            return False
