"""`counterseal trust`: who may sign, and whose keys count no more."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from checklists.errors import CountersealError
from checklists.record.gate.base import REVOKED, SIGNERS
from checklists.record.gate.glass import NAMESPACE as BREAK_GLASS
from checklists.record.model import NAMESPACE
from checklists.record.policy.initial import existing
from checklists.record.trust import keys_of, public_key, trusted, with_revoked, with_signer
from checklists.repo.repository import open_repository
from checklists.review.folder import write_atomically
from tui.glyphs import choose_glyphs
from tui.text import one_line

_COUNTS = "It counts once it is on the base branch: commit it, and have it merged."


def _path(command: Callable[..., int]) -> Callable[..., int]:
    """PATH, as other commands take it; `--repo PATH` says the same."""

    @wraps(command)
    def told(*, path: str | None, repo: str | None, **others: Any) -> int:
        if path and repo:
            raise click.UsageError("PATH and --repo say the same: give one of them.")
        return command(path=path or repo, **others)

    option = click.option("--repo", metavar="PATH", help="The same as PATH.")
    return click.argument("path", required=False)(option(told))


@click.group("trust")
def command() -> None:
    """Keep the lists of signers and of revoked keys."""


@command.command("add")
@click.argument("principal", metavar="ADDRESS")
@click.argument("given", metavar="[KEYFILE]", required=False)
@click.option("--key", metavar="FILE|KEY", help="The public key, or the file that holds it.")
@click.option("--break-glass", is_flag=True, help="The key may also break the glass.")
@_path
def add(principal: str, given: str | None, key: str | None, path: str | None, *, break_glass: bool) -> int:
    """Let a key sign reviews for one person, named by ADDRESS.

    The key is KEYFILE, or --key; with --key, what stands after ADDRESS is PATH.
    """
    if key and given:
        if path:
            raise click.UsageError("KEYFILE and --key say the same: give one of them.")
        given, path = None, given
    key = key or given
    if key is None:
        raise click.UsageError("Name the public key: counterseal trust add ADDRESS KEYFILE")
    root = open_repository(Path(path or ".")).root
    purposes = (NAMESPACE, BREAK_GLASS) if break_glass else (NAMESPACE,)
    before = existing(root, SIGNERS) or ""
    after = with_signer(before, principal, public_key(key), purposes)
    if after == before:
        click.echo(f"{SIGNERS} lists that key for {one_line(principal)} already.")
        return 0
    _write(root, SIGNERS, after)
    if existing(root, REVOKED) is None:
        _write(root, REVOKED, "")
    click.echo(f"{SIGNERS}: {one_line(after.splitlines()[-1])}\n{_COUNTS}")
    return 0


@command.command("revoke")
@click.argument("named", metavar="ADDRESS|FINGERPRINT|FILE")
@_path
def revoke(named: str, path: str | None) -> int:
    """Let a key sign nothing any more: all of an address, one by its fingerprint, or one in a file."""
    root = open_repository(Path(path or ".")).root
    keys = keys_of((existing(root, SIGNERS) or ""), named) or (public_key(named),)
    _write(root, REVOKED, with_revoked((existing(root, REVOKED) or ""), keys))
    for key in keys:
        click.echo(f"{REVOKED}: {one_line(key)}")
    click.echo(_COUNTS)
    return 0


@command.command("list")
@_path
def list_all(path: str | None) -> int:
    """Print who may sign with which key; ends with 1 where a line does not count."""
    root = open_repository(Path(path or ".")).root
    glyphs, rows = choose_glyphs(), trusted((existing(root, SIGNERS) or ""), (existing(root, REVOKED) or ""))
    for each in rows:
        fault = each.fault or ("its key is revoked" if each.revoked else "")
        mark = glyphs.failed if fault else glyphs.passed
        what = f"{each.principal} {each.fingerprint} {','.join(each.namespaces)}".strip()
        words = f"line {each.number}: {fault}" if fault else ""
        click.echo(one_line(f"{mark} {what}  {words}").rstrip())
    if not rows:
        click.echo(f"{SIGNERS} lists nobody: counterseal trust add ADDRESS FILE.pub")
    return 1 if any(each.fault for each in rows) else 0


def _write(root: Path, name: str, text: str) -> None:
    file = root / name
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, text.encode(), mode=0o644)
    except OSError as error:
        raise CountersealError(
            f"{file} cannot be written: {error.strerror}.", "Give yourself the right to write there."
        ) from None
