"""What the console needs from outside of itself, named so that screens run on literals."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from checklists.errors import CountersealError
from checklists.model import Answer, Report, Suggestion
from checklists.review.state import Review

if TYPE_CHECKING:  # heavy: loaded by the worker, after the first screen stands
    from checklists.checks.loading import Progress
    from checklists.checks.project import Project
    from checklists.live.ground import Tell
    from checklists.live.proving import Progress as ProofProgress
    from checklists.record.staleness.changes import Changes
    from checklists.repo import Subject
    from checklists.review.draft import Context, Draft

Change = Callable[[Review], Review]
Checking = tuple[int, int] | None
"""How many checks have reported, of how many; None when all have and the review may be answered."""


@dataclass(frozen=True, slots=True)
class Reopened:
    """An earlier answer that no longer stands, and what changed since, in words."""

    answer: Answer
    because: str


class Store(Protocol):
    """The draft on disk: `checklists.review.store.DraftStore`."""

    def open(self, suggestions: Mapping[str, Suggestion], subject: "Subject") -> "Draft":
        """The draft as it was left, on these suggestions."""
        ...

    def context(self) -> "Context":
        """What people said of the system."""
        ...

    def update(self, draft: "Draft", change: Change) -> "Draft":
        """Make a change and save it; when this returns it survives a killed terminal."""
        ...

    def set_context(self, draft: "Draft", context: "Context") -> "Draft":
        """Save what people know of the system."""
        ...


class Sealer(Protocol):
    """Makes the record of a draft: who signs, with which key, what it will say, and the sealing.

    `reason` is why the verdict stands; an approval needs one where items fail. `missing` says why nothing can
    be signed yet, and is None where there is a `key`.
    """

    reviewer: str
    key: str
    missing: CountersealError | None

    @property
    def already(self) -> Path | None:
        """The reviewer's newest record of this commit, where there is one."""
        ...

    @property
    def signers_line(self) -> str:
        """The reviewer's line of a signers file; empty where their key has none."""
        ...

    def sentence(self, draft: "Draft", verdict: str, reason: str = "") -> str:
        """The first-person sentence that the reviewer confirms by sealing."""
        ...

    def page(self, draft: "Draft", verdict: str, reason: str = "") -> str:
        """The record's Markdown page as it will be.

        Raises:
            CountersealError: The review cannot be sealed as it stands.
        """
        ...

    def seal(self, draft: "Draft", verdict: str, reason: str = "") -> tuple[Path, ...]:
        """Write record, signature and page; the files, the record first.

        Raises:
            CountersealError: It cannot be sealed or signed.
        """
        ...


Prove = Callable[["Project", "ProofProgress", "Tell"], "Project"]
"""Runs the migrations and returns the project with what that showed; told of stages and of claims."""


class Consent(Protocol):
    """Whether the migrations of a repo may be run."""

    def given(self, project: "Project") -> bool:
        """The user said yes before."""
        ...

    def give(self, project: "Project") -> None:
        """The user says yes, for this time and the next."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything outside of the console. `informed_by` maps each item to the checks that it waits for.

    `prefilled` begins the context of a new review, which is not asked for where it is None; `declared` gives
    checks what a context declares. `sections` are those that the reviewer goes through, by id; all where it
    is empty. `changes` are those since the reviewer's last record. `upgraded` are the suggestions that the
    claims of an unfinished proof change. `unable` says why nothing can be proven here, None where it can.

    `load`, `informed_by`, `check`, `store`, `prove` and `upgraded` run in a worker thread, the rest in the
    console's own.
    """

    where: str
    revision: str
    load: "Callable[[Progress], Project]"
    informed_by: "Callable[[Project], Mapping[str, frozenset[str]]]"
    check: "Callable[[Project], Iterator[Report]]"
    store: "Callable[[Project], Store]"
    page: Callable[[str], str]
    sealer: "Callable[[Project], Sealer] | None" = None
    prove: "Prove | None" = None
    unable: "Callable[[], CountersealError | None]" = lambda: None
    consent: "Consent | None" = None
    prefilled: "Callable[[Project], Context] | None" = None
    declared: "Callable[[Project, Context], Project]" = lambda project, _context: project
    sections: tuple[str, ...] = ()
    changes: "Callable[[Project], Changes | None] | None" = None
    upgraded: "Callable[[Project], Mapping[str, Suggestion]]" = lambda _project: {}
    today: Callable[[], date] = date.today
    clock: Callable[[], float] = monotonic
