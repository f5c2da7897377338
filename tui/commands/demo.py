"""`counterseal demo`: a small sample repo in a temporary folder, and a review of it."""

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
    click.echo(f"The sample repo is {repo}; remove it when you are done.", err=True)
    return review(Request(repo), plain=plain)
