"""What a server uses of the machine: memory of all its processes together, and disk."""

import contextlib
import os
import signal
from dataclasses import dataclass, field
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Usage:
    """Bytes in use now and at most so far; shared memory is counted once where the system tells (PSS)."""

    now: int = 0
    peak: int = 0
    backends: tuple[tuple[int, psutil.Process], ...] = field(default=())

    def looked(self, postmaster: int) -> "Usage":
        """The usage of the server with this process id, as it is now."""
        backends = []
        total = 0
        with contextlib.suppress(psutil.Error):
            server = psutil.Process(postmaster)
            total = _bytes(server)
            for child in server.children():
                size = _bytes(child)
                total += size
                if _is_client(child):
                    backends.append((size, child))
        return Usage(total, max(total, self.peak), tuple(backends))

    def end_largest(self) -> None:
        """Ends the session that uses most, as pg_terminate_backend does."""
        if self.backends:
            _end(max(self.backends, key=lambda each: (each[0], each[1].pid))[1])

    def end_all(self) -> None:
        """Ends every session of the rehearsed database."""
        for _, backend in self.backends:
            _end(backend)


def disk_bytes(folder: Path) -> int:
    """What all files below the folder hold."""
    total = 0
    for base, _, files in os.walk(folder):
        for name in files:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(base, name)).st_blocks * 512  # noqa: PTH118 - thousands of files
    return total


def _bytes(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.Error, AttributeError):
        return int(process.memory_full_info().pss)
    with contextlib.suppress(psutil.Error):
        return int(process.memory_info().rss)
    return 0


def _is_client(process: psutil.Process) -> bool:
    """A session titles itself `postgres: user database host activity`; those of our own role are left."""
    with contextlib.suppress(psutil.Error):
        return " ".join(process.cmdline()).startswith("postgres: postgres postgres ")
    return False


def _end(process: psutil.Process) -> None:
    with contextlib.suppress(psutil.Error):
        process.send_signal(signal.SIGTERM)
