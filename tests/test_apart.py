"""Work is done by a copy of the program or by one of its own, and here where neither can run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from checklists.apart import _heard, apart, beside


def whose(_asked: None) -> int:
    return os.getpid()


def refused(asked: str) -> str:
    raise ValueError(asked)


@pytest.fixture(autouse=True)
def _threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the console: a test runner may have one thread or many."""
    monkeypatch.setattr("checklists.apart.can_copy", lambda: False)


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other program finds this file's functions as it finds those of the packages."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


def test_another_process_does_it() -> None:
    assert apart(whose, None)() != os.getpid()


def test_it_is_done_here_where_no_program_can_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    assert apart(whose, None)() == os.getpid()


def test_what_it_raises_is_raised_where_the_answer_is_asked_for() -> None:
    with pytest.raises(ValueError, match="not this"):
        apart(refused, "not this")()


def test_it_is_done_here_where_no_copy_is_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> int:
        raise BlockingIOError

    monkeypatch.setattr("checklists.apart.can_copy", lambda: True)
    monkeypatch.setattr(os, "fork", none)
    assert beside(os.getpid)() == os.getpid()


@pytest.mark.parametrize(("status", "heard"), [(0, b"half"), (1, b"")])
def test_what_a_copy_says_that_does_not_come_to_its_end_is_no_answer(status: int, heard: bytes) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"half")
    os.close(writing)
    copy = os.posix_spawn(sys.executable, [sys.executable, "-c", f"raise SystemExit({status})"], os.environ)
    assert _heard(reading, copy) == heard


def test_no_module_of_the_working_folder_is_taken_for_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pickle.py").write_text(f"open({str(tmp_path / 'was-run')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    asked: list[object] = []
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: asked.append(a) or run(*a, **k))
    assert apart(whose, None)() != os.getpid()
    assert len(asked) == 1
    assert not (tmp_path / "was-run").exists()


@pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) == 1, reason="needs two processors"
)
class TestACopy:
    """In a program of its own: the test runner's threads forbid one."""

    def said(self, *lines: str) -> str:
        imports = ("import os, signal, threading, time", "from checklists.apart import beside, can_copy")
        command = [sys.executable, "-c", "\n".join((*imports, *lines))]
        # A copy that stays behind would hold the output open until then.
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=50)
        return done.stdout.strip()

    def test_it_works_meanwhile_and_knows_what_was_read(self) -> None:
        assert self.said("read = [7]", "ask = beside(lambda: (os.getpid(), read))", "read.append(8)",
                         "print(ask()[0] != os.getpid(), ask()[1])") == "True [7]"  # fmt: skip

    def test_frozen_mappings_come_back_as_such(self) -> None:
        assert self.said(
            "from types import MappingProxyType as M", "print(beside(lambda: M({1: M({})}))())"
        ) == ("{1: mappingproxy({})}")

    def test_what_it_raises_is_raised_here(self) -> None:
        assert (
            self.said("ask = beside(lambda: 1 / 0)", "try: ask()", "except ZeroDivisionError: print('here')")
            == "here"
        )

    def test_one_that_dies_is_done_again_here(self) -> None:
        assert (
            self.said("me = os.getpid()", "print(beside(lambda: os.getpid() == me or os.abort())())")
            == "True"
        )

    def test_it_is_done_once(self) -> None:
        once = "print((first := ask()) == [7], ask() is first, os.getpid() in did)"
        assert self.said("did = []", "ask = beside(lambda: [did.append(os.getpid()), 7][1:])", once) == (
            "True True False"
        )
        here = "work = lambda: [did.append(os.getpid() == me or os.abort()), 7]"
        assert self.said("me, did = os.getpid(), []", here, "ask = beside(work)", "ask(), ask()",
                         "print(len(did))") == "1"  # fmt: skip

    def test_one_whose_answer_nobody_hears_ends_all_the_same(self) -> None:
        assert self.said("beside(lambda: bytes(10**6))", "beside(lambda: bytes(10**6))") == ""

    def test_one_ends_with_the_first_process(self) -> None:
        assert self.said("beside(lambda: time.sleep(100))", "print('ended')") == "ended"

    def test_it_is_done_here_where_nobody_tells_how_a_copy_ended(self) -> None:
        assert self.said("signal.signal(signal.SIGCHLD, signal.SIG_IGN)", "print(beside(lambda: 7)())") == "7"

    def test_what_the_first_process_has_to_say_is_said_once(self) -> None:
        assert self.said("print('once', end='')", "beside(lambda: None)()") == "once"

    def test_none_is_made_beside_threads(self) -> None:
        thread = ("stop = threading.Event()", "threading.Thread(target=stop.wait).start()")
        asked = "print(can_copy(), beside(os.getpid)() == os.getpid())"
        assert self.said(*thread, asked, "stop.set()") == "False True"
