"""Clears what a server leaves: its processes, its shared memory, its folder."""

import contextlib
import ctypes
import shutil
import signal
import sys
from pathlib import Path

import psutil

LOCK = "lock"
_IPC_RMID = 0
# How long the server gets to end by itself before it is killed.
_GRACE = 5.0


def clear(path: Path) -> None:
    """Ends the server whose data lie below `path`, if there is one, and removes the folder."""
    data = path / "data"
    end_processes(_of(data))
    free_shared_memory(data)
    remove(path)


def remove(path: Path) -> None:
    """The folder of a run, its lock last: whoever is killed at this leaves it for the next start to find."""
    with contextlib.suppress(OSError):
        for each in path.iterdir():
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each, ignore_errors=True)
            elif each.name != LOCK:
                each.unlink()
    shutil.rmtree(path, ignore_errors=True)


def end_processes(processes: list[psutil.Process]) -> None:
    """Quits the first of them, which takes the others along, and kills what is left after a while."""
    for sign in (signal.SIGQUIT, signal.SIGKILL):
        for process in processes[:1] if sign is signal.SIGQUIT else processes:
            with contextlib.suppress(psutil.Error):
                process.send_signal(sign)
        _, processes = psutil.wait_procs(processes, timeout=_GRACE)


def free_shared_memory(data: Path) -> None:
    """Removes the System V segment that marks the data folder as in use; a killed server leaves it behind.

    Its id stands in the seventh line of postmaster.pid (src/include/utils/pidfile.h).
    """
    with contextlib.suppress(OSError, ValueError, IndexError):
        segment = int((data / "postmaster.pid").read_text().splitlines()[6].split()[1])
        if sys.platform != "win32":
            ctypes.CDLL(None).shmctl(segment, _IPC_RMID, None)


def _of(data: Path) -> list[psutil.Process]:
    """The postmaster, then its children: every process that works in this data folder."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.name().startswith("postgres") and Path(process.cwd()) == data:
                found.append(process)
    return sorted(found, key=lambda process: process.pid)
