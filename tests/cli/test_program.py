"""The program as a process: terminals and pipes, signals, and an environment that lacks things."""

import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from gitrepos import repository
from sealing import make_key

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-m", "tui.cli"]
SQL = "create table public.t (id uuid primary key, price float8);\n"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return repository(tmp_path / "repo", {"supabase/migrations/20240101000000_a.sql": SQL})


def run(*words: object, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    command = [*PROGRAM, *map(str, words)]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


def on_terminal(
    *words: object, keys: bytes = b"", after: bytes = b"", send: int = 0, **variables: str
) -> tuple[int, bytes]:
    """Run on a terminal of its own; after `after`, type the keys every second, or send the signal."""
    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover - the program itself
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's job in the background ignores it
        os.environ.update(PYTHONPATH=str(ROOT), TERM="xterm", **variables)
        os.execv(PROGRAM[0], [*PROGRAM, *map(str, words)])
    termios.tcsetwinsize(terminal, (40, 120))
    printed, asked, deadline = b"", 0.0, time.monotonic() + 60
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                printed += os.read(terminal, 65536)
            except OSError:
                break
        if after in printed and time.monotonic() - asked > 1 and (keys or not asked):
            asked = time.monotonic()
            if keys:
                os.write(terminal, keys)
            elif send:
                os.kill(child, send)
    else:
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(terminal)
    return status, printed


def test_progress_is_told_on_a_terminal_and_not_in_a_pipe(repo: Path) -> None:
    status, printed = on_terminal("scan", repo)
    assert status == 1
    assert b"Reading migrations" in printed
    assert b"Running checks" in printed
    assert printed.rindex(b"\r\x1b[2K") > printed.rindex(b"Running checks")
    piped = run("scan", repo)
    assert piped.returncode == 1
    assert piped.stderr == ""
    assert "\x1b" not in piped.stdout


def test_colours_only_repeat_what_is_said_and_can_be_turned_off(repo: Path) -> None:
    _, coloured = on_terminal("scan", repo)
    _, plain = on_terminal("scan", repo, NO_COLOR="1")
    said = plain.replace(b"\r\x1b[2K", b"")
    assert b"\x1b[" in coloured.replace(b"\r\x1b[2K", b"")
    assert b"\x1b[" not in said
    assert b"\xe2\x9c\x97 FLOAT or DOUBLE" in said


def test_an_interrupt_ends_with_130_and_loses_nothing(repo: Path) -> None:
    asked = b"Choose 1 to 7"
    status, printed = on_terminal("review", repo, "--plain", after=asked, send=signal.SIGINT)
    assert status == 130
    assert b"Interrupted." in printed
    assert b"Traceback" not in printed


def test_a_terminal_without_utf_8_gets_ascii(repo: Path) -> None:
    done = run("scan", repo, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 1
    assert done.stdout.isascii()
    assert "x FLOAT or DOUBLE" in done.stdout


def test_missing_programs_are_named(repo: Path, tmp_path: Path) -> None:
    no_git = run("scan", repo, PATH=str(tmp_path))
    assert no_git.returncode == 2
    assert "git was not found" in no_git.stderr
    key = make_key(tmp_path / "keys")
    only_git = tmp_path / "bin"
    only_git.mkdir()
    found = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout.strip()
    (only_git / "git").symlink_to(found)
    answers = "\n".join("1\nLooked." for _ in range(100))
    subprocess.run(
        [*PROGRAM, "review", repo, "--plain"], input=answers, text=True, check=True, capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    subprocess.run(["git", "config", "--global", "user.email", "r@example.org"], cwd=repo, check=True)
    done = run("seal", repo, "--key", key, "--verdict", "comment", "--yes", PATH=str(only_git))
    assert done.returncode == 2, done.stdout + done.stderr
    assert "ssh-keygen is not installed, or not on PATH" in done.stderr


def test_the_console_opens_on_a_terminal_and_leaves(repo: Path) -> None:
    status, printed = on_terminal("review", repo, after=b"\x1b[?1049h", keys=b"q")
    assert status == 0
    assert b"\x1b[?1049h" in printed
    assert b"\x1b[?1049l" in printed


def test_a_closed_pipe_is_no_fault(repo: Path) -> None:
    command = f"{sys.executable} -m tui.cli scan {repo} --format json | head -n 1"
    done = subprocess.run(
        ["bash", "-c", command],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "{\n"
    assert "Traceback" not in done.stderr


def test_version_loads_next_to_nothing() -> None:
    best = min(_timed("--version") for _ in range(3))
    assert best < 1.0


def _timed(*words: str) -> float:
    start = time.perf_counter()
    assert run(*words).returncode == 0
    return time.perf_counter() - start
