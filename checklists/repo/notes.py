"""Git notes: text that hangs on a commit without changing it. Neither pushed nor fetched unless asked for."""

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from checklists.errors import RepositoryError
from checklists.repo.git_command import GitFailure, run_git
from checklists.repo.git_objects import ObjectStore

NOTES_REF = "refs/notes/counterseal"
MOST = 16 * 1024 * 1024
"""Bytes of a note that are read: anybody who may push notes may push a long one."""
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_NONE = 1
"""Git's status where nothing hangs on the commit; what is broken ends with 128."""


def read_note(root: Path, commit: str) -> bytes | None:
    """What hangs on a commit, by its full name; None where nothing does.

    Raises:
        RepositoryError: It is longer than any note of ours, or broken.
    """
    try:
        blob = run_git(root, "notes", f"--ref={NOTES_REF}", "list", commit).decode().strip()
        size = int(run_git(root, "cat-file", "-s", blob))
        if size <= MOST:
            return run_git(root, "cat-file", "blob", blob)
        fault = f"has {size} bytes, which no record has"
    except GitFailure as failure:
        if failure.status == _NONE:
            return None
        fault = f"cannot be read: {failure}"
    hint = "See what it is, and take it out: git notes --ref=counterseal remove COMMIT."
    raise RepositoryError(f"The note on {commit[:12]} {fault}.", hint)


def notes_on(store: ObjectStore, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """The notes of those commits, by their full names, that are wanted; what is too long for one is left out.

    Nothing where the clone has no notes of ours.
    """
    try:
        kept = run_git(store.repository.root, "rev-parse", "--verify", "--quiet", f"{NOTES_REF}^{{commit}}")
    except GitFailure:
        return
    blobs: dict[str, str] = {}
    for entry in store.entries(kept.decode().strip()):
        commit = entry.name.replace(b"/", b"").decode("ascii", "replace")  # git spreads many over folders
        if entry.size is not None and entry.size <= MOST and _COMMIT.fullmatch(commit) and wanted(commit):
            blobs[commit] = entry.blob
    contents = dict(store.blobs(set(blobs.values())))
    yield from ((commit, contents[blob]) for commit, blob in sorted(blobs.items()) if blob in contents)


def write_note(root: Path, commit: str, note: bytes) -> None:
    """Hang these exact bytes on a commit, in the place of what hung there; no hook or editor is run.

    Raises:
        RepositoryError: git cannot write it.
    """
    try:
        with tempfile.TemporaryFile() as file:
            file.write(note)
            file.seek(0)
            blob = run_git(root, "hash-object", "-w", "--no-filters", "--stdin", stdin=file).decode().strip()
        run_git(root, "notes", f"--ref={NOTES_REF}", "add", "-f", "-C", blob, commit)
    except GitFailure as failure:
        raise RepositoryError(
            f"git cannot write a note on {commit[:12]} of {root}: {failure}.",
            "Check that git knows user.name and user.email, and that the repo may be written.",
        ) from None
