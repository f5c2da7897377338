"""`counterseal context`: what only people know of the system, for the first section of the record."""

from dataclasses import fields, replace

import click

from checklists.review.declared import facts_of
from checklists.review.draft import Context
from tui.asked import ASKED, DECLARED
from tui.commands.options import Request, subject_options
from tui.commands.reading import open_draft
from tui.text import one_line


@click.command("context")
@click.argument("path", default=".")
@click.option("--entities", metavar="TEXT", help=ASKED["entities"])
@click.option("--access-patterns", metavar="TEXT", help=ASKED["access_patterns"])
@click.option("--scale", metavar="TEXT", help=ASKED["scale"])
@click.option("--authorization", metavar="TEXT", help=ASKED["authorization"])
@click.option("--compliance", metavar="TEXT", help=ASKED["compliance"])
@click.option("--public-tables", metavar="TABLES", help=DECLARED["public_tables"])
@click.option("--sensitive-columns", metavar="COLUMNS", help=DECLARED["sensitive_columns"])
@click.option("--expected-rows", metavar="TABLE ROWS", help=DECLARED["expected_rows"])
@subject_options
def command(asked: Request, **said: str | None) -> int:
    """Say what the review of the repo at PATH assumes, or print what was said.

    It is kept with the draft from review to review; an empty TEXT takes an answer back.
    """
    opened = open_draft(asked)
    given = {name: text.strip() for name, text in said.items() if text is not None}
    draft = opened.draft
    if given:
        context = replace(draft.context, **given)
        try:
            facts_of(context)
        except ValueError as error:
            raise click.UsageError(str(error)) from None
        draft = opened.store.set_context(draft, context)
    for field in fields(Context):
        text = getattr(draft.context, field.name)
        click.echo(f"{field.name.replace('_', ' ')}: {one_line(text) if text else 'not stated'}")
    return 0
