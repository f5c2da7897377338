"""Folders of runs: made for one, found and cleared when a run died without clearing its own."""

import contextlib
import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from checklists.live.errors import SandboxError
from checklists.live.sandbox.remains import LOCK, clear
from checklists.live.sandbox.service_user import ServiceUser

_PREFIX = "counterseal-"
_TRIES = 10
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
    """A folder below the temporary one that the service user can reach, locked by us.

    Raises:
        SandboxError: It cannot be made.
    """
    for _ in range(_TRIES):  # another start may take it for abandoned in the moment before it is locked
        try:
            path = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getuid()}-", dir=_base(user)))
            # The lock stays ours, so that no other user can make a folder that passes for one of ours.
            lock = os.open(path / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise SandboxError(
                f"No folder for the throwaway Postgres can be made: {error}. Nothing was proven.",
                "Make room in the temporary folder, or name another one with TMPDIR.",
            ) from error
        if _locked(lock) and (path / LOCK).exists():
            (path / "s").mkdir(mode=0o700)
            user.owns(path / "s")
            user.takes(path)
            return RunFolder(path, lock)
        os.close(lock)
    raise SandboxError(
        "No folder for the throwaway Postgres can be kept. Nothing was proven.", "Run it again."
    )


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
        lock = os.open(path / LOCK, os.O_RDWR | os.O_NOFOLLOW)
    except OSError:
        with contextlib.suppress(OSError):
            path.rmdir()  # its run was killed before it could lock it
        return None
    if os.fstat(lock).st_uid == os.getuid() and _locked(lock):
        return lock
    os.close(lock)
    return None


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
