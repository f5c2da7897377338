"""Files of a revision that are no sources, and bear a mark of what is looked for."""

from dataclasses import dataclass

from checklists.repo.history import History
from checklists.repo.past_files import NO_TEXT
from checklists.repo.selection import is_read
from checklists.repo.sieve import Mark
from checklists.repo.source_file import readable_path

MAX_BYTES = 1024 * 1024
"""Larger ones are data; notes, scripts and settings are smaller."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A note, script or settings file of the revision, and its lines around marks at their places."""

    path: str
    blob: str
    text: str


def beside(history: History, marks: tuple[Mark, ...]) -> tuple[Beside, ...]:
    """Those of the revision that bear a mark, by path; pictures, archives and lock files are left out.

    Raises:
        RepositoryError: git cannot read them.
    """
    if history.empty:
        return ()
    with history.store() as store:
        paths: dict[str, list[str]] = {}
        for entry in store.entries(history.commit):
            path, _ = readable_path(entry.name)
            small = entry.size is not None and entry.size <= MAX_BYTES
            if small and not (entry.is_link or is_read(path) or NO_TEXT.search(path)):
                paths.setdefault(entry.blob, []).append(path)
        texts = store.bearing(marks, paths)
    found = (Beside(path, blob, text) for blob, text in texts.items() for path in paths[blob])
    return tuple(sorted(found, key=lambda each: each.path))
