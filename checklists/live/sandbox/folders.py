"""Folders of runs: made for one, found and cleared when a run died without clearing its own."""

import contextlib
import fcntl
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from checklists.live.sandbox.remains import clear
from checklists.live.sandbox.service_user import ServiceUser

_PREFIX = "counterseal-"
_LOCK = "lock"
# Between making a folder and locking it lies no more than this; younger folders without a lock are let be.
_SETTLED = 60.0
# sun_path holds 104 bytes on macOS and 108 on Linux, with the file name and a NUL.
_LONGEST = 104 - len("/s/.s.PGSQL.5432") - 1


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A folder of one run; `lock` is the descriptor whose lock says that the run is alive."""

    path: Path
    lock: int

    @property
    def data(self) -> Path:
        """The server's data folder."""
        return self.path / "data"

    @property
    def socket(self) -> Path:
        """The folder of its socket, which only its user may enter."""
        return self.path / "s"


def new_folder(user: ServiceUser) -> RunFolder:
    """A folder below the temporary one that the service user can reach, locked by us."""
    path = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getuid()}-", dir=_base(user)))
    (path / "s").mkdir(mode=0o700)
    user.owns(path)
    # The lock stays ours, so that no other user can make a folder that passes for one of ours.
    lock = os.open(path / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return RunFolder(path, lock)


def clear_stale(user: ServiceUser) -> int:
    """Ends and removes what runs of ours left that nobody holds any more; says how many there were."""
    cleared = 0
    for path in sorted(_ours(user)):
        lock = _take_over(path)
        if lock is not None:
            clear(path)
            os.close(lock)
            cleared += 1
    return cleared


def _base(user: ServiceUser) -> Path:
    """The temporary folder, or /tmp where that is out of the server's reach or too long for a socket."""
    usual = Path(tempfile.gettempdir()).resolve()
    longest = _LONGEST - len(f"/{_PREFIX}{os.getuid()}-12345678")
    reachable = not user.drops or all(folder.stat().st_mode & 0o001 for folder in (usual, *usual.parents))
    return usual if reachable and len(os.fsencode(usual)) <= longest else Path("/tmp")  # noqa: S108 - as said


def _ours(user: ServiceUser) -> Iterator[Path]:
    for base in {_base(user), Path(tempfile.gettempdir()).resolve()}:
        for path in base.glob(f"{_PREFIX}{os.getuid()}-*"):
            with contextlib.suppress(OSError):
                if stat.S_ISDIR(path.lstat().st_mode):
                    yield path


def _take_over(path: Path) -> int | None:
    """The lock of a folder that no living run holds, now held by us; the caller closes it."""
    try:
        lock = os.open(path / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
    except OSError:
        return _unlocked(path)
    try:
        if os.fstat(lock).st_uid == os.getuid():
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
    except OSError:
        pass
    os.close(lock)
    return None


def _unlocked(path: Path) -> int | None:
    """A folder that its run was killed in before it could lock it, once that is long enough ago."""
    try:
        status = path.stat()
        if status.st_uid == os.getuid() and time.time() - status.st_mtime > _SETTLED:
            return os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        pass
    return None
