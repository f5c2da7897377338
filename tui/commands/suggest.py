"""`counterseal suggest`: the cheapest way to an open gate."""

import json

import click

from checklists.codec import to_plain
from checklists.counting import named
from checklists.record.gate.decide import Gate
from checklists.record.gate.steps import steps
from tui.commands.gate import gate_options
from tui.text import one_line

_NAMED = 6


@click.command("suggest")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
@gate_options
def command(said: Gate, form: str) -> int:
    """Print who has to do what to open the gate, with as little work as it takes.

    Ends with 0 where there is nothing to do, else with 1.
    """
    found = steps(said)
    if form == "json":
        click.echo(json.dumps({"schema": "counterseal.steps/1", "steps": to_plain(found)}, indent=2))
    elif not found:
        click.echo("The gate is open: there is nothing to do.")
    for number, step in enumerate(found if form == "text" else (), 1):
        who = f"{' or '.join(step.who)} " if step.who else ""
        click.echo(one_line(f"{number}. {who}{step.what}"))
        if step.items and step.who:
            click.echo(f"   {named(step.items, _NAMED)}")
    return 1 if found else 0
