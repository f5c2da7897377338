"""`counterseal break-glass`: opens the gate on one person's signature, for some hours."""

import hashlib
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from checklists.errors import RecordError
from checklists.record.gate.glass import SCHEMA, Glass, break_glass
from checklists.record.keys import check_key, choose_key
from checklists.record.policy import parse_policy
from checklists.record.principal import check_principal
from checklists.record.scope import entries, scope_of_paths
from checklists.record.target import target_of
from checklists.repo.commits import list_scope
from checklists.repo.identity import identity
from checklists.repo.repository import open_repository, resolve
from tui.commands.options import base_option
from tui.text import one_line


@click.command("break-glass")
@click.argument("path", default=".")
@click.option("--reason", required=True, metavar="TEXT", help="Why the gate cannot be waited for.")
@click.option("--hours", type=click.IntRange(1), metavar="N", help="For how long.  [default: the policy's]")
@click.option("--rev", default="HEAD", metavar="REV", show_default=True, help="What is to go in.")
@base_option
@click.option(
    "--key", type=click.Path(path_type=Path), metavar="FILE", help="An SSH key.  [default: git's own]"
)
@click.option("--yes", is_flag=True, help="Confirm without being asked.")
def command(
    path: str, reason: str, hours: int | None, rev: str, base: str | None, key: Path | None, *, yes: bool
) -> int:
    """Open the gate for what is at the revision, by yourself, where the policy lets you.

    It is written to .counterseal/break-glass, to be committed with the change, and the gate prints it first.
    """
    repository = open_repository(Path(path))
    commit, who = resolve(repository, rev), identity(repository.root)
    target = target_of(repository.root, commit, base)
    policy = target.file("policy.toml")
    if policy is None:
        raise RecordError("There is no policy, so there is no glass to break.", "Make one: counterseal init")
    asked = parse_policy(policy)
    if check_principal(who.email) not in asked.break_glass.members:
        members = ", ".join(asked.break_glass.members) or "nobody"
        raise RecordError(f"The policy does not let {who.email} break the glass.", f"It lets: {members}.")
    scope = scope_of_paths(entries(list_scope(repository.root, commit, ())), asked.scope)
    listed = hashlib.sha256(list_scope(repository.root, commit, scope)).hexdigest()
    now = datetime.now(UTC).replace(microsecond=0)
    lasting = min(hours or asked.break_glass.hours, asked.break_glass.hours)
    glass = Glass(SCHEMA, commit, scope, listed, who.email, " ".join(reason.split()), now, lasting)
    until = glass.until.isoformat(timespec="minutes")
    click.echo(one_line(f"I, {who.email}, open the gate for {commit} until {until}: {glass.reason}"))
    _confirm(yes=yes)
    file = break_glass(glass, check_key(choose_key(who, repository.root, key)), repository.root)
    click.echo(f"Wrote {one_line(str(file))}; commit it with the change.")
    return 0


def _confirm(*, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise RecordError("Nobody is there to confirm the sentence above.", "Read it, then add --yes.")
    if not click.confirm("Do you confirm this sentence with your signature?"):
        raise click.Abort
