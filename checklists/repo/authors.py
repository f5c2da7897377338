"""Who wrote a change, as its commits say; nothing but a signed commit would prove it."""

import re
from collections import defaultdict
from collections.abc import Iterable

from checklists.repo.git_objects import ObjectStore

_ADDRESS = re.compile(r"<([^<>\s]+)>")
_ASKED = "--format=%H%n%ae%n%(trailers:key=Co-authored-by,valueonly)%x00"
# Each parent of a merge, no rename that would hide where a file came from, submodules whatever a repo says.
_TOUCHED = ("-m", "--root", "--raw", "-z", "--no-abbrev", "--no-renames", "--ignore-submodules=none")
_COMMIT = re.compile(rb"[0-9a-f]{40,64}")


def authors_of(store: ObjectStore, base: str, head: str, records: re.Pattern[bytes]) -> frozenset[str]:
    """The addresses, in lower case, of authors and co-authors of the commits from base to head.

    A commit whose every path is one of `records` makes nobody an author; one that touches anything else does,
    and so do an empty one and a merge that brings anything else in. Where head holds nothing that base does
    not, it is merged already: the authors of head itself.

    Raises:
        RepositoryError: A commit is missing, so that an author could be.
    """
    asked: tuple[str, ...] = (f"{base}..{head}",)
    found = _authors(store, *asked)
    if not found:
        asked = ("-1", head)
        found = _authors(store, *asked)
    touched = _touched(store, *asked)
    wrote = (names for commit, names in found.items() if not _only(records, touched[commit]))
    return frozenset(name.lower() for names in wrote for name in names if name)


def _only(records: re.Pattern[bytes], paths: Iterable[bytes]) -> bool:
    every = tuple(paths)
    return bool(every) and all(records.fullmatch(path) for path in every)


def _authors(store: ObjectStore, *commits: str) -> dict[str, set[str]]:
    """By commit, its author and co-authors."""
    said = store.git("log", "--no-mailmap", _ASKED, *commits).decode("utf-8", "replace")
    found = {}
    for text in said.split("\0"):
        commit, *lines = text.strip().splitlines() or [""]
        author, *trailers = lines or [""]
        if commit:
            found[commit] = {author, *(each for line in trailers for each in _ADDRESS.findall(line))}
    return found


def _touched(store: ObjectStore, *commits: str) -> defaultdict[str, set[bytes]]:
    """By commit, every path that differs from one of its parents.

    Paths are told from commits by what stands before them: a file may be named like a commit.
    """
    found: defaultdict[str, set[bytes]] = defaultdict(set)
    parts = iter(store.git("log", *_TOUCHED, "--format=%H", *commits).split(b"\0"))
    commit = ""
    for part in parts:
        words = part.strip()
        if words.startswith(b":"):
            found[commit].add(next(parts, b""))
        elif _COMMIT.fullmatch(words):
            commit = words.decode()
    return found
