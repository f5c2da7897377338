"""Runs a proof for a command, with a line of progress on a terminal and none in a pipe."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from checklists.checks.project import Project
from checklists.live.extra import needing_live
from checklists.review.kept import keep
from tui.commands.reading import CLEAR_LINE, watched
from tui.text import clip_path, one_line

if TYPE_CHECKING:
    from checklists.live.named import Named
    from checklists.live.proving import Progress, Stage

_DOING = {
    "boot": "Starting a throwaway Postgres",
    "apply": "Applying",
    "rows": "Putting in rows of several people",
    "probe": "Trying every table as everybody",
    "plans": "Measuring plans",
}


def proven(project: Project, named: "Named | None" = None) -> Project:
    """The project with a proof, its schema read from the catalogs: of a sandbox, or of a database by name.

    What a sandbox showed is kept for `scan`, `review` and `seal`; what a database holds may change.

    Raises:
        SandboxError: The proof cannot be had.
    """
    with needing_live():
        from checklists.live.proving import inspect, prove  # noqa: PLC0415 - comes with the extra
    with _progress_line() as tell:
        if named is None:
            proof = prove(
                project.snapshot, project.layout, project.schema, lints=project.team.queries, progress=tell
            )
        else:
            proof = inspect(named, project.snapshot, project.layout, project.schema, progress=tell)
    found = project.proven(proof)
    if named is None:
        keep(found)
    return found


def database_options(command: Callable[..., int]) -> Callable[..., int]:
    """`--database-url` and what goes with it, handed to the command as `named`."""

    @wraps(command)
    def told(*, database_url: str | None, probe: bool, not_production: bool, yes: bool, **others: Any) -> int:
        if database_url is None:
            if probe or not_production:
                raise click.UsageError("--probe and --yes-this-is-not-production go with --database-url.")
            return command(named=None, **others)
        with needing_live():
            from checklists.live.named import Named  # noqa: PLC0415 - comes with the extra
        if probe and not yes:
            click.confirm(_TWICE, abort=True, err=True)
        return command(named=Named(database_url, probe, not_production), **others)

    for option in reversed(_OPTIONS):
        told = option(told)
    return told


_TWICE = (
    "This puts rows into every table of that database in one transaction, tries them as everybody, and takes "
    "all of it back. Locks are held meanwhile, and triggers run. Go on?"
)
_OPTIONS = (
    click.option("--database-url", metavar="URL", help="Read this database's catalogs instead of a sandbox."),
    click.option("--probe", is_flag=True, help="Try that database as everybody, and undo all of it."),
    click.option("--yes", is_flag=True, help="Do not ask again before --probe."),
    click.option(
        "--yes-this-is-not-production", "not_production", is_flag=True, help="Probe it although it is remote."
    ),
)


@contextmanager
def _progress_line() -> "Iterator[Progress]":
    if not watched():
        yield lambda _stage, _at, _done, _total: None
        return

    def tell(stage: "Stage", at: str, done: int, total: int) -> None:
        of = f" {done}/{total}" if total > 1 else ""
        where = f" {clip_path(one_line(at), 50)}" if at else ""
        click.echo(f"{CLEAR_LINE}{_DOING[stage.value]}{where}{of} …", err=True, nl=False)

    try:
        yield tell
    finally:
        click.echo(CLEAR_LINE, err=True, nl=False)
