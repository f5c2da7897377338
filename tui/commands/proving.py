"""Runs a proof for a command, with a line of progress on a terminal and none in a pipe."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from checklists.checks.project import Project
from checklists.live.proving import Progress, Stage, prove, silent
from tui.commands.reading import CLEAR_LINE, watched
from tui.text import clip_path, one_line

_DOING = {
    Stage.BOOT: "Starting a throwaway Postgres",
    Stage.APPLY: "Applying",
    Stage.ROWS: "Putting in rows of several people",
    Stage.PROBE: "Trying every table as everybody",
    Stage.PLANS: "Measuring plans",
}


def proven(project: Project) -> Project:
    """The project with a proof, its schema read from the catalogs.

    Raises:
        SandboxError: The proof cannot be had.
    """
    with _progress_line() as tell:
        proof = prove(project.snapshot, project.layout, project.schema, progress=tell)
    return project.proven(proof)


@contextmanager
def _progress_line() -> Iterator[Progress]:
    if not watched():
        yield silent
        return

    def tell(stage: Stage, at: str, done: int, total: int) -> None:
        of = f" {done}/{total}" if total > 1 else ""
        where = f" {clip_path(one_line(at), 50)}" if at else ""
        click.echo(f"{CLEAR_LINE}{_DOING[stage]}{where}{of} …", err=True, nl=False)

    try:
        yield tell
    finally:
        click.echo(CLEAR_LINE, err=True, nl=False)
