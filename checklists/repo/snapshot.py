"""The files of one git revision, as a frozen value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from checklists.repo import worktree as work_tree
from checklists.repo.git_objects import Entry, ObjectStore, object_store
from checklists.repo.repository import open_repository, resolve
from checklists.repo.selection import MAX_BYTES, MAX_TOTAL, is_read
from checklists.repo.source_file import (
    NAME_NOT_UTF8,
    NO_BLOB,
    NOT_IN_CLONE,
    SYMBOLIC_LINK,
    TOO_LARGE,
    TOO_MUCH,
    SourceFile,
    readable_path,
    source_file,
    unread,
)

__all__ = ["Snapshot", "SourceFile", "Subject", "read_snapshot"]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is under review: full SHA-1 or SHA-256 names; `dirty` for a work tree, which cannot be sealed."""

    commit: str
    tree: str
    dirty: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The files of one revision that the review reads; `paths` names every file of the tree, read or not.

    `inside` is the folder of the repo that was named, empty for its root. `submodules` are folders whose
    files belong to another repo and are not read.
    """

    root: str
    subject: Subject
    files: Mapping[str, SourceFile] = field(hash=False)
    paths: frozenset[str] = frozenset()
    inside: str = ""
    submodules: tuple[str, ...] = ()

    @property
    def unread(self) -> tuple[SourceFile, ...]:
        """The files whose text could not be read, by path; each says why."""
        return tuple(sorted((file for file in self.files.values() if file.fault), key=lambda file: file.path))

    def text(self, path: str) -> str | None:
        """The text of a file, or None where the revision has none or it does not decode."""
        file = self.files.get(path)
        return None if file is None or file.fault else file.text


def read_snapshot(
    path: Path,
    rev: str = "HEAD",
    worktree: bool = False,  # noqa: FBT001, FBT002 - reads as the command line's --worktree
) -> Snapshot:
    """Read one revision of the repo that holds `path`; with `worktree`, the files as they lie there now.

    Raises:
        RepositoryError: There is no such path, repository or revision, or git cannot read it.
    """
    repository = open_repository(path)
    if worktree:
        listing = work_tree.read(repository)
        subject = Subject(*work_tree.head(repository), dirty=True)
        paths, files, submodules = listing.paths, listing.files, listing.submodules
    else:
        commit = resolve(repository, rev)
        with object_store(repository) as store:
            subject = Subject(commit, store.tree_of(commit))
            entries = store.entries(commit)
            files = {file.path: file for file in _files(store, entries)}
        paths = frozenset(readable_path(entry.name)[0] for entry in entries if not entry.is_submodule)
        submodules = tuple(readable_path(entry.name)[0] for entry in entries if entry.is_submodule)
    return Snapshot(str(repository.root), subject, files, paths, repository.inside, submodules)


def _files(store: ObjectStore, entries: list[Entry]) -> Iterator[SourceFile]:
    """The files that the review looks into; unreadable ones come last, to outweigh a namesake."""
    wanted: dict[str, list[str]] = {}
    faulty: list[SourceFile] = []
    total = 0
    for entry in entries:
        path, decodable = readable_path(entry.name)
        if entry.is_submodule or not is_read(path):
            continue
        fault = _fault(entry, total) if decodable else NAME_NOT_UTF8
        if fault:
            faulty.append(unread(path, entry.blob, fault))
        else:
            wanted.setdefault(entry.blob, []).append(path)
            total += entry.size or 0
    for blob, data in store.blobs(wanted):
        for path in wanted.pop(blob):
            yield source_file(path, blob, data)
    yield from (unread(path, blob, NO_BLOB) for blob, paths in wanted.items() for path in paths)
    yield from faulty


def _fault(entry: Entry, before: int) -> str:
    if entry.is_link:
        return SYMBOLIC_LINK
    if entry.size is None:
        return NOT_IN_CLONE
    if entry.size > MAX_BYTES:
        return TOO_LARGE
    return TOO_MUCH if before + entry.size > MAX_TOTAL else ""
