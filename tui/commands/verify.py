"""`counterseal verify`: each fact of a sealed record, and whether it holds."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from checklists.codec import to_plain
from checklists.record.facts import Fact, Standing, exit_status
from checklists.record.verify import Against, verify
from checklists.repo.identity import identity
from tui.glyphs import choose_glyphs
from tui.text import one_line

_COLOURS = {Standing.HOLDS: "green", Standing.FAILS: "red", Standing.NOT_CHECKED: "yellow"}
_MANY = 12


@click.command("verify")
@click.argument("record", type=click.Path(path_type=Path), metavar="RECORD.toml")
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
def command(
    record: Path,
    signers: Path | None,
    revoked: Path | None,
    repo: Path | None,
    rev: str,
    form: str,
    *,
    rerun: bool,
) -> int:
    """Verify a sealed record, naming each fact that holds or fails.

    Ends with 0 where every fact holds, 1 where one fails, 2 where one could not be checked.
    """
    against = Against(signers or _own_signers(record), revoked, repo, rev)
    facts = verify(record, against, today=date.today())  # noqa: DTZ011 - a waiver ends on the reader's day
    if rerun:
        from checklists.record.rerun import rerun as again  # noqa: PLC0415 - loads every parser

        facts += tuple(again(record, repo))
    status = exit_status(facts)
    if form == "json":
        said = {"schema": "counterseal.verification/1", "status": status, "facts": to_plain(facts)}
        click.echo(json.dumps(said, indent=2))
    else:
        click.echo("\n".join(_table(facts, status)))
    if status == 2:
        for fact in _missing(facts):
            click.echo(one_line(f"Hint: {_HINTS.get(fact.name, fact.about)}"), err=True)
    return status


_HINTS = {
    "signer": "put the signer's line into a file, if you trust the key, and name it with --signers FILE"
}


def _own_signers(record: Path) -> Path | None:
    """The file that the verifier's own git trusts; never one that the repo's configuration names."""
    folder = record.absolute().parent
    named = identity(folder).allowed_signers if folder.is_dir() else ""
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
    return "Verified. A signature proves that a key signed these bytes, not that anything was read, nor when."
