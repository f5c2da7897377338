"""`counterseal init`: the files under `.counterseal/` that a team starts with."""

import click

from tui.commands.options import Request, subject_options


@click.command("init")
@click.argument("path", default=".")
@click.option("--baseline", is_flag=True, help="Write what is found now as a known backlog.")
@click.option("--replace", is_flag=True, help="Write it anew, with what was found since.")
@subject_options
def command(asked: Request, *, baseline: bool, replace: bool) -> int:
    """Start the reviews of the repo at PATH: write the files that a team keeps under .counterseal/."""
    from tui.commands.baseline import write_baseline  # noqa: PLC0415 - reads and checks the repo

    if not baseline:
        raise click.UsageError("Say what to write: --baseline.")
    click.echo("\n".join(write_baseline(asked, replace=replace)))
    return 0
