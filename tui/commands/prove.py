"""`counterseal prove`: the migrations rehearsed on a throwaway Postgres, and who can then do what."""

import json
from typing import TYPE_CHECKING

import click

from checklists.live.contract import as_json
from checklists.live.model import Proof
from tui.commands.options import Request, subject_options
from tui.commands.proof_text import proof_text
from tui.commands.proving import database_options, proven
from tui.commands.reading import read_for_proof

if TYPE_CHECKING:
    from checklists.live.named import Named


@click.command("prove")
@click.argument("path", default=".")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.option("--all", "everything", is_flag=True, help="Show every claim and every file.")
@database_options
@subject_options
def command(asked: Request, form: str, named: "Named | None", *, everything: bool) -> int:
    """Run the migrations of the repo at PATH on a throwaway Postgres, and try every table as everybody.

    The SQL runs in a server of its own that nobody else can reach, with limits, and is removed with it.
    Ends with 1 where a file does not apply, a policy breaks or somebody can do what they should not, else 0.
    """
    project = proven(read_for_proof(asked), named)
    proof = project.proof
    assert proof is not None  # noqa: S101 - proven() puts it there
    if form == "json":
        click.echo(json.dumps(as_json(proof), indent=2))
    else:
        click.echo("\n".join(proof_text(project, proof, everything=everything)))
    return 1 if flagged(proof) else 0


def flagged(proof: Proof) -> bool:
    """Whether there is something to mend."""
    return bool(proof.refuted or proof.broken) or not proof.strict
