"""Drafts on disk: saved on every answer, atomically, and never overwritten unread."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from checklists.codec import from_plain, to_plain
from checklists.errors import DraftError
from checklists.model import Answer, Judgement, Suggestion
from checklists.repo import Subject
from checklists.review.draft import Basis, Context, Draft, Previous, changed, renewed
from checklists.review.folder import Choice, file_name, locked, write_atomically
from checklists.review.state import Review
from checklists.review.undo_history import Change, pack, unpack

SCHEMA = "counterseal.draft/1"


@dataclass(frozen=True, slots=True)
class Stored:
    """A draft as its file holds it; suggestions are made anew from the code and are not in it."""

    schema: str
    stamp: str
    saved_at: datetime
    subject: Subject
    current: str | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict, hash=False)
    bases: Mapping[str, Basis] = field(default_factory=dict, hash=False)
    notes: Mapping[str, str] = field(default_factory=dict, hash=False)
    judged: Mapping[str, Judgement] = field(default_factory=dict, hash=False)
    opened: frozenset[str] = frozenset()
    previous: Mapping[str, Previous] = field(default_factory=dict, hash=False)
    context: Context = field(default_factory=Context)
    past: tuple[Change, ...] = ()
    future: tuple[Change, ...] = ()


class DraftStore:
    """The one draft of a repo and a choice.

    Every change is made to what is on disk at that moment, under a lock, so that two consoles add to each
    other's answers instead of overwriting them. Where `other` holds a newer draft, from when this folder
    could not be written, that one goes on here. `because` says why the draft is kept in an unusual folder;
    `lay` is asked what else becomes of a draft that is laid on today's suggestions.
    """

    def __init__(
        self,
        folder: Path,
        choice: Choice | None = None,
        *,
        other: Path | None = None,
        because: str = "",
        lay: Callable[[Draft], Draft] | None = None,
    ) -> None:
        name = file_name(choice or Choice())
        self.folder = folder
        self.path = folder / name
        self._other = other / name if other else None
        self._because = because
        self._lay = lay or _as_it_is

    def open(self, suggestions: Mapping[str, Suggestion], subject: Subject) -> Draft:
        """The draft as it was left, on today's suggestions; an empty one where there is none.

        Nothing is written, but that a file that cannot be read is put aside, and a message says where.
        """
        items = tuple(suggestions)
        stored, messages = self._look()
        if self._because:
            messages = (f"The draft is kept in {self.folder}, because {self._because}.", *messages)
        if stored is None:
            return self._lay(Draft(Review(items, suggestions), subject, messages=messages))
        return self._lay(renewed(replace(_draft(stored), messages=messages), suggestions, items, subject))

    def context(self) -> Context:
        """What people said of the system, as far as it can be read."""
        try:
            stored, _ = self._newest(self._parsed())
        except (ValueError, RecursionError):  # told, and put aside, when the draft is opened
            return Context()
        return stored.context if stored else Context()

    def update(self, draft: Draft, change: Callable[[Review], Review]) -> Draft:
        """Make one change, save it, and return what is on disk now.

        Where another console saved in the meantime, the change is made to its answers.

        Raises:
            RefusedAnswer: The review does not take the change; nothing is written.
            DraftError: The disk does not take it; the draft on disk is as it was.
        """
        return self._replace(draft, lambda latest: changed(latest, change(latest.review)))

    def set_context(self, draft: Draft, context: Context) -> Draft:
        """Save what people know of the system."""
        return self._replace(draft, lambda latest: replace(latest, context=context))

    def _replace(self, draft: Draft, change: Callable[[Draft], Draft]) -> Draft:
        with locked(self.path):
            stored, messages = self._read()
            latest = draft
            if stored is not None:  # what else there is to tell was told on opening
                messages = ()
            if stored is not None and stored.stamp != draft.stamp:
                review = draft.review
                latest = self._lay(renewed(_draft(stored), review.suggestions, review.items, draft.subject))
                messages = (
                    "This draft was changed elsewhere in the meantime; both sets of answers are kept.",
                )
            after = replace(change(latest), stamp=secrets.token_hex(8))
            self._write(_stored(after))
        return replace(after, messages=(*messages, *latest.messages) if latest is not draft else messages)

    def _look(self) -> tuple[Stored | None, tuple[str, ...]]:
        """Read without a lock, which would be a file: a save replaces the draft whole."""
        try:
            stored, messages = self._newest(self._parsed())
        except (ValueError, RecursionError):
            with locked(self.path):
                return self._read()
        return stored, messages

    def _read(self) -> tuple[Stored | None, tuple[str, ...]]:
        """The newest draft; one that cannot be read is put aside. Only under the lock."""
        try:
            return self._newest(self._parsed())
        except (ValueError, RecursionError) as error:
            aside = self._put_aside()
            return None, (
                f"The draft could not be read ({error}); it is kept as {aside}, and a new one begins.",
            )

    def _parsed(self) -> Stored | None:
        try:
            return _parse(self.path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise DraftError(
                f"The draft {self.path} cannot be read: {error.strerror}.", "Check its rights."
            ) from error

    def _newest(self, mine: Stored | None) -> tuple[Stored | None, tuple[str, ...]]:
        """This draft or the other one, whichever was saved last: it went on from the older one."""
        if self._other is None:
            return mine, ()
        try:
            other = _parse(self._other.read_bytes())
        except (OSError, ValueError, RecursionError):  # it is not this store's to judge or to move
            return mine, ()
        if mine is not None and mine.saved_at >= other.saved_at:
            return mine, ()
        return other, (f"This goes on with the newer draft of {self._other.parent}.",)

    def _put_aside(self) -> Path:
        number = 1
        while (aside := self.path.with_name(f"{self.path.name}.broken-{number}")).exists():
            number += 1
        self.path.rename(aside)
        return aside

    def _write(self, stored: Stored) -> None:
        text = json.dumps(to_plain(stored), indent=1, ensure_ascii=True, default=_iso) + "\n"
        try:
            write_atomically(self.path, text.encode())
        except OSError as error:
            raise DraftError(
                f"The draft {self.path} cannot be saved: {error.strerror}. The answer was not taken.",
                "Make room or give yourself the right to write there, then answer again.",
            ) from error


def _as_it_is(draft: Draft) -> Draft:
    return draft


def _parse(text: bytes) -> Stored:
    data: Any = json.loads(text)
    if isinstance(data, dict) and data.get("schema") != SCHEMA:
        raise ValueError(f"its schema is {data.get('schema')!r}, not {SCHEMA!r}")
    return from_plain(Stored, data)


def _draft(stored: Stored) -> Draft:
    now = (stored.answers, stored.notes, stored.judged)
    review = Review(
        items=tuple(stored.answers),
        answers=stored.answers,
        notes=stored.notes,
        judged=stored.judged,
        opened=stored.opened,
        current=stored.current,
        past=unpack(stored.past, now),
        future=unpack(stored.future, now),
    )
    return Draft(review, stored.subject, stored.bases, stored.previous, stored.context, stored.stamp)


def _stored(draft: Draft) -> Stored:
    review = draft.review
    now = (review.answers, review.notes, review.judged)
    return Stored(
        SCHEMA, draft.stamp, datetime.now(UTC), draft.subject, review.current,
        review.answers, draft.bases, review.notes, review.judged, review.opened,
        draft.previous, draft.context,
        pack(review.past, now), pack(review.future, now),
    )  # fmt: skip


def _iso(value: object) -> str:
    assert isinstance(value, date)  # noqa: S101 - nothing else is in a draft that JSON has no word for
    return value.isoformat()
