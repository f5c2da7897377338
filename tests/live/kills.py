"""Kills a booting and running sandbox at random moments, and looks for what is left.

`python tests/live/kills.py 50` runs as a script; the suite runs a few.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

_RUN = """
import sys, time
from checklists.live.sandbox.boot import boot
print("started", flush=True)
with boot() as server:
    with server.connect() as connection:
        print("up", flush=True)
        connection.execute("create table if not exists k as select generate_series(1, 100000)")
        time.sleep(60)
"""
_WITHIN = 20.0


@contextlib.contextmanager
def temporary() -> Iterator[Path]:
    """A temporary folder that every user can pass, so that only what is ours lies in it."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="kills-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def start(folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", _RUN],
        env=os.environ | {"TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    )


def left(folder: Path) -> list[str]:
    """Processes that work below the folder, and what lies in it."""
    found = [str(path) for path in folder.iterdir()]
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if Path(process.cwd()).is_relative_to(folder):
                found.append(f"process {process.pid} {process.name()}")
    return found


def segments() -> set[str]:
    """System V shared memory without anybody attached."""
    lines = (
        Path("/proc/sysvipc/shm").read_text().splitlines()[1:] if Path("/proc/sysvipc/shm").exists() else []
    )
    return {line.split()[1] for line in lines if line.split()[6] == "0"}


def settles(folder: Path, within: float = _WITHIN) -> list[str]:
    """What is still left after a while."""
    until = time.monotonic() + within
    while (found := left(folder)) and time.monotonic() < until:
        time.sleep(0.1)
    return found


def kill(folder: Path, after: float, sign: signal.Signals, *, keeper: bool = False) -> list[str]:
    """Starts a run, kills it (or its keeper) after so many seconds, and says what is left of it."""
    run = start(folder)
    assert run.stdout is not None
    run.stdout.readline()
    time.sleep(after)
    children = psutil.Process(run.pid).children()
    target = children[0].pid if keeper and children else run.pid
    with contextlib.suppress(ProcessLookupError):
        os.kill(target, sign)
    if target != run.pid:
        time.sleep(0.5)
        run.kill()
    run.wait()
    run.stdout.close()
    return settles(folder, 3 if keeper else _WITHIN)


def main(count: int) -> int:
    chance = random.Random(1)
    before, lost = segments(), 0
    with temporary() as folder:
        for number in range(count):
            after = chance.uniform(0, 1.6)
            sign = chance.choice((signal.SIGKILL, signal.SIGTERM, signal.SIGINT))
            if found := kill(folder, after, sign):
                told = f"{number}: {sign.name} after {after:.2f} s left {found}; a start clears it"
                sys.stdout.write(told + "\n")
                kill(folder, 2, signal.SIGTERM)
                lost += bool(settles(folder))
    gone = segments() - before
    sys.stdout.write(f"{count} kills, {lost} left something after the next start, {len(gone)} segments\n")
    return 1 if lost or gone else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50))
