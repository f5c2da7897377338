"""`counterseal answer`: one answer into the same draft that the console keeps."""

import sys
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path

import click

from checklists.counting import counted
from checklists.errors import DraftError
from checklists.model import Answer, Justification, Outcome
from checklists.review.answer_file import parse_answers, take
from checklists.review.state import RefusedAnswer, Review, decide
from tui.commands.options import Request, subject_options
from tui.commands.reading import open_draft
from tui.commands.text import answer_words

_OUTCOMES = tuple(outcome.value for outcome in Outcome)
_JUSTIFICATIONS = tuple(kind.value for kind in Justification)


@click.command("answer", no_args_is_help=True)
@click.argument("words", nargs=-1, metavar=f"[PATH] ITEM [{'|'.join(_OUTCOMES)}]")
@click.option("--note", default="", metavar="TEXT", help="Why; needed where the suggestion is overridden.")
@click.option("--reason", default="", metavar="TEXT", help="Why a waived item may stand.")
@click.option("--expires", metavar="YYYY-MM-DD", help="When a waiver runs out.")
@click.option("--justification", type=click.Choice(_JUSTIFICATIONS), help="Of which kind the reason is.")
@click.option("--approved-by", default="", metavar="ADDRESS", help="Who allows the waiver.  [default: you]")
@click.option(
    "--from", "file", type=click.Path(path_type=Path), metavar="FILE", help="Answers in TOML; - reads a pipe."
)
@subject_options
def command(  # noqa: PLR0913, PLR0917 - one argument an option
    asked: Request,
    words: tuple[str, ...],
    note: str,
    reason: str,
    expires: str | None,
    justification: str | None,
    approved_by: str,
    file: Path | None,
) -> int:
    """Answer one ITEM of the review of the repo at PATH, or all that stand in a FILE.

    FILE holds [[answer]] with item, answer, and what the options say (note, reason, expires, justification,
    approved_by), and [[finding]] with id, triage, reason, expires and approved_by. All is taken, or none.
    """
    if file is not None:
        given = (note, reason, expires or "", justification or "", approved_by)
        return _answer_all(asked, words, file, alone=not any(given))
    path, item, outcome = _read_words(words)
    until = read_date(expires) if expires is not None else None
    kind = _kind(outcome, justification)
    opened = open_draft(replace(asked, path=Path(path)))
    _check_item(item, opened.draft.review)
    said = opened.draft.review.suggestions[item]
    answer = Answer(outcome, said.verdict, note, reason, until, kind, approved_by)

    def change(review: Review) -> Review:
        return decide(review, item, answer, today=date.today())  # noqa: DTZ011 - the reviewer's own day

    try:
        draft = opened.store.update(opened.draft, change)
    except RefusedAnswer as refused:
        raise DraftError(f"{item} was not answered. {refused}", _way_out(outcome)) from None
    left = len(draft.review.open_items)
    click.echo(f"{item}: {answer_words(answer, said)}. {left} of {len(draft.review.items)} open.")
    return 0


def _answer_all(asked: Request, words: tuple[str, ...], file: Path, *, alone: bool) -> int:
    """Take a file of answers, in one change of the draft."""
    if len(words) > 1 or not alone:
        raise DraftError("--from takes the answers of its file.", "Leave ITEM, ANSWER and other options out.")
    name = "standard input" if str(file) == "-" else str(file)
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise DraftError(f"{name} cannot be read: {error.strerror}.", "Name a TOML file.") from None
    rows, text = parse_answers(data, name)
    opened = open_draft(replace(asked, path=Path(words[0] if words else ".")))
    today = date.today()  # noqa: DTZ011 - the reviewer's own day
    try:
        draft = opened.store.update(opened.draft, lambda review: take(review, rows, text, name, today))
    except RefusedAnswer as refused:
        raise DraftError(f"Nothing was answered.\n{refused}", "Mend the file and try again.") from None
    said = f"{counted(len(rows.answer), 'items')} answered, {counted(len(rows.finding), 'findings')} triaged"
    click.echo(f"{said}. {len(draft.review.open_items)} of {len(draft.review.items)} open.")
    return 0


def _read_words(words: tuple[str, ...]) -> tuple[str, str, Outcome]:
    if len(words) not in (2, 3):
        raise DraftError(
            "An answer is given as [PATH] ITEM ANSWER.",
            f"Name the item, then one of {', '.join(_OUTCOMES)}; `counterseal answers` lists the items.",
        )
    path, item, answer = words if len(words) == 3 else (".", *words)
    if answer not in _OUTCOMES:
        raise DraftError(f"{answer!r} is not an answer.", f"Use one of {', '.join(_OUTCOMES)}.")
    return path, item, Outcome(answer)


def _check_item(item: str, review: Review) -> None:
    if item not in review.items:
        near = get_close_matches(item, review.items, 1)
        hint = f"Did you mean {near[0]}?" if near else "`counterseal answers` lists the items."
        raise DraftError(f"There is no item {item}.", hint)


def read_date(text: str) -> date:
    """A day as it is written on the command line.

    Raises:
        DraftError: It is none.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise DraftError(
            f"{text!r} is not a date, so the waiver has no end.", "Write it as --expires YYYY-MM-DD."
        ) from None


def _kind(outcome: Outcome, justification: str | None) -> Justification | None:
    """What kind of reason a waiver has, where that is said; no other answer has one."""
    if justification is None:
        return None
    if outcome is not Outcome.WAIVED:
        raise DraftError(
            f"Only a waiver has a justification, and this answer is {outcome.value}.",
            "Leave --justification out, or answer with waived.",
        )
    return Justification(justification)


def _way_out(outcome: Outcome) -> str:
    if outcome is Outcome.WAIVED:
        return 'Add --reason "…" and --expires YYYY-MM-DD.'
    return 'Add --note "…".'
