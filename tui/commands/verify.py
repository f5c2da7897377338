"""`counterseal verify`: each fact of a sealed record, and whether it holds."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click

from checklists.codec import to_plain
from checklists.counting import named
from checklists.record.facts import Fact, Standing, exit_status
from checklists.record.noted import unfolded
from checklists.record.verify import Against, verify
from checklists.repo.identity import identity
from tui.glyphs import choose_glyphs
from tui.text import one_line

_COLOURS = {Standing.HOLDS: "green", Standing.FAILS: "red", Standing.NOT_CHECKED: "yellow"}
_MANY = 12
_PROVES = "A signature proves that a key signed these bytes, not that anything was read, nor when."


@click.command("verify")
@click.argument("record", type=click.Path(path_type=Path), metavar="RECORD.toml", required=False)
@click.option("--git-notes", metavar="COMMIT", help="The records in the git note of a commit, not a file.")
@click.option(
    "--signers", type=click.Path(path_type=Path), metavar="FILE", help="Allowed signers.  [default: git's]"
)
@click.option("--revoked", type=click.Path(path_type=Path), metavar="FILE", help="Revoked keys.")
@click.option(
    "--repo", type=click.Path(path_type=Path), metavar="PATH", help="The repo.  [default: the record's]"
)
@click.option(
    "--rev", default="HEAD", metavar="REV", show_default=True, help="What must be as it was reviewed."
)
@click.option("--rerun", is_flag=True, help="Scan the recorded commit again, and compare each suggestion.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def command(  # noqa: PLR0913 - one argument an option
    record: Path | None,
    git_notes: str | None,
    signers: Path | None,
    revoked: Path | None,
    repo: Path | None,
    rev: str,
    form: str,
    *,
    rerun: bool,
) -> int:
    """Verify a sealed record, naming each fact that holds or fails.

    With --git-notes, each record that hangs on a commit of the repo (by default the one that you are in).

    Ends with 0 where every fact that was checked holds, 1 where one fails, 2 where the signer or another fact
    that no record is verified without could not be checked. The last line names what else was not checked.
    """
    if (record is None) == (git_notes is None):
        raise click.UsageError("Name a RECORD.toml, or a commit with --git-notes COMMIT.")
    if git_notes is not None:
        repo = repo or Path()
    trusted = signers or _own_signers(repo if record is None else record.absolute().parent)
    against = Against(trusted, revoked, repo, rev)
    with _records(record, git_notes, repo) as records:
        found = tuple((file.stem, (*told, *_facts(file, against, rerun=rerun))) for file, told in records)
    status = exit_status(fact for _, facts in found for fact in facts)
    if form == "json":
        click.echo(json.dumps(_plain(found, status, several=record is None), indent=2))
    else:
        click.echo("\n\n".join("\n".join(_told(name, facts, titled=record is None)) for name, facts in found))
    if status == 2:
        for fact in dict.fromkeys(fact for _, facts in found for fact in _missing(facts)):
            click.echo(one_line(f"Hint: {_HINTS.get(fact.name, fact.about)}"), err=True)
    return status


@contextmanager
def _records(
    record: Path | None, commit: str | None, repo: Path | None
) -> Iterator[tuple[tuple[Path, tuple[Fact, ...]], ...]]:
    """The record that was named, or each one in a note with what is said of the note."""
    if record is not None:
        yield ((record, ()),)
        return
    with unfolded(repo or Path(), commit or "HEAD") as files:
        yield tuple((file, (fact,)) for file, fact in files)


def _facts(file: Path, against: Against, *, rerun: bool) -> tuple[Fact, ...]:
    facts = verify(file, against, today=date.today())  # noqa: DTZ011 - a waiver ends on the reader's day
    if rerun:
        from checklists.record.rerun import rerun as again  # noqa: PLC0415 - loads every parser

        facts += tuple(again(file, against.repo))
    return facts


def _plain(found: tuple[tuple[str, tuple[Fact, ...]], ...], status: int, *, several: bool) -> dict[str, Any]:
    said: dict[str, Any] = {"schema": "counterseal.verification/1", "status": status}
    if not several:
        return said | {"facts": to_plain(found[0][1])}
    return said | {"records": [{"record": name, "facts": to_plain(facts)} for name, facts in found]}


def _told(name: str, facts: tuple[Fact, ...], *, titled: bool) -> Iterator[str]:
    if titled:
        yield click.style(one_line(name), bold=True)
    yield from _table(facts, exit_status(facts))


_HINTS = {
    "signer": "put the signer's line into a file, if you trust the key, and name it with --signers FILE"
}


def _own_signers(folder: Path | None) -> Path | None:
    """The file that the verifier's own git trusts; never one that the repo's configuration names."""
    named = identity(folder).allowed_signers if folder is not None and folder.is_dir() else ""
    file = Path(named).expanduser()
    return file if named and file.is_file() else None


def _missing(facts: tuple[Fact, ...]) -> Iterator[Fact]:
    return (fact for fact in facts if fact.required and fact.standing is Standing.NOT_CHECKED)


def _table(facts: tuple[Fact, ...], status: int) -> Iterator[str]:
    glyphs = choose_glyphs()
    marks = {
        Standing.HOLDS: glyphs.passed,
        Standing.FAILS: glyphs.failed,
        Standing.NOT_CHECKED: glyphs.undetermined,
    }
    shown = tuple(_folded(facts))
    widest = max(len(one_line(fact.name)) for fact in shown)
    for fact in shown:
        mark = click.style(marks[fact.standing], fg=_COLOURS[fact.standing])
        name = f"{one_line(fact.name):<{widest}}"
        yield f"{mark} {fact.standing.value:<11}  {name}  {one_line(fact.about)}".rstrip()
    yield ""
    yield _conclusion(facts, status)


def _folded(facts: tuple[Fact, ...]) -> Iterator[Fact]:
    """Many migrations that hold are one line; each one that fails keeps its own."""
    holding = [f for f in facts if f.name.startswith("migration ") and f.standing is Standing.HOLDS]
    if len(holding) <= _MANY:
        yield from facts
        return
    yield from (fact for fact in facts if fact not in holding)
    yield Fact("migrations", Standing.HOLDS, f"{len(holding)} migrations are as they were reviewed")


def _conclusion(facts: tuple[Fact, ...], status: int) -> str:
    if status == 1:
        failing = [one_line(fact.name) for fact in facts if fact.standing is Standing.FAILS]
        return f"Not verified: {', '.join(failing)}."
    if status == 2:
        return f"Not verified: could not check {', '.join(fact.name for fact in _missing(facts))}."
    left = dict.fromkeys(one_line(f.name) for f in facts if f.standing is Standing.NOT_CHECKED)
    but = f", but for {named(tuple(left), _MANY)}, which could not be checked" if left else ""
    return f"Verified{but}. {_PROVES}"
