"""What workers report, and what widgets ask for. Only the app acts on them."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from checklists.model import Answer, Judgement, Suggestion

if TYPE_CHECKING:
    from checklists.checks.project import Project
    from checklists.live.model import Claim
    from checklists.review.draft import Draft
    from tui.ports import Store


class StageReached(Message):
    """A stage of the reading has `done` of `total`."""

    def __init__(self, stage: str, done: int, total: int) -> None:
        super().__init__()
        self.stage, self.done, self.total = stage, done, total


class ProjectRead(Message):
    """The repo is read; the checklist may be shown."""

    def __init__(self, project: "Project", store: "Store") -> None:
        super().__init__()
        self.project, self.store = project, store


class Suggested(Message):
    """Every check of these items has reported."""

    def __init__(self, suggestions: tuple[Suggestion, ...]) -> None:
        super().__init__()
        self.suggestions = suggestions


class DraftOpened(Message):
    """Every item has its suggestion, and earlier answers are laid on them: the review may be answered."""

    def __init__(self, draft: "Draft") -> None:
        super().__init__()
        self.draft = draft


class ReadingFailed(Message):
    """The reading stopped: what is wrong, and the one thing to do next."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__()
        self.message, self.hint = message, hint


class Answered(Message):
    """The reviewer answers an item, and goes on to the next one."""

    def __init__(self, item: str, answer: Answer, then: str | None) -> None:
        super().__init__()
        self.item, self.answer, self.then = item, answer, then


class Annotated(Message):
    """The reviewer writes a note on an item; an empty one takes the old one away."""

    def __init__(self, item: str, note: str) -> None:
        super().__init__()
        self.item, self.note = item, note


class Judged(Message):
    """The reviewer says what one finding, by its id, is."""

    def __init__(self, finding: str, judgement: Judgement) -> None:
        super().__init__()
        self.finding, self.judgement = finding, judgement


class Visited(Message):
    """The reviewer looks at an item."""

    def __init__(self, item: str) -> None:
        super().__init__()
        self.item = item


class EvidenceShown(Message):
    """An item's evidence was on the screen."""

    def __init__(self, item: str) -> None:
        super().__init__()
        self.item = item


class Undo(Message):
    """Take back the last answer or note."""


class Redo(Message):
    """Make the last undone answer or note again."""


class Refused(Message):
    """Something cannot be done now; one line says why."""

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


class Sealed(Message):
    """The review was sealed as it stands: the record's file."""

    def __init__(self, record: Path) -> None:
        super().__init__()
        self.record = record


class ProofReached(Message):
    """A stage of the proof is at something, `done` of `total`."""

    def __init__(self, stage: str, at: str, done: int, total: int) -> None:
        super().__init__()
        self.stage, self.at, self.done, self.total = stage, at, done, total


class Claimed(Message):
    """The proof made a claim."""

    def __init__(self, claim: "Claim") -> None:
        super().__init__()
        self.claim = claim


class Upgraded(Message):
    """Claims of the running proof change these suggestions."""

    def __init__(self, suggestions: Mapping[str, Suggestion]) -> None:
        super().__init__()
        self.suggestions = suggestions


class ProofEnded(Message):
    """The proof is there, and every check has looked again: the suggestions are on what Postgres showed."""

    def __init__(self, project: "Project", suggestions: Mapping[str, Suggestion]) -> None:
        super().__init__()
        self.project, self.suggestions = project, suggestions


class ProofFailed(Message):
    """The proof stopped: what is wrong, and the one thing to do next."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__()
        self.message, self.hint = message, hint
