"""From a path to a Project: the one place where the readers are put together."""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from checklists.apart import can_copy
from checklists.checks.ahead import begin as begin_ahead
from checklists.checks.backend import read_schema
from checklists.checks.project import Project
from checklists.checks.subjects.past_reading import begin
from checklists.collector import without_collector
from checklists.repo import Layout, Snapshot
from checklists.repo.config import read_config
from checklists.repo.history import History
from checklists.repo.layout import find_layout
from checklists.repo.snapshot import read_snapshot
from checklists.sql.questions.known import answers
from checklists.sql.schema import Schema
from checklists.team import read_team
from checklists.ts.build import build_index
from checklists.ts.index import SourceIndex

T = TypeVar("T")


class Stage(StrEnum):
    """What a load is doing, in order."""

    FILES = "files"
    MIGRATIONS = "migrations"
    SOURCES = "sources"
    CHECKS = "checks"


Progress = Callable[[Stage, int, int], None]
"""Told of each stage: how many of how many are done; called with equal numbers when the stage ends."""


def silent(_stage: Stage, _done: int, _total: int) -> None:
    """For a caller whom nobody watches."""


def load_project(
    path: Path,
    *,
    rev: str = "HEAD",
    worktree: bool = False,
    supabase_dir: str | None = None,
    migrations: str | None = None,
    progress: Progress = silent,
    checked: bool = True,
) -> Project:
    """Read one revision of the repo that holds `path`; `checked` says that its checks will be run at once.

    Raises:
        RepositoryError: There is no repo, revision or migration to read, or a choice is the user's to make.
    """
    progress(Stage.FILES, 0, 1)
    snapshot = read_snapshot(path, rev=rev, worktree=worktree)
    progress(Stage.FILES, len(snapshot.files), len(snapshot.files))
    layout = find_layout(snapshot, supabase_dir=supabase_dir, migrations=migrations)
    subject = snapshot.subject
    history = History(snapshot.root, subject.commit, layout.migrations, dirty=subject.dirty)
    if checked:
        begin(history)  # the longest of all that is asked: known when the checks ask
    return assemble(snapshot, layout, progress, history, checked=checked)


@without_collector()
def assemble(
    snapshot: Snapshot,
    layout: Layout,
    progress: Progress = silent,
    history: History | None = None,
    *,
    checked: bool = False,
) -> Project:
    """Read a snapshot that is at hand; damage in a file becomes a gap that names it.

    Args:
        snapshot: The files.
        layout: What they are for.
        progress: Told of each stage.
        history: What led to them, None where they come from no repository.
        checked: The checks will be run at once.

    Raises:
        CountersealError: What the team wrote for its reviews cannot be read.
    """
    team = read_team(snapshot)
    config = read_config(snapshot, layout.config)

    def read() -> Schema:
        return read_schema(snapshot, layout, config)

    def project(schema: Schema, sources: SourceIndex) -> Project:
        return Project(snapshot, layout, schema, sources, config.values, history, team, team.config.facts)

    if checked and can_copy():
        begun = begin_ahead(read, project)
        sources = _told(progress, Stage.SOURCES, len(layout.sources), lambda: build_index(snapshot, layout))
        ahead = _told(progress, Stage.MIGRATIONS, len(layout.migrations), begun)
        answers(ahead.schema).update(ahead.answers)
        return replace(project(ahead.schema, sources), ahead=ahead)
    schema = _told(progress, Stage.MIGRATIONS, len(layout.migrations), read)
    sources = _told(progress, Stage.SOURCES, len(layout.sources), lambda: build_index(snapshot, layout))
    return project(schema, sources)


def _told(progress: Progress, stage: Stage, total: int, work: Callable[[], T]) -> T:
    progress(stage, 0, total)
    done = work()
    progress(stage, total, total)
    return done
