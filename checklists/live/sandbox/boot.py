"""Boots a throwaway Postgres from the template, and sees to its end."""

import contextlib
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from checklists.live.errors import SandboxError
from checklists.live.sandbox import settings
from checklists.live.sandbox.connecting import Connection, open_connection
from checklists.live.sandbox.extensions import write_extensions
from checklists.live.sandbox.folders import RunFolder, clear_stale, new_folder
from checklists.live.sandbox.kept import Kept, keep
from checklists.live.sandbox.limits import DEFAULT, MB, Limits
from checklists.live.sandbox.service_user import ServiceUser, service_user
from checklists.live.sandbox.template import password_of, prepared
from checklists.live.sandbox.watchdog import Watchdog
from checklists.live.sandbox.wheel import Wheel, find_wheel


@dataclass(frozen=True, slots=True)
class Server:
    """A running sandbox."""

    version: str
    socket: Path
    watchdog: Watchdog
    kept: Kept

    def connect(self) -> Connection:
        """A connection to the rehearsed database as `postgres`; the caller closes it.

        Raises:
            SandboxError: The server is gone.
        """
        try:
            connection = open_connection(self.socket, settings.DATABASE, settings.MIGRATOR)
            connection.execute("select pg_catalog.setseed(0.5)")  # random() runs alike in every proof
        except SandboxError as error:
            if because := self.kept.why_ended():
                raise SandboxError(
                    f"The throwaway Postgres was ended: {because}. The proof ends here.",
                    "Look for a migration that fills disk or memory; nothing of the run is left.",
                ) from error
            raise
        return connection

    def inspect(self) -> Connection:
        """The same with pg_catalog alone in the search_path, so that nothing of the repo's passes for it."""
        connection = self.connect()
        connection.execute("set search_path = pg_catalog")
        return connection

    @property
    def peak_mb(self) -> float:
        """The most memory that its processes used together so far, as sampled."""
        return self.kept.peak / MB


@contextlib.contextmanager
def boot(limits: Limits = DEFAULT) -> Iterator[Server]:
    """A sandbox for the time of the block; nothing of it is left afterwards, however the block ends.

    Raises:
        SandboxError: It cannot be booted: the extra is missing, the user is, or the machine is full.
    """
    wheel, user = find_wheel(), service_user()
    clear_stale(user)
    template = prepared(wheel, user)
    folder = new_folder(user)
    kept = keep(folder)
    try:
        kept.start(_laid_out(wheel, user, folder, template), user, limits)
        with contextlib.closing(_upkeep(folder.socket, password_of(template))) as upkeep:
            watchdog = Watchdog(upkeep, limits.statement_seconds, limits.patience)
            watchdog.start()
            try:
                version = upkeep.info.parameter_status("server_version") or ""
                yield Server(version, folder.socket, watchdog, kept)
            finally:
                watchdog.stop()
    finally:
        kept.release()


def _laid_out(wheel: Wheel, user: ServiceUser, folder: RunFolder, template: Path) -> list[str]:
    """Puts all that the server needs into its folder; the command that starts it."""
    try:
        server = wheel if user.can_run(wheel.program("postgres")) else wheel.copied(folder.path / "wheel")
        shutil.copytree(template / "data", folder.data, symlinks=True)
        folder.data.chmod(0o700)
        write_extensions(wheel, folder.path / "extensions")
        user.owns(folder.data)
    except OSError as error:
        raise SandboxError(
            f"The throwaway Postgres cannot be laid out in {folder.path}: {error}. Nothing was proven.",
            "Make room in the temporary folder, or name another one with TMPDIR.",
        ) from error
    return settings.postgres(server, folder)


def _upkeep(socket: Path, password: str) -> Connection:
    """The superuser's last deeds, with a password that only this process knows from here on."""
    connection = open_connection(socket, settings.UPKEEP, settings.OWNER, password)
    fresh = secrets.token_urlsafe(24)
    connection.execute(f"alter role {settings.OWNER} password '{fresh}'".encode())
    return connection
