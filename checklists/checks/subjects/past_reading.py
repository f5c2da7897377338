"""Looks for secrets in a history, in a process of its own: a gigabyte takes a processor for seconds."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from checklists.apart import apart
from checklists.checks.subjects import foreign_secrets, secret_values
from checklists.checks.subjects.secret_values import Secret
from checklists.repo.beside import Beside, beside
from checklists.repo.history import History
from checklists.repo.past_files import Past, past_files

MARKS = (*secret_values.MARKS, *foreign_secrets.MARKS)


@dataclass(frozen=True, slots=True)
class Found:
    """A secret, its line in the text, and whether it is another service's."""

    secret: Secret
    line: int
    foreign: bool


@lru_cache(maxsize=2)
def begin(history: History) -> Callable[[], Past[Found]]:
    """Start to read; the answer raises RepositoryError where git cannot read the commits."""
    return apart(_read, history)


@lru_cache(maxsize=2)
def files_beside(history: History) -> tuple[Beside, ...]:
    """The revision's files that no other check reads and that may hold a secret.

    Raises:
        RepositoryError: git cannot read them.
    """
    return beside(history, MARKS)


def _read(history: History) -> Past[Found]:
    return past_files(history, MARKS, _secrets)


def _secrets(text: str) -> tuple[Found, ...]:
    ours = ((secret, False) for secret in secret_values.secrets_in(text))
    others = ((secret, True) for secret in foreign_secrets.foreign_secrets_in(text))
    return tuple(
        Found(secret, text.count("\n", 0, secret.start) + 1, foreign) for secret, foreign in (*ours, *others)
    )
