"""Work in a Python process of its own: what takes a processor for seconds runs beside the rest.

A thread would not do: Python runs one of them at a time. A fork would not either: the console has threads.
"""

import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

A = TypeVar("A")
R = TypeVar("R")


def apart(work: Callable[[A], R], asked: A) -> "Future[R]":
    """Begin `work`, a function of a module, in another process; here where that cannot run or fails.

    What is asked and what is answered are values that can be pickled. The future raises what `work` raises.
    """
    answer: Future[R] = Future()

    def wait() -> None:
        try:
            told = _told(pickle.dumps((work, asked)))
            answer.set_result(work(asked) if told is None else pickle.loads(told))  # noqa: S301 - our own program's
        except BaseException as error:  # noqa: BLE001 - raised again where the answer is asked for
            answer.set_exception(error)

    Thread(target=wait, name=work.__module__, daemon=True).start()
    return answer


def _told(question: bytes) -> bytes | None:
    """What the other process says; None where none can run, or it fails: working here then says why."""
    program = (sys.executable, "-P", "-c", f"from {__name__} import main; main()")
    try:
        done = subprocess.run(program, input=question, capture_output=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def main() -> None:
    """What the other process runs: reads a question, answers it."""
    work, asked = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own program's
    sys.stdout.buffer.write(pickle.dumps(work(asked)))
