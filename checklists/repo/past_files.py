"""What the texts of earlier commits hold; read are those alone that bear a mark of what is looked for."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

from checklists.repo.commit_log import Step, steps
from checklists.repo.git_objects import ObjectStore
from checklists.repo.history import History
from checklists.repo.sieve import Mark
from checklists.repo.source_file import readable_path

MAX_BYTES = 8 * 1024 * 1024
"""Larger files are counted and not read: data, not what people write."""
MAX_TOTAL = 2 * 1024 * 1024 * 1024
"""What is older than so many bytes is not read; 16,000 commits of a public repo hold 1.3 GB of text."""
# Pictures, archives, and what a package manager writes: large, and no place for what people write.
NO_TEXT = re.compile(
    r"(?:^|/)(?:node_modules/.*|package-lock\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|deno\.lock|cargo\.lock)$"
    r"|\.(?:png|jpe?g|gif|webp|avif|ico|svg|bmp|woff2?|ttf|otf|eot|mp[34]|mov|webm|wav|pdf|zip|t?gz|br|wasm|map|jar)$",
    re.IGNORECASE,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PastFile(Generic[T]):
    """A file that some commit holds, under this path among others, and what was found in it."""

    path: str
    blob: str
    found: tuple[T, ...]


@dataclass(frozen=True, slots=True)
class Past(Generic[T]):
    """`files` are those in which something was found, newest first; `read` counts all that were looked into.

    `too_old`, `too_large` and `missing` count those that were not: for the bound on all, for the bound on
    one, and for they are not in this clone.
    """

    files: tuple[PastFile[T], ...]
    read: int
    too_old: int = 0
    too_large: int = 0
    missing: int = 0


def past_files(history: History, marks: tuple[Mark, ...], look: Callable[[str], tuple[T, ...]]) -> Past[T]:
    """What `look` finds in the text of any commit up to the revision.

    Args:
        history: The commits.
        marks: A text that bears none of them is not looked into.
        look: From the text, its lines far from marks left empty, to what is found in it.

    Raises:
        RepositoryError: git cannot read the commits.
    """
    if history.empty:
        return Past((), 0)
    with history.store() as store:
        paths, missing = _reachable(store, history.commit)
        sizes = store.sizes(paths)
        fitting = [blob for blob, size in sizes.items() if size <= MAX_BYTES]
        wanted = tuple(_within(fitting, sizes, MAX_TOTAL))
        texts = store.bearing(marks, wanted)
    files = (PastFile(paths[blob], blob, look(text)) for blob, text in texts.items())
    found = tuple(file for file in files if file.found)
    left_out = len(sizes) - len(fitting)
    return Past(found, len(wanted), len(fitting) - len(wanted), left_out, missing)


def introduced(history: History, files: Iterable[PastFile[T]]) -> Mapping[str, Step]:
    """By blob, the first commit that held it at its path; a file that only a merge brought is left out.

    Raises:
        RepositoryError: git cannot read the commits.
    """
    paths = {file.path for file in files}
    if not paths:
        return {}
    with history.store() as store:
        log = steps(store, history.commit, *sorted(paths), first_parent=False)
    return {change.after: step for step in log for change in step.changes if change.after}


def _reachable(store: ObjectStore, commit: str) -> tuple[dict[str, str], int]:
    """Paths by the name of what lies there (folders as well), newest first, and how many are not here."""
    paths: dict[str, str] = {}
    missing = 0
    text_path = cache(_text_path)
    for line in store.git("rev-list", "--objects", "--missing=print", commit).splitlines():
        name, _, path = line.partition(b" ")
        if name.startswith(b"?"):
            missing += 1
        elif path and (shown := text_path(path)):
            paths[name.decode()] = shown
    return paths, missing


def _text_path(path: bytes) -> str | None:
    shown, _ = readable_path(path)
    return None if NO_TEXT.search(shown) else shown


def _within(blobs: Iterable[str], sizes: Mapping[str, int], most: int) -> Iterator[str]:
    total = 0
    for blob in blobs:
        total += sizes[blob]
        if total > most:
            return
        yield blob
