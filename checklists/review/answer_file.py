"""Answers and triage as a TOML file, taken whole or not at all."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from checklists.errors import DraftError
from checklists.model import Answer, Judgement, Justification, Outcome, Triage
from checklists.review.state import RefusedAnswer, Review, decide, judge
from checklists.tomlfile import TomlFile, line_of

_HINT = "Mend the file and try again; nothing of it was taken."
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """`[[answer]]`: one item, as the options of `counterseal answer` say it."""

    item: str
    answer: Outcome
    note: str = ""
    reason: str = ""
    expires: date | None = None
    justification: Justification | None = None
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class TriageRow:
    """`[[finding]]`: one finding by its id, as the options of `counterseal triage` say it."""

    id: str
    triage: Triage
    reason: str = ""
    expires: date | None = None
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """The whole file."""

    answer: tuple[AnswerRow, ...] = ()
    finding: tuple[TriageRow, ...] = ()


def parse_answers(data: bytes, name: str) -> tuple[AnswerFile, str]:
    """The rows in a file's bytes, and its text.

    Raises:
        DraftError: It is no TOML, or has a key that is unknown, missing or of another type; or no row.
    """
    file, text = TomlFile(name, "", DraftError, _HINT).read(AnswerFile, data)
    if not file.answer and not file.finding:
        raise DraftError(f"{name} holds neither [[answer]] nor [[finding]].", _HINT)
    return file, text


def take(review: Review, file: AnswerFile, text: str, name: str, today: date) -> Review:
    """The review with every row taken.

    Raises:
        RefusedAnswer: A row is not taken; the message names each of them by its line.
    """
    faults = list(_repeated(file))
    for number, row in enumerate(file.answer):
        try:
            review = decide(review, row.item, _answer(review, row), today=today)
        except RefusedAnswer as refused:
            faults.append((f"answer[{number}]", f"{row.item}: {refused}"))
    for number, each in enumerate(file.finding):
        try:
            judgement = Judgement(each.triage, each.reason, each.expires, each.approved_by)
            review = judge(review, each.id, judgement, today=today)
        except RefusedAnswer as refused:
            faults.append((f"finding[{number}]", f"{each.id}: {refused}"))
    if faults:
        lines = [f"{name}:{line_of(text, where) or '?'}: {what}" for where, what in faults[:_SHOWN]]
        lines += [f"and {len(faults) - _SHOWN} more"] * (len(faults) > _SHOWN)
        raise RefusedAnswer("\n".join(lines))
    return review


def _answer(review: Review, row: AnswerRow) -> Answer:
    said = review.suggestions.get(row.item)
    if said is None:
        raise RefusedAnswer(f"There is no item {row.item}.")
    if row.justification is not None and row.answer is not Outcome.WAIVED:
        raise RefusedAnswer("Only a waiver has a justification.")
    return Answer(
        row.answer, said.verdict, row.note, row.reason, row.expires, row.justification, row.approved_by
    )


def _repeated(file: AnswerFile) -> Iterator[tuple[str, str]]:
    for kind, names in (
        ("answer", [each.item for each in file.answer]),
        ("finding", [each.id for each in file.finding]),
    ):
        for number, name in enumerate(names):
            if names.index(name) != number:
                yield f"{kind}[{number}]", f"{name}: It stands in the file twice."
