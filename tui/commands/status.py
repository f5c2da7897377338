"""`counterseal status`: the review, the last record and what became of it, waivers, and the gate."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import click

from checklists.checks.project import Project
from checklists.counting import counted, named
from checklists.errors import CountersealError
from checklists.record.gate.decide import gate
from checklists.record.gate.waivers import Approval, waiver_states
from checklists.record.model import Record
from checklists.record.policy import Limits
from checklists.record.seal import REVIEWS
from checklists.record.staleness.again import last_record, states_at
from checklists.record.staleness.states import ItemState, State
from checklists.review.draft import Draft
from tui.commands.options import Request, base_option, subject_options
from tui.commands.reading import open_draft
from tui.text import one_line

_NAMED = 6
_ELSEWHERE = "One that was sealed to another folder (--out) is found once it lies there, or in a git note."


@click.command("status")
@click.argument("path", default=".")
@base_option
@subject_options
def command(asked: Request, base: str | None) -> int:
    """Print how the review of the repo at PATH stands: answers, records, waivers and the gate.

    Ends with 0, whatever it says.
    """
    opened = open_draft(asked)
    rows = [
        *_review(opened.draft),
        *_record(opened.scan.project),
        *_gate(opened.scan.project, asked.rev, base),
    ]
    click.echo("\n".join(one_line(row) for row in rows))
    return 0


def _review(draft: Draft) -> Iterator[str]:
    review, carried = draft.review, sum(bool(each.carried) for each in draft.review.answers.values())
    taken = f", {carried} taken over" if carried else ""
    open_items = len(review.open_items)
    yield f"Review: {len(review.answers)} of {len(review.items)} items answered{taken}, {open_items} open."
    found = {finding.id for said in review.suggestions.values() for finding in said.findings}
    if found:
        yield f"Triage: {len(found & review.judged.keys())} of {counted(len(found), 'findings')} judged."
    unused = sorted(review.judged.keys() - found)
    if unused:
        yield f"Triage of what is no longer found: {named(unused, _NAMED)}."


def _record(project: Project) -> Iterator[str]:
    try:
        found = last_record(Path(project.snapshot.root))
    except CountersealError as error:
        yield f"Last record: {error.message}"
        return
    if found is None:
        yield f"Last record: none of yours in {REVIEWS}/. {_ELSEWHERE}"
        return
    record, candidate = found
    states = states_at(record, candidate, project)
    counts = Counter(each.state for each in states)
    said = ", ".join(f"{counts[state]} {state.value}" for state in State if counts[state])
    yield f"Last record: {record.record_id}, {record.verdict.value} as {record.role}: {said}."
    yield from _stale(states)
    yield from _waivers(record, project)


def _stale(states: tuple[ItemState, ...]) -> Iterator[str]:
    by_cause: dict[str, list[str]] = {}
    for each in states:
        if each.state is State.STALE:
            by_cause.setdefault(each.because, []).append(each.item)
    for because, items in by_cause.items():
        yield f"Stale, because {because}: {named(items, _NAMED)}."


def _waivers(record: Record, project: Project) -> Iterator[str]:
    """Those that ran out, end soon or waive nothing; who may approve them is the gate's to say."""
    approvers = frozenset(waiver.approved_by for waiver in record.waiver)
    today = date.today()  # noqa: DTZ011 - a waiver ends on the reader's day
    approval = Approval(Limits(), approvers, frozenset(), today, project.items)
    for state in waiver_states(record, approval):
        yield f"Waiver of {state.of} until {state.expires}{_said(state.fault or state.note)}: {state.reason}"


def _said(words: str) -> str:
    return f" ({words})" if words else ""


def _gate(project: Project, rev: str, base: str | None) -> Iterator[str]:
    try:
        said = gate(Path(project.snapshot.root), rev=rev, base=base, now=datetime.now(UTC))
    except CountersealError as error:
        yield f"Gate: {error.message}"
        return
    closed = [each.name for each in said.in_order if not each.holds]
    yield f"Gate into {said.base.name}: {'open' if said.open else 'closed'}{_said(named(closed, _NAMED))}."
