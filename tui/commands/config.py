"""`counterseal config`: whether what a repo configures can be read, told by file, key and line."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from checklists.checks.team_rules import rules_of
from checklists.errors import CountersealError, RecordError
from checklists.record.gate.base import REVOKED, SIGNERS
from checklists.record.policy import NAME, parse_policy
from checklists.record.policy.initial import existing
from checklists.record.trust import check_signers
from checklists.repo import Snapshot, read_snapshot
from checklists.repo.repository import open_repository
from checklists.team.read import CHECKLISTS, CONFIG, files_of, parse_asked, parse_config, read_team
from tui.text import visible

Checked = tuple[Sequence[str], list[CountersealError]]
"""The files that were read, and what is wrong with them."""


@click.group("config")
def command() -> None:
    """Check configuration."""


@command.command("validate")
@click.argument("path", default=".")
def validate(path: str) -> int:
    """Check each file under .counterseal of the repo at PATH that is read from there, or one TOML file of it.

    These are policy, signers, revocations, config, baseline, checklists and rules, as they lie in the work
    tree; beside them, the keys that you have bound for yourself. Ends with 0 where all can be read, and with
    2 where one cannot.
    """
    one = Path(path)
    read, faults = _file(one) if one.suffix == ".toml" else _repo(open_repository(one).root)
    own, wrong = _keys()
    read, faults = [*read, *own], [*faults, *wrong]
    for fault in faults:
        click.echo(visible(f"{fault.message} {fault.hint}".strip()))
    if not read:
        click.echo("Nothing is configured: no file under .counterseal is read. Make them: counterseal init")
        return 0
    click.echo(visible(f"Read: {', '.join(read)}."))
    if not faults:
        click.echo("Everything that is configured can be read.")
    return 2 if faults else 0


def _file(file: Path) -> Checked:
    try:
        if file.absolute().as_posix().endswith(f"/{CONFIG}"):
            parse_config(file.read_bytes())
        else:
            lists = file.parent.glob("checklists/*.toml")
            beside = ((f"{CHECKLISTS}{each.name}", each.read_bytes()) for each in lists)
            parse_policy(file.read_bytes(), str(file), parse_asked(beside).every_section)
    except OSError as error:
        raise RecordError(
            f"{file} cannot be read: {error.strerror}.", "Name a policy file or a repo."
        ) from None
    except CountersealError as fault:
        return [str(file)], [fault]
    return [str(file)], []


def _keys() -> Checked:
    """The reviewer's own keys."""
    from tui.keymap import keys_file, read_keymap  # noqa: PLC0415 - Textual loads where it is needed only

    file = keys_file()
    return ([str(file)], _refused(lambda: read_keymap(file))) if file.exists() else ([], [])


def _repo(root: Path) -> Checked:
    """What is there, and what is wrong with it; a policy needs signers and revocations beside it."""
    texts = {name: existing(root, name) for name in (NAME, SIGNERS, REVOKED)}
    read, faults = [name for name, text in texts.items() if text is not None], list[CountersealError]()
    team, wrong = _team(snapshot := read_snapshot(root, worktree=True))
    if (policy := texts[NAME]) is not None:
        sections = None if wrong else read_team(snapshot).every_section
        faults += _refused(lambda: parse_policy(policy.encode(), NAME, sections))
    faults += _refused(lambda: check_signers(texts[SIGNERS] or ""))
    faults += [
        RecordError(f"There is no {name}, and the gate asks for it.", "counterseal init")
        for name in (SIGNERS, REVOKED)
        if policy is not None and texts[name] is None
    ]
    return [*read, *team], [*faults, *wrong]


def _team(snapshot: Snapshot) -> Checked:
    """Each file by itself; then, where none is wrong, what they say of one another."""
    names, faults = files_of(snapshot), list[CountersealError]()
    for name in names:
        alone = replace(snapshot, files={name: snapshot.files[name]})
        faults += _refused(partial(read_team, alone))
    return names, faults or _refused(lambda: rules_of(read_team(snapshot)))


def _refused(read: Callable[[], object]) -> list[CountersealError]:
    try:
        read()
    except CountersealError as fault:
        return [fault]
    return []
