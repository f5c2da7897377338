"""`counterseal export`: a sealed record, its signature and its page, for a pull request or a release."""

from pathlib import Path

import click

from checklists.errors import RecordError
from checklists.record.attest import attest
from checklists.record.export import export, export_html, records_of
from checklists.repo.commits import commit_named
from checklists.repo.repository import open_repository
from tui.text import visible


@click.command("export")
@click.argument("path", default=".", metavar="[PATH|RECORD.toml]")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Where the files go."
)
@click.option("--html", is_flag=True, help="The page as one HTML file beside it, which loads nothing.")
@click.option("--in-toto", is_flag=True, help="An attestation beside it: a signed DSSE envelope.")
@click.option(
    "--key", type=click.Path(path_type=Path), metavar="FILE", help="The key for it.  [default: git's own]"
)
@click.option("--rev", default="HEAD", metavar="REV", show_default=True, help="What was reviewed.")
def command(path: str, out: Path, rev: str, key: Path | None, *, html: bool, in_toto: bool) -> int:
    """Copy a sealed record with its signature, page and scope, byte for byte.

    PATH is a record, or a repo: then every record of what is at the revision is copied.
    """
    for record in _records(Path(path), rev):
        for file in export(record, out):
            click.echo(f"Wrote {visible(str(file))}")
        if html:
            click.echo(f"Wrote {visible(str(export_html(record, out)))}")
        if in_toto:
            click.echo(f"Wrote {visible(str(attest(record, out, key)))}")
    return 0


def _records(path: Path, rev: str) -> tuple[Path, ...]:
    if path.suffix == ".toml":
        return (path,)
    root = open_repository(path).root
    commit = commit_named(root, rev)
    if commit is None:
        raise RecordError(f"{root} has no revision {rev}.", "Name a branch, a tag or a commit with --rev.")
    found = records_of(root, commit[0])
    if not found:
        raise RecordError(
            f"{root} holds no sealed record of what is at {rev} ({commit[0][:12]}).",
            "Seal a review with `counterseal seal`, or name a record, or another commit with --rev.",
        )
    return found
