"""Every text of the revision in which a secret may stand: sources, and notes and scripts beside them."""

from collections.abc import Iterator

from checklists.checks.project import Project
from checklists.checks.subjects.past_reading import files_beside
from checklists.errors import RepositoryError


def present_texts(project: Project) -> Iterator[tuple[str, str]]:
    """(path, text) of each; without a history that git can read, of the files of the review alone."""
    for path, file in project.snapshot.files.items():
        if not file.fault:
            yield path, file.text
    try:
        found = files_beside(project.history) if project.history is not None else ()
    except RepositoryError:
        return  # the checks of the history say so
    yield from ((file.path, file.text) for file in found if file.path not in project.snapshot.files)
