"""The whole review as numbered prompts, line by line: for screen readers and for scripts."""

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import click

from checklists.catalogue import check_named
from checklists.model import Answer, Item, Justification, Outcome, Suggestion
from checklists.review import state
from checklists.review.draft import Draft
from checklists.review.state import RefusedAnswer, Review
from checklists.review.suggesting import more_findings
from tui.commands.options import Request
from tui.commands.reading import Opened, open_draft
from tui.commands.text import answer_words, subject_line
from tui.glyphs import JUSTIFICATIONS, WORDS
from tui.text import one_line

_SHOWN = 5


Change = Callable[[Review], Review]


@dataclass(frozen=True, slots=True)
class Offer:
    """One numbered line: what it says, and what asks for the rest; None leaves the item as it is.

    `asks` runs before the draft is locked, so that a question left on the screen keeps nobody waiting.
    """

    words: str
    asks: Callable[[], Change] | None


class Ended(Exception):
    """The reviewer is done, or there is no more input; everything is saved."""


def ask_all(asked: Request, sections: tuple[str, ...] = ()) -> int:
    """Ask every open item in turn, or those of these sections; ends with 0, answered or not."""
    opened = open_draft(asked)
    check_named(sections, opened.scan.project.sections)
    click.echo(subject_line(opened.scan))
    draft, left_for_later = opened.draft, set[str]()
    with suppress(Ended):
        while name := next((n for n in _open(opened, draft, sections) if n not in left_for_later), None):
            after = _ask(opened, draft, name)
            if after is draft:
                left_for_later.add(name)
            draft = after
    left = len(draft.review.open_items)
    click.echo(f"\n{left} of {len(draft.review.items)} items open. Everything is saved.")
    if not left:
        click.echo("Seal the review: counterseal seal")
    return 0


def _open(opened: Opened, draft: Draft, sections: tuple[str, ...]) -> Iterator[str]:
    for name in draft.review.open_items:
        item = opened.scan.project.item(name)
        if not sections or (item is not None and item.section in sections):
            yield name


def _ask(opened: Opened, draft: Draft, name: str) -> Draft:
    """Ask one item, and save what is chosen; the same draft where it is left for later."""
    click.echo("\n".join(_shown(draft, name, opened.scan.project.item(name))))
    offers = _offers(draft, name)
    for number, offer in enumerate(offers, 1):
        click.echo(f"  {number}. {offer.words}")
    while True:
        chosen = offers[_number(len(offers)) - 1]
        if chosen.asks is None:
            return draft
        try:
            after = opened.store.update(draft, chosen.asks())
        except RefusedAnswer as refused:
            click.echo(str(refused))
            continue
        for message in after.messages:
            click.echo(one_line(message))
        if name in after.review.answers:
            answer = after.review.answers[name]
            click.echo(f"{name}: {answer_words(answer, after.review.suggestions[name])}")
        return after


def _shown(draft: Draft, name: str, item: Item | None) -> Iterator[str]:
    said = draft.review.suggestions[name]
    place = draft.review.items.index(name) + 1
    yield ""
    yield f"Item {place} of {len(draft.review.items)}: {item.title if item else name}"
    if isinstance(item, Item):
        yield item.question
    yield f"Suggested: {WORDS[said.verdict]}, because {one_line(said.because)}"
    for finding in said.findings[:_SHOWN]:
        yield f"  {finding.severity.value}, {one_line(str(finding.location))}: {one_line(finding.message)}"
    if len(said.findings) > _SHOWN:
        yield f"  and {more_findings(said.findings[_SHOWN:])}"
    if name in draft.previous:
        before = draft.previous[name].answer
        yield f"Answered before: {WORDS[before.outcome]}; since then {one_line(draft.change_since(name))}"
        if before.note or before.reason:
            yield f"What you said: {one_line(before.note or before.reason)}"
    if name in draft.review.notes:
        yield f"Note: {one_line(draft.review.notes[name])}"


def _offers(draft: Draft, name: str) -> tuple[Offer, ...]:
    said = draft.review.suggestions[name]
    return (
        *(
            Offer(f"{WORDS[each]}{_hint(each, said)}", partial(_decision, name, each, said))
            for each in Outcome
        ),
        Offer("write a note, and decide later", partial(_annotation, name)),
        Offer("undo the last answer", lambda: state.undo),
        Offer("next item", None),
    )


def _hint(outcome: Outcome, said: Suggestion) -> str:
    if outcome.value == said.verdict.value:
        return " (confirms the suggestion)"
    return " (needs a reason and a date)" if outcome is Outcome.WAIVED else " (needs a note)"


def _decision(name: str, outcome: Outcome, said: Suggestion) -> Change:
    answer = Answer(outcome, said.verdict)
    if outcome is Outcome.WAIVED:
        answer = replace(
            answer,
            reason=_line("Reason: "),
            justification=_justification(),
            expires=_date("Runs out on (YYYY-MM-DD): "),
        )
    elif not answer.confirms:
        answer = replace(answer, note=_line("Note: "))
    today = date.today()  # noqa: DTZ011 - the reviewer's own day
    return lambda review: state.decide(review, name, answer, today=today)


def _justification() -> Justification:
    kinds = tuple(JUSTIFICATIONS)
    for number, kind in enumerate(kinds, 1):
        click.echo(f"  {number}. {kind.value.replace('_', ' ')}: {JUSTIFICATIONS[kind]}")
    return kinds[_number(len(kinds)) - 1]


def _annotation(name: str) -> Change:
    note = _line("Note: ")
    return lambda review: state.annotate(review, name, note)


def _number(most: int) -> int:
    while True:
        text = _line(f"Choose 1 to {most}, or q to stop: ").strip()
        if text.lower() == "q":
            raise Ended
        if text.isascii() and text.isdigit() and 1 <= int(text) <= most:
            return int(text)
        click.echo(f"{one_line(text)!r} is not one of the numbers.")


def _date(prompt: str) -> date | None:
    try:
        return date.fromisoformat(_line(prompt).strip())
    except ValueError:
        return None


def _line(prompt: str) -> str:
    click.echo(prompt, nl=False)
    sys.stdout.flush()
    line = sys.stdin.readline()
    if not line or not sys.stdin.isatty():  # nobody pressed Enter on the screen
        click.echo("")
    if not line:
        raise Ended
    return line.rstrip("\n")
