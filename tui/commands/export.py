"""`counterseal export`: a sealed record, its signature and its page, for a pull request or a release."""

from collections.abc import Iterator
from pathlib import Path

import click

from checklists.errors import RecordError
from checklists.record.attest import attestation, write_attestation
from checklists.record.export import export, export_html, records_of
from checklists.record.noted import mirror
from checklists.repo.commits import commit_named
from checklists.repo.notes import NOTES_REF
from checklists.repo.repository import open_repository
from tui.text import one_line, visible


@click.command("export")
@click.argument("path", default=".", metavar="[PATH|RECORD.toml]")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Where the files go.")
@click.option("--git-notes", is_flag=True, help="Mirror it to a git note on the commit that was reviewed.")
@click.option(
    "--repo",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Its repo, for the note.  [default: the record's]",
)
@click.option("--html", is_flag=True, help="The page as one HTML file beside it, which loads nothing.")
@click.option("--in-toto", is_flag=True, help="An attestation beside it: a signed DSSE envelope.")
@click.option(
    "--key", type=click.Path(path_type=Path), metavar="FILE", help="The key for it.  [default: git's own]"
)
@click.option("--rev", default="HEAD", metavar="REV", show_default=True, help="What was reviewed.")
def command(  # noqa: PLR0913 - one argument an option
    path: str, out: Path | None, repo: Path | None, rev: str, key: Path | None, *,
    git_notes: bool, html: bool, in_toto: bool,
) -> int:  # fmt: skip
    """Copy a sealed record with its signature, page and scope, byte for byte.

    PATH is a record, or a repo: then every record of what is at the revision is copied.
    """
    if out is None and (html or in_toto or not git_notes):
        raise click.UsageError("Name a folder with --out DIR, or mirror the record with --git-notes.")
    records = _records(Path(path), rev)
    # Signed before anything is written: who may not sign leaves nothing behind.
    signed = {record: attestation(record, key) for record in records if in_toto and out}
    for record in records:
        for file in _files(record, out, signed.get(record), html=html) if out else ():
            click.echo(f"Wrote {visible(str(file))}")
        if git_notes:
            click.echo("\n".join(noted_text(record, mirror(record, repo or record.absolute().parent))))
    return 0


def _files(record: Path, out: Path, signed: bytes | None, *, html: bool) -> Iterator[Path]:
    yield from export(record, out)
    if html:
        yield export_html(record, out)
    if signed is not None:
        yield write_attestation(record, out, signed)


def noted_text(record: Path, commit: str) -> Iterator[str]:
    """Where the mirror is, and how it is handed on: git does neither push nor fetch notes by itself."""
    name = one_line(record.stem)
    yield f"Mirrored {name} to the note on {commit[:12]} in {NOTES_REF}, which is on this machine alone."
    yield f"Push it:   git push origin {NOTES_REF}"
    yield f"Fetch it:  git fetch origin {NOTES_REF}:{NOTES_REF}"
    yield f"Verify it: counterseal verify --git-notes {commit[:12]} --signers FILE"


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
