"""`counterseal triage`: what the reviewer says of one finding."""

from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path

import click

from checklists.errors import DraftError
from checklists.model import Judgement, Triage
from checklists.review.state import RefusedAnswer, Review, judge
from tui.commands.answer import read_date
from tui.commands.options import Request, subject_options
from tui.commands.reading import open_draft
from tui.text import one_line

_TRIAGES = tuple(each.value for each in Triage)


@click.command("triage", no_args_is_help=True)
@click.argument("words", nargs=-1, metavar=f"[PATH] FINDING [{'|'.join(_TRIAGES)}]")
@click.option("--reason", default="", metavar="TEXT", help="Why; needed unless it is a true positive.")
@click.option("--expires", metavar="YYYY-MM-DD", help="Until when the risk is accepted.")
@click.option("--approved-by", default="", metavar="ADDRESS", help="Who accepts the risk.  [default: you]")
@subject_options
def command(
    asked: Request, words: tuple[str, ...], reason: str, expires: str | None, approved_by: str
) -> int:
    """Say of one FINDING of the repo at PATH whether it is real, and whether its risk is taken.

    FINDING is its id, as `scan --format json` prints it. The items that show it are answered on their own.
    """
    if len(words) not in (2, 3) or words[-1] not in _TRIAGES:
        hint = f"Name the finding, then one of {', '.join(_TRIAGES)}."
        raise DraftError("Triage is given as [PATH] FINDING TRIAGE.", hint)
    path, finding, said = words if len(words) == 3 else (".", *words)
    until = read_date(expires) if expires is not None else None
    opened = open_draft(replace(asked, path=Path(path)))
    judgement = Judgement(Triage(said), reason, until, approved_by)

    def change(review: Review) -> Review:
        return judge(review, finding, judgement, today=date.today())  # noqa: DTZ011 - the reviewer's own day

    try:
        draft = opened.store.update(opened.draft, change)
    except RefusedAnswer as refused:
        known = [each.id for each in opened.scan.findings]
        near = get_close_matches(finding, known, 1) if finding not in known else []
        hint = (
            f"Did you mean {near[0]}?" if near else 'Add --reason "…" and, for a risk, --expires YYYY-MM-DD.'
        )
        raise DraftError(f"Nothing was said of {finding}. {refused}", hint) from None
    left = sum(each.id not in draft.review.judged for each in opened.scan.findings)
    click.echo(
        one_line(f"{finding}: {said.replace('_', ' ')}. {left} of {len(opened.scan.findings)} not triaged.")
    )
    return 0
