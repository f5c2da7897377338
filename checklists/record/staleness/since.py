"""Which items nothing has touched since a commit: an answer that was given there was given here."""

from collections.abc import Iterable, Mapping

from checklists.checks.project import Project
from checklists.errors import RepositoryError
from checklists.record.scope import entries, is_reviewed
from checklists.record.staleness.states import rests_on
from checklists.repo.git_objects import ObjectStore
from checklists.repo.kinds import kind_of


def untouched(store: ObjectStore, project: Project, commits: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """By commit, the items of which no file that they rest on is another one at the project's commit.

    A commit that is not in this clone vouches for none.
    """
    now = _reviewed(store, project.snapshot.subject.commit)
    folders = frozenset(path.rpartition("/")[0] for path in project.layout.migrations)
    inputs = rests_on(project.team)
    found: dict[str, frozenset[str]] = {}
    for commit in commits:
        try:
            then = _reviewed(store, commit)
        except RepositoryError:
            continue
        differ = {path for path in then.keys() | now.keys() if then.get(path) != now.get(path)}
        kinds = {kind_of(path, folders) for path in differ}
        found[commit] = frozenset(item for item, each in inputs.items() if not each & kinds)
    return found


def _reviewed(store: ObjectStore, commit: str) -> Mapping[str, str]:
    return {path: blob for path, blob in entries(store.listing(commit, ())).items() if is_reviewed(path)}
