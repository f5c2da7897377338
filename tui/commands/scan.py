"""`counterseal scan`: what the checks say, as text or as the stable JSON contract."""

import json
from typing import TYPE_CHECKING

import click

from checklists.review.scan import Scan, as_json
from tui.commands.options import Request, subject_options
from tui.commands.proving import database_options
from tui.commands.reading import scan_for, scan_live
from tui.commands.scan_text import scan_text

if TYPE_CHECKING:
    from checklists.live.named import Named

_FORMS = ("text", "json", "sarif", "junit", "github")


@click.command("scan")
@click.argument("path", default=".")
@click.option("--format", "form", type=click.Choice(_FORMS), default="text", show_default=True)
@click.option("--all", "everything", is_flag=True, help="Show every finding of an item.")
@click.option(
    "--live/--static", default=None,
    help="Run the migrations first: the schema is what Postgres made of them. Or leave aside the proof that "
    "was made of this revision before.",
)  # fmt: skip
@database_options
@subject_options
def command(asked: Request, form: str, named: "Named | None", *, everything: bool, live: bool | None) -> int:
    """Print what the checks say of the repo at PATH; with the proof, where `prove` was run on this revision.

    Ends with 1 where an item is suggested to fail, else with 0.
    """
    if named is not None and not live:
        raise click.UsageError("--database-url goes with --live.")
    scan = scan_live(asked, named) if live else scan_for(asked, kept=live is None)
    if form == "text":
        click.echo("\n".join(scan_text(scan, everything=everything)))
    else:
        click.echo(_written(scan, form), nl=form != "junit")
    return 1 if scan.flagged else 0


def _written(scan: Scan, form: str) -> str:
    """The scan in a format for machines."""
    if form == "sarif":
        from checklists.record.formats.sarif import as_sarif  # noqa: PLC0415 - each only where it is asked

        return json.dumps(as_sarif(scan), indent=2)
    if form == "junit":
        from checklists.record.formats.junit import as_junit  # noqa: PLC0415 - as above

        return as_junit(scan)
    if form == "github":
        from checklists.record.formats.github import as_annotations  # noqa: PLC0415 - as above

        return "\n".join(as_annotations(scan))
    return json.dumps(as_json(scan), indent=2)
