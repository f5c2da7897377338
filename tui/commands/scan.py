"""`counterseal scan`: what the checks say, as text or as the stable JSON contract."""

import json

import click

from checklists.review.scan import as_json
from tui.commands.options import Request, subject_options
from tui.commands.reading import scan_for
from tui.commands.scan_text import scan_text


@click.command("scan")
@click.argument("path", default=".")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.option("--all", "everything", is_flag=True, help="Show every finding of an item.")
@click.option(
    "--live", is_flag=True, help="Run the migrations first; the schema is what Postgres made of them."
)
@subject_options
def command(asked: Request, form: str, *, everything: bool, live: bool) -> int:
    """Print what the checks say of the repo at PATH.

    Ends with 1 where an item is suggested to fail, else with 0.
    """
    scan = scan_for(asked, live=live)
    if form == "json":
        click.echo(json.dumps(as_json(scan), indent=2))
    else:
        click.echo("\n".join(scan_text(scan, everything=everything)))
    return 1 if scan.flagged else 0
