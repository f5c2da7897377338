"""`counterseal config`: whether what a repo configures can be read, told by file, key and line."""

from pathlib import Path

import click

from checklists.errors import CountersealError, RecordError
from checklists.record.gate.base import REVOKED, SIGNERS
from checklists.record.policy import NAME, parse_policy
from checklists.record.policy.initial import existing
from checklists.record.trust import check_signers
from checklists.repo.repository import open_repository
from tui.text import visible


@click.group("config")
def command() -> None:
    """Check configuration."""


@command.command("validate")
@click.argument("path", default=".")
def validate(path: str) -> int:
    """Check policy, signers and revocations of the repo at PATH, or one policy file.

    Ends with 0 where all can be read, and with 1 where one cannot.
    """
    faults = [*_file(Path(path))] if Path(path).suffix == ".toml" else _repo(open_repository(Path(path)).root)
    for fault in faults:
        click.echo(visible(f"{fault.message} {fault.hint}".strip()))
    if not faults:
        click.echo("Everything that is configured can be read.")
    return 1 if faults else 0


def _file(file: Path) -> list[CountersealError]:
    try:
        parse_policy(file.read_bytes(), str(file))
    except OSError as error:
        raise RecordError(
            f"{file} cannot be read: {error.strerror}.", "Name a policy file or a repo."
        ) from None
    except CountersealError as fault:
        return [fault]
    return []


def _repo(root: Path) -> list[CountersealError]:
    """What is wrong with each file; without a policy there is nothing to check."""
    policy, faults = existing(root, NAME), list[CountersealError]()
    if policy is None:
        return [RecordError(f"There is no {NAME} in {root}.", "Make one: counterseal init")]
    try:
        parse_policy(policy.encode(), NAME)
    except CountersealError as fault:
        faults.append(fault)
    signers = existing(root, SIGNERS)
    try:
        check_signers(signers or "")
    except CountersealError as fault:
        faults.append(fault)
    for name, text in ((SIGNERS, signers), (REVOKED, existing(root, REVOKED))):
        if text is None:
            faults.append(RecordError(f"There is no {name}, and the gate asks for it.", "counterseal init"))
    return faults
