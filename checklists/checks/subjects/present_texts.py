"""Every text of the revision in which a secret may stand: sources, and notes and scripts beside them."""

from collections.abc import Iterator

from checklists.checks.project import Project
from checklists.checks.subjects.past_reading import MARKS, files_beside
from checklists.errors import RepositoryError
from checklists.repo.sieve import Sieve


def present_texts(project: Project) -> Iterator[tuple[str, str]]:
    """(path, its lines around marks) of each; without a readable history of the files of the review alone."""
    sieve = Sieve(MARKS)
    for path, file in project.snapshot.files.items():
        if not file.fault:
            yield path, sieve.kept(file.data).decode()
    try:
        found = files_beside(project.history) if project.history is not None else ()
    except RepositoryError:
        return  # the checks of the history say so
    yield from ((file.path, file.text) for file in found if file.path not in project.snapshot.files)
