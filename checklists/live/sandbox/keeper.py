"""The process between Counterseal and the server: it outlives neither, whichever of them dies first.

Started by `kept` with the run's folder, it reads one line of JSON (what to start, as whom, within which
limits), prepares and starts the server, tells what happens as lines of JSON, and ends the server and
removes the folder once its standard input closes, however Counterseal came to its end. Should the keeper be
killed, Linux ends the server (PR_SET_PDEATHSIG), and the next start removes the folder.
"""

import contextlib
import ctypes
import json
import resource
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from checklists.live.sandbox.remains import end_processes, free_shared_memory, remove
from checklists.live.sandbox.usage import Usage, disk_bytes

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_READY = "ready"
# Seconds between two looks at the server: while it starts, and later.
_SOON, _BEAT = 0.01, 0.2
_START_WITHIN = 60.0
# An ended session gives its disk back in a moment: how many looks it gets, and what is too much at once.
_BEATS_OVER, _FAR_OVER = 25, 4


def main() -> int:
    """Keeps one server, as ordered on standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for Counterseal, which then closes our input
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)  # what a dying server leaves comes to us, to be ended
    folder, server = Path(sys.argv[2]), None
    try:
        line = sys.stdin.readline()
        if not line:
            return 0
        order = json.loads(line) | {"folder": str(folder)}
        if order["prepare"] and (fault := _prepare(order)):
            _tell("failed", fault)
            return 1
        server = _start(order["server"], order)
        _watch(server, folder, order)
    finally:
        end_processes(_family(server))
        free_shared_memory(folder / "data")
        remove(folder)
    return 0


def _prepare(order: dict[str, Any]) -> str:
    done = subprocess.run(
        order["prepare"], check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        **_how(order, limited=False),
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stderr.strip()[-500:] or f"status {done.returncode}"


def _start(command: list[str], order: dict[str, Any]) -> subprocess.Popen[bytes]:
    with Path(order["folder"], "log").open("ab") as log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **_how(order, limited=True)
        )


def _how(order: dict[str, Any], *, limited: bool) -> dict[str, Any]:
    user = {"user": order["uid"], "group": order["gid"], "extra_groups": []} if order["drops"] else {}
    how = {"env": order["env"], "cwd": order["folder"], "umask": 0o077, **user}
    return how | {"preexec_fn": _settled(order) if limited else _dies_with_us}


def _settled(order: dict[str, Any]) -> Callable[[], None]:
    """Run in the child once it has changed its user, which would take the signal away again."""

    def settle() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["file_bytes"], order["file_bytes"]))
        if sys.platform == "linux":  # macOS knows the limit and does not keep it
            resource.setrlimit(resource.RLIMIT_AS, (order["process_bytes"], order["process_bytes"]))
        _dies_with_us()

    return settle


def _dies_with_us() -> None:
    _prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _watch(server: subprocess.Popen[bytes], folder: Path, order: dict[str, Any]) -> None:
    """Until our input closes or the server ends; sees to memory and disk meanwhile."""
    ready, waited = False, 0.0
    usage, start, over = Usage(), 0, 0
    while True:
        if select.select([sys.stdin], [], [], _BEAT if ready else _SOON)[0]:
            return _stopped(server) if sys.stdin.readline().strip() == "stop" else None
        if server.poll() is not None:
            return _tell("failed" if not ready else "ended", _last_words(folder))
        if not ready:
            waited += _SOON
            if waited > _START_WITHIN:
                return _tell("failed", f"no connection within {_START_WITHIN:.0f} s")
            ready = _READY in _status(folder)
            if ready:
                start = disk_bytes(folder)
                _tell("ready", str(server.pid))
            continue
        usage = usage.looked(server.pid)
        _tell("usage", usage.peak)
        if usage.now > order["memory_bytes"]:
            usage.end_largest()
            _tell("memory", usage.now)
        used = disk_bytes(folder) - start
        over = over + 1 if used > order["disk_bytes"] else 0
        if over > _BEATS_OVER or used > _FAR_OVER * order["disk_bytes"]:
            return _tell("ended", f"it held {used >> 20} MB on disk and did not give them back")
        if over:
            usage.end_all()
            _tell("disk", used)


def _stopped(server: subprocess.Popen[bytes]) -> None:
    """Shuts the server down in order, so that its data can be copied; they stay until our input closes."""
    server.send_signal(signal.SIGINT)
    server.wait(_START_WITHIN)
    _tell("stopped", "")
    sys.stdin.read()


def _status(folder: Path) -> str:
    """The eighth line of postmaster.pid (src/include/utils/pidfile.h)."""
    with contextlib.suppress(OSError, IndexError):
        return (folder / "data" / "postmaster.pid").read_text().splitlines()[7]
    return ""


def _last_words(folder: Path) -> str:
    with contextlib.suppress(OSError):
        lines = (folder / "log").read_text(errors="replace").strip().splitlines()
        return next((line for line in reversed(lines) if "FATAL" in line), lines[-1] if lines else "")
    return ""


def _tell(event: str, detail: object) -> None:
    with contextlib.suppress(OSError):  # nobody may be listening any more
        sys.stdout.write(json.dumps({"event": event, "detail": detail}) + "\n")
        sys.stdout.flush()


def _family(server: subprocess.Popen[bytes] | None) -> list[psutil.Process]:
    """The server first, then whatever it left to us."""
    children = psutil.Process().children(recursive=True)
    return sorted(children, key=lambda process: server is not None and process.pid != server.pid)
