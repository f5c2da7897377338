"""Opens connections to the server's socket."""

from pathlib import Path
from typing import Any

import psycopg

from checklists.live.errors import SandboxError
from checklists.live.sandbox.settings import PORT

_TIMEOUT = 30

Connection = psycopg.Connection[tuple[Any, ...]]


def open_connection(socket: Path, database: str, role: str, password: str = "") -> Connection:
    """A connection in autocommit mode that prepares no statement behind the caller's back.

    Raises:
        SandboxError: The server does not take it.
    """
    try:
        connection = psycopg.connect(
            host=str(socket), port=PORT, dbname=database, user=role, password=password or None,
            autocommit=True, connect_timeout=_TIMEOUT, application_name="counterseal",
            passfile=str(socket / "no-passwords"), sslmode="disable", gssencmode="disable",
        )  # fmt: skip
    except psycopg.Error as error:
        raise SandboxError(
            f"The throwaway Postgres takes no connection: {str(error).strip()}. The proof ends here.",
            "Run again; where it comes back, report it with the files that were being applied.",
        ) from error
    connection.prepare_threshold = None
    return connection
