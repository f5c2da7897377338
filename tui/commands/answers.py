"""`counterseal answers`: the draft as it stands."""

import json

import click

from checklists.codec import to_plain
from checklists.review.draft import Draft
from tui.commands.options import Request, subject_options
from tui.commands.reading import open_draft
from tui.commands.text import answers_text


@click.command("answers")
@click.argument("path", default=".")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
@subject_options
def command(asked: Request, form: str) -> int:
    """Print the answers of the review of the repo at PATH, and what is open.

    Ends with 0, also while items are open.
    """
    draft = open_draft(asked).draft
    if form == "json":
        click.echo(json.dumps(_plain(draft), indent=2, default=str))
    else:
        click.echo("\n".join(answers_text(draft)))
    return 0


def _plain(draft: Draft) -> dict[str, object]:
    review = draft.review
    return {
        "schema": "counterseal.answers/1",
        "subject": to_plain(draft.subject),
        "answers": to_plain(review.answers),
        "notes": dict(review.notes),
        "open": list(review.open_items),
        "reopened": {item: draft.change_since(item) for item in draft.previous},
        "earlier": {item: to_plain(each.answer) for item, each in draft.previous.items()},
    }
