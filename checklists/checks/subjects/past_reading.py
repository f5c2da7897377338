"""Looks for secrets in a history, in a process of its own: a gigabyte takes a processor for seconds."""

import pickle
import subprocess
import sys
from concurrent.futures import Future
from dataclasses import dataclass
from functools import lru_cache
from threading import Thread

from checklists.checks.subjects import foreign_secrets, secret_values
from checklists.checks.subjects.secret_values import Secret
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
def begin(history: History) -> "Future[Past[Found]]":
    """Start to read; the answer raises RepositoryError where git cannot read the commits."""
    reading: Future[Past[Found]] = Future()

    def read() -> None:
        try:
            reading.set_result(_apart(history) or _read(history))
        except BaseException as error:  # noqa: BLE001 - raised again where the answer is asked for
            reading.set_exception(error)

    Thread(target=read, name="history", daemon=True).start()
    return reading


def _apart(history: History) -> Past[Found] | None:
    """What another process says; None where none can run, or it fails: reading here then says why."""
    program = (
        sys.executable,
        "-P",
        "-c",
        f"from {__name__} import main; main()",
        history.root,
        history.commit,
    )
    try:
        done = subprocess.run(program, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    except OSError:
        return None
    return pickle.loads(done.stdout) if done.returncode == 0 else None  # noqa: S301 - our own program's


def _read(history: History) -> Past[Found]:
    return past_files(history, MARKS, _secrets)


def _secrets(text: str) -> tuple[Found, ...]:
    ours = ((secret, False) for secret in secret_values.secrets_in(text))
    others = ((secret, True) for secret in foreign_secrets.foreign_secrets_in(text))
    return tuple(
        Found(secret, text.count("\n", 0, secret.start) + 1, foreign) for secret, foreign in (*ours, *others)
    )


def main() -> None:
    """What the other process runs: prints, pickled, what the history of the root and commit named holds."""
    root, commit = sys.argv[1:]
    sys.stdout.buffer.write(pickle.dumps(_read(History(root, commit))))
