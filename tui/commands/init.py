"""`counterseal init`: the files that a gate rests on, each shown before it is written."""

import sys
from pathlib import Path

import click

from checklists.errors import CountersealError, SigningError
from checklists.record.keys import choose_key
from checklists.record.policy.initial import ROLES, USUAL, WORKFLOW, NewFile, initial_files
from checklists.record.signing import public_key_of
from checklists.record.trust import public_key
from checklists.repo.identity import Identity, identity
from checklists.repo.repository import open_repository
from checklists.review.folder import write_atomically
from tui.commands.options import Request, subject_options
from tui.text import one_line, visible


@click.command("init")
@click.argument("path", default=".")
@click.option(
    "--baseline", is_flag=True, help="Write what is found now as a known backlog, and nothing else."
)
@click.option("--replace", is_flag=True, help="Write the baseline anew, with what was found since.")
@click.option("--role", "roles", multiple=True, metavar="ROLE", help=f"Who must sign: {', '.join(ROLES)}, …")
@click.option("--key", metavar="FILE|KEY", help="Your public key.  [default: the one that git signs with]")
@click.option("--yes", is_flag=True, help="Write without being asked.")
@subject_options
def command(
    asked: Request, roles: tuple[str, ...], key: str | None, *, baseline: bool, replace: bool, yes: bool
) -> int:
    """Set a repo up for the gate: policy, signers, revocations, attributes, hook and workflow.

    Each file is shown first, and none that is there already is changed, but for one line of .gitattributes.
    """
    if baseline:
        from tui.commands.baseline import write_baseline  # noqa: PLC0415 - reads and checks the repo

        click.echo("\n".join(write_baseline(asked, replace=replace)))
        return 0
    root = open_repository(asked.path).root
    who = identity(root)
    public = public_key(key) if key else _own_key(who, root)
    written = [
        file for file in initial_files(root, who.email, public, roles or USUAL) if _take(file, root, yes=yes)
    ]
    click.echo("")
    if not written:
        click.echo("Nothing was written.")
        return 0
    click.echo("Commit these files and have them merged: the gate reads them from the base branch.")
    if any(file.path == WORKFLOW for file in written):
        click.echo(f"Fill in COUNTERSEAL at the top of {WORKFLOW}: until then its job fails.")
    if not public:
        click.echo(f"Nobody may sign yet: counterseal trust add {one_line(who.email or 'ADDRESS')} FILE.pub")
    return 0


def _own_key(who: Identity, root: Path) -> str:
    try:
        return " ".join(public_key_of(choose_key(who, root)).split()[:2])
    except SigningError:
        return ""


def _take(file: NewFile, root: Path, *, yes: bool) -> bool:
    """Show the file, and write it where that is wanted."""
    click.echo(click.style(f"\n{file.path}", bold=True) + f": {file.why}")
    if file.keeps:
        click.echo(f"  Left as it is: {file.keeps}.")
        return False
    for line in file.text.splitlines() or ["(empty)"]:
        click.echo(f"  {visible(line)}".rstrip())
    if not yes and not sys.stdin.isatty():
        raise CountersealError(
            "Nobody is there to agree, so nothing more was written.", "Read it, then add --yes."
        )
    if not yes and not click.confirm(f"Write {file.path}?", default=True):
        return False
    target = root / file.path
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(target, file.text.encode(), mode=0o644)
    except OSError as error:
        raise CountersealError(
            f"{target} cannot be written: {error.strerror}.", "Check its rights."
        ) from None
    return True
