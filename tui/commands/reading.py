"""Reads and checks a repo for a command, with a line of progress on a terminal and none in a pipe."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checklists.checks.loading import Progress, Stage, load_project, silent
from checklists.checks.project import Project
from checklists.collector import settle, without_collector
from checklists.errors import RepositoryError
from checklists.review.added import added
from checklists.review.declared import declared
from checklists.review.draft import Draft
from checklists.review.kept import recalled
from checklists.review.scan import Scan, scan
from checklists.review.store import DraftStore
from tui.commands.options import Request, as_last_time, draft_store
from tui.text import visible

if TYPE_CHECKING:
    from checklists.live.named import Named

CLEAR_LINE = "\r\x1b[2K"


def watched() -> bool:
    """Whether somebody sees a line of progress."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


@contextmanager
def progress_line() -> Iterator[Progress]:
    """Tells a stage at a time on standard error, where that is a terminal; the line is gone at the end."""
    if not watched():
        yield silent
        return

    def tell(stage: Stage, done: int, total: int) -> None:
        of = f" {done}/{total}" if total > 1 else ""
        what = "Running" if stage is Stage.CHECKS else "Reading"
        click.echo(f"{CLEAR_LINE}{what} {stage.value}{of} …", err=True, nl=False)

    try:
        yield tell
    finally:
        click.echo(CLEAR_LINE, err=True, nl=False)


def read(asked: Request, tell: Progress, *, checked: bool = True) -> Project:
    """The project that was asked for; `checked` says that its checks will be run at once."""
    project = load_project(
        asked.path, rev=asked.rev, worktree=asked.worktree, supabase_dir=asked.supabase_dir,
        migrations=asked.migrations, progress=tell, checked=checked,
    )  # fmt: skip
    found = added(Path(project.snapshot.root))
    return replace(project, scanners=found) if found else project


def read_as_last_time(asked: Request, tell: Progress) -> tuple[Project, Request]:
    """Read the backend that was reviewed last, or the usual one where the revision lacks it."""
    last = as_last_time(asked)
    try:
        return read(last, tell), last
    except RepositoryError:
        if last == asked:
            raise
        return read(asked, tell), asked


def read_for_proof(asked: Request) -> Project:
    """Read, telling how far it is; what the proof runs beside is not held up by checks."""
    with progress_line() as tell:
        return read(asked, tell, checked=False)


def scan_for(asked: Request, *, kept: bool = False) -> Scan:
    """Read and check; where it may be `kept`, with the proof that was made of this revision before."""
    with without_collector(), progress_line() as tell:
        project = read(asked, tell)
        seen = scan(recalled(project) if kept else project, tell)
        settle()
    return seen


def scan_live(asked: Request, named: "Named | None" = None) -> Scan:
    """Read, prove and check: the schema is what the catalogs hold, of a sandbox or of a database by name."""
    from tui.commands.proving import proven  # noqa: PLC0415 - the database's driver, only where it is asked

    project = proven(read_for_proof(asked), named)
    with without_collector(), progress_line() as tell:
        return scan(project, tell)


@dataclass(frozen=True, slots=True)
class Opened:
    """A scan, and the draft that was laid on it."""

    scan: Scan
    store: DraftStore
    draft: Draft


def open_draft(asked: Request) -> Opened:
    """Read, check, and open the draft; what became of earlier answers is told on standard error."""
    with without_collector(), progress_line() as tell:
        project, asked = read_as_last_time(asked, tell)
        store = draft_store(project, asked)
        project = declared(recalled(project), store.context())
        seen = scan(project, tell)
        settle()
    draft = store.open(seen.suggestions, project.snapshot.subject)
    for message in draft.messages:
        click.echo(visible(message), err=True)
    return Opened(seen, store, draft)
