"""Work beside other work: what takes a processor for seconds goes on in another process meanwhile.

A thread would not do: Python runs one of them at a time. A copy of this process is made at once and has all
that was read; it can be made only where no thread runs and the system's own libraries allow it. The console
has threads: there a fresh Python process does what can be told to it, and the rest is done when it is asked.
"""

import copyreg
import ctypes
import io
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn, TypeVar

A = TypeVar("A")
R = TypeVar("R")

_PR_SET_PDEATHSIG = 1  # prctl(2)


def beside(work: Callable[[], R]) -> Callable[[], R]:
    """Begin `work` in a copy of this process; what is returned waits for the answer, a value that can be
    pickled.

    Where no copy can be made, or it fails, `work` is done here when the answer is asked for.
    """
    if not can_copy():
        return cache(work)
    first = os.getpid()
    reading, writing = os.pipe()
    try:
        copy = os.fork()
    except OSError:  # there is no room for another process
        os.close(reading)
        os.close(writing)
        return cache(work)
    if not copy:
        os.close(reading)  # or the copy would wait for itself to read what nobody else does
        _answer(work, writing, first)
    os.close(writing)
    said = cache(lambda: _heard(reading, copy))
    return cache(lambda: pickle.loads(said()) if said() else work())  # noqa: S301 - our own program's


def apart(work: Callable[[A], R], asked: A) -> Callable[[], R]:
    """The same for a function of a module and a value that can be pickled: where no copy can be made, it goes
    on in a Python process of its own.
    """
    if can_copy():
        return beside(lambda: work(asked))
    answer: Future[R] = Future()

    def wait() -> None:
        try:
            told = _told(pickle.dumps((work, asked)))
            answer.set_result(work(asked) if told is None else pickle.loads(told))  # noqa: S301 - our own program's
        except BaseException as error:  # noqa: BLE001 - raised again where the answer is asked for
            answer.set_exception(error)

    threading.Thread(target=wait, name=work.__module__, daemon=True).start()
    return answer.result


def can_copy() -> bool:
    """Whether a copy of this process can be made, and gains anything.

    Not beside other threads: a lock that one holds, Python's or a library's, would stay shut in the copy.
    """
    if sys.platform != "linux" or len(os.sched_getaffinity(0)) == 1:
        return False
    try:
        return len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:
        return False


def _answer(work: Callable[[], object], writing: int, first: int) -> NoReturn:
    """What the copy does; without an answer from it, working in the first process says why."""
    failed = 1
    try:
        _end_with(first)
        told = io.BytesIO()
        pickler = pickle.Pickler(told, pickle.HIGHEST_PROTOCOL)
        pickler.dispatch_table = {**copyreg.dispatch_table, MappingProxyType: _reduced}
        pickler.dump(work())
        with os.fdopen(writing, "wb") as stream:
            stream.write(told.getbuffer())
        failed = 0
    finally:
        os._exit(failed)  # nothing that the first process has to finish is this one's to finish


def _end_with(first: int) -> None:
    """Ctrl-C for this process as soon as the first one is gone: nobody would hear the answer."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
    if os.getppid() != first:
        raise KeyboardInterrupt


def _heard(reading: int, copy: int) -> bytes:
    """What a copy said; nothing where it did not come to its end."""
    with os.fdopen(reading, "rb") as stream:
        said = stream.read()
    try:
        _, status = os.waitpid(copy, 0)
    except ChildProcessError:  # nobody can tell: whoever started us ignores how children end
        return b""
    return b"" if status else said


def _reduced(mapping: MappingProxyType[Any, Any]) -> tuple[Any, ...]:
    return _frozen, (dict(mapping),)


def _frozen(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)


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
