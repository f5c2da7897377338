"""Who the server runs as: Postgres refuses to run as root, so root hands it to an unprivileged user."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from checklists.live.errors import SandboxError


@dataclass(frozen=True, slots=True)
class ServiceUser:
    """`uid` and `gid` of the server; `drops` where they are not our own."""

    uid: int
    gid: int
    drops: bool

    def owns(self, path: Path) -> None:
        """Give it a file or a folder with all that is in it; symbolic links are not followed."""
        if not self.drops:
            return
        self.takes(path)
        for folder, names, files in os.walk(path):
            for name in (*names, *files):
                os.chown(Path(folder, name), self.uid, self.gid, follow_symlinks=False)

    def takes(self, path: Path) -> None:
        """Give it a file or a folder alone."""
        if self.drops:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def can_run(self, program: Path) -> bool:
        """Whether it may read and run a program and pass every folder above it."""
        if not self.drops:
            return os.access(program, os.R_OK | os.X_OK)
        readable = self._may(program, stat.S_IRUSR | stat.S_IXUSR)
        return readable and all(self._may(folder, stat.S_IXUSR) for folder in program.resolve().parents)

    def _may(self, path: Path, wanted: int) -> bool:
        status = path.stat()
        shift = 0 if status.st_uid == self.uid else 3 if status.st_gid == self.gid else 6
        return status.st_mode & (wanted >> shift) == wanted >> shift


def service_user() -> ServiceUser:
    """Ourselves, or `nobody` where we are root.

    Raises:
        SandboxError: There is no such user to hand the server to.
    """
    if os.geteuid() != 0:
        return ServiceUser(os.geteuid(), os.getegid(), drops=False)
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise SandboxError(
            "Postgres does not run as root, and there is no user `nobody` to run it as; nothing was proven.",
            "Run Counterseal as an ordinary user.",
        ) from None
    return ServiceUser(entry.pw_uid, entry.pw_gid, drops=True)
