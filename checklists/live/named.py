"""A database that the user names instead of a sandbox: its catalogs are read, nothing is changed."""

import contextlib
import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import psycopg

from checklists.live.catalogs.reading import read_catalogs
from checklists.live.errors import SandboxError
from checklists.live.ground import Ground
from checklists.live.sandbox.connecting import Connection
from checklists.repo import Layout, Snapshot
from checklists.sql.schema import Schema

_TIMEOUT = 15


@dataclass(frozen=True, slots=True)
class Named:
    """A database by its URL; `probe` to try it as everybody, `not_production` where it is elsewhere."""

    url: str
    probe: bool = False
    not_production: bool = False


@contextlib.contextmanager
def named_ground(named: Named, snapshot: Snapshot, layout: Layout, static: Schema) -> Iterator[Ground]:
    """The ground of a named database. Read only, or, to be probed, in one transaction that is given up.

    Raises:
        SandboxError: It cannot be reached or read, or may not be probed.
    """
    with contextlib.closing(_connected(named.url)) as connection:
        if named.probe and not is_local(connection) and not named.not_production:
            raise SandboxError(
                f"{connection.info.host} is not this machine: rows would be put in and taken back there, and "
                "triggers would run. Nothing was changed.",
                "Probe a copy; or, where it is no production, add --yes-this-is-not-production.",
            )
        connection.execute("begin" if named.probe else "begin transaction read only")
        try:
            yield Ground(
                lambda: connection,
                _unlimited,
                _read(connection, snapshot, layout, static),
                static,
                server=connection.info.parameter_status("server_version") or "",
            )
        finally:
            connection.give_up()


def is_local(connection: Connection) -> bool:
    """Whether the server is on this machine: a socket, or a loopback address. A tunnel looks the same."""
    address = connection.info.hostaddr
    try:
        return not address or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class _Lasting(psycopg.Connection[tuple[Any, ...]]):
    """Its transaction outlives whoever works with it: only `give_up` ends it, and undoes all."""

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        """Stays open."""

    def close(self) -> None:
        """Stays open."""

    def give_up(self) -> None:
        """Undoes everything, and ends the connection."""
        with contextlib.suppress(psycopg.Error):
            self.execute("rollback")
        super().close()


def _connected(url: str) -> _Lasting:
    try:
        connection = _Lasting.connect(url, autocommit=True, connect_timeout=_TIMEOUT)
    except psycopg.Error as error:
        raise SandboxError(
            f"The database cannot be reached: {str(error).strip()}. Nothing was read.",
            "Check the URL: postgresql://USER@HOST:PORT/NAME; the password may come from PGPASSWORD.",
        ) from None
    connection.prepare_threshold = None
    return connection


def _read(connection: Connection, snapshot: Snapshot, layout: Layout, static: Schema) -> Schema:
    texts = {path: snapshot.text(path) or "" for path in layout.migrations}
    try:
        connection.execute("set local search_path = pg_catalog")
        schema = read_catalogs(connection, static, texts)
        connection.execute("reset search_path")
    except psycopg.Error as error:
        raise SandboxError(
            f"The catalogs cannot be read: {str(error).strip()}. Nothing was changed.",
            "Name a role that may read them, and storage.buckets, where the project has buckets.",
        ) from error
    return schema


@contextlib.contextmanager
def _unlimited(seconds: float) -> Iterator[None]:
    """The server keeps its own limits."""
    del seconds
    yield
