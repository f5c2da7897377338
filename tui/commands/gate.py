"""`counterseal gate`: whether a revision may go on, requirement by requirement, what closes it first."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from checklists.record.gate.decide import Gate, gate
from checklists.record.gate.report import annotations, as_json
from tui.commands.options import base_option
from tui.glyphs import choose_glyphs
from tui.text import one_line


def gate_options(command: Callable[..., int]) -> Callable[..., int]:
    """`PATH`, `--rev`, `--base` and `--records`; the command is handed what the gate says."""

    @wraps(command)
    def told(*, path: str, rev: str, base: str | None, records: tuple[Path, ...], **others: Any) -> int:
        said = gate(Path(path), rev=rev, base=base, now=datetime.now(UTC), folders=records)
        return command(said=said, **others)

    for option in reversed(_OPTIONS):
        told = option(told)
    return told


_OPTIONS = (
    click.argument("path", default="."),
    click.option("--rev", default="HEAD", metavar="REV", show_default=True, help="What would go in."),
    base_option,
    click.option(
        "--records", multiple=True, type=click.Path(path_type=Path), metavar="DIR",
        help="Records that lie elsewhere, as `export` writes them.",
    ),
)  # fmt: skip


@click.command("gate")
@click.option(
    "--format", "form", type=click.Choice(("text", "json", "github")), default="text", show_default=True
)
@gate_options
def command(said: Gate, form: str) -> int:
    """Say whether the revision may go on, by the policy, signers and revocations of its base.

    Ends with 0 where the gate is open, 1 where it is closed, 2 where it cannot be decided.
    """
    if form == "json":
        click.echo(json.dumps(as_json(said), indent=2))
    elif form == "github":
        click.echo("\n".join(annotations(said)))
    else:
        click.echo("\n".join(gate_text(said)))
    return 0 if said.open else 1


def gate_text(said: Gate) -> Iterator[str]:
    """Break-glass, what closes the gate, what holds, and the records that do not count."""
    glyphs = choose_glyphs()
    if said.glass is not None:
        until = said.glass.until.isoformat(timespec="minutes")
        words = f"BREAK-GLASS: opened by {said.glass.by} until {until}: {said.glass.reason}"
        yield click.style(one_line(words), fg="red", bold=True)
        yield ""
    yield click.style(_headline(said), fg="green" if said.open else "red", bold=True)
    widest = max(len(each.name) for each in said.requirements)
    for each in said.in_order:
        mark = click.style(
            glyphs.passed if each.holds else glyphs.failed, fg="green" if each.holds else "red"
        )
        yield f"{mark} {one_line(each.name):<{widest}}  {one_line(each.about)}"
        if each.hint and not each.holds:
            yield f"  {'':<{widest}}  {click.style(one_line(each.hint), dim=True)}"
    rows = [f"  {each.path}: {each.because}" for each in said.refused]
    above = "\n".join(each.about for each in said.requirements if not each.holds)
    rows += [
        f"  {each.vouched.record.record_id} by {each.vouched.principal} as {each.vouched.record.role}: "
        + ("see above" if f"{each.vouched.record.record_id}: " in above else ", ".join(each.faults))
        for each in said.signed
        if each.faults
    ]
    if rows:
        yield ""
        yield "Records that do not count:"
        yield from map(one_line_indented, rows)
    if not said.open:
        yield ""
        yield "The shortest way to open it: counterseal suggest"


def one_line_indented(row: str) -> str:
    """The row within one line, its indent kept."""
    return f"  {one_line(row)}"


def _headline(said: Gate) -> str:
    state = "open" if said.open else "closed"
    return (
        f"The gate is {state} for {said.head[:12]} into {one_line(said.base.name)} ({said.base.commit[:12]})"
    )
