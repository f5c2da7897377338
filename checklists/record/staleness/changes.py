"""What happened since the reviewer's last record: which answers went stale, and the diff that did it."""

from dataclasses import dataclass
from pathlib import Path

from checklists.checks.project import Project
from checklists.record.staleness.again import last_record, states_at
from checklists.record.staleness.states import ItemState, State
from checklists.repo.diffs import diff
from checklists.repo.git_command import GitFailure
from checklists.repo.git_objects import ObjectStore, object_store
from checklists.repo.repository import open_repository

LONGEST = 200_000
"""Characters of a diff; what comes after is told as cut."""


@dataclass(frozen=True, slots=True)
class StaleGroup:
    """Items that went stale together: why in words, the files that changed, and their diff."""

    because: str
    items: tuple[str, ...]
    paths: tuple[str, ...] = ()
    diff: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """Since a record, by its id and commit; `new` items it did not answer, `kept` still hold."""

    record: str
    commit: str
    causes: tuple[StaleGroup, ...]
    new: tuple[str, ...]
    kept: int


def changes_since(project: Project) -> Changes | None:
    """The changes at the project's commit; None where the reviewer has sealed nothing before.

    Raises:
        CountersealError: The last record is not as the reviewer signed it, or the repo cannot be read.
    """
    root = Path(project.snapshot.root)
    found = last_record(root)
    if found is None:
        return None
    record, candidate = found
    states = states_at(record, candidate, project)
    with object_store(open_repository(root)) as store:
        here = project.snapshot.subject.commit
        causes = tuple(_cause(store, record.subject.commit, here, each) for each in _together(states))
    new = tuple(each.item for each in states if each.state is State.NEW)
    kept = sum(each.state in (State.VALID, State.CARRIED) for each in states)
    return Changes(record.record_id, record.subject.commit, causes, new, kept)


def _together(states: tuple[ItemState, ...]) -> tuple[StaleGroup, ...]:
    """The stale items by what made them so, those that share the most items first."""
    groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for each in states:
        if each.state is State.STALE:
            groups.setdefault((each.because, each.paths), []).append(each.item)
    causes = (StaleGroup(because, tuple(items), paths) for (because, paths), items in groups.items())
    return tuple(sorted(causes, key=lambda cause: -len(cause.items)))


def _cause(store: ObjectStore, before: str, after: str, cause: StaleGroup) -> StaleGroup:
    if not cause.paths:
        return cause
    try:
        store.attempt("cat-file", "-e", f"{before}^{{commit}}")
    except GitFailure:
        return StaleGroup(
            cause.because, cause.items, cause.paths, f"{before[:12]} is not in this clone: no diff.\n"
        )
    text = diff(store, before, after, cause.paths)
    cut = f"{text[:LONGEST]}\n… ({len(text) - LONGEST} more characters)\n" if len(text) > LONGEST else text
    return StaleGroup(cause.because, cause.items, cause.paths, cut)
