"""`counterseal demo`: a small sample repo in a temporary folder, and a review of it."""

import shlex
from pathlib import Path
from tempfile import mkdtemp

import click

from checklists.demo import materialise
from tui.commands.options import Request
from tui.commands.review import review


@click.command("demo")
@click.option("--plain", is_flag=True, help="Numbered prompts instead of a screen.")
def command(*, plain: bool) -> int:
    """Open a review of a small sample repo, made as a git repo in a temporary folder.

    The folder stays, so that the review can be gone on with, sealed and verified.
    """
    repo = materialise(Path(mkdtemp(prefix="counterseal-demo-")))
    _tell_where(repo)  # before the screen: a console that is killed says nothing any more
    try:
        return review(Request(repo), plain=plain)
    finally:
        _tell_where(repo)


def _tell_where(repo: Path) -> None:
    click.echo(
        f"The sample repo is {repo}; remove it when you are done.\n"
        f"Come back to its review: counterseal review {shlex.quote(str(repo))}",
        err=True,
    )
