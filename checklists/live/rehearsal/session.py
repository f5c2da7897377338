"""The connection on which SQL files run: one after another on the same one, as the CLI does."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from checklists.live.model import Skipped
from checklists.live.rehearsal.script import Kind, Sent
from checklists.live.sandbox.boot import Server
from checklists.live.sandbox.connecting import Connection

_COPY = "COPY between the file and the client is psql's: its rows were left out"


class Refused(Exception):
    """The server refused a statement; `lost` where it took the session along."""

    def __init__(self, sqlstate: str, message: str, *, lost: bool = False) -> None:
        super().__init__(message)
        self.sqlstate = sqlstate
        self.message = message
        self.lost = lost

    def at(self, line: int) -> Skipped:
        """As what was skipped at a line."""
        return Skipped(line, self.sqlstate, self.message)


@dataclass(slots=True)
class Session:
    """Sends statements; opens a new connection where the server ended the last one."""

    server: Server
    _connection: Connection | None = None

    @property
    def connection(self) -> Connection:
        """The one in use.

        Raises:
            SandboxError: The server takes none any more.
        """
        if self._connection is None or self._connection.closed:
            self._connection = self.server.connect()
        return self._connection

    def close(self) -> None:
        """Ends it."""
        if self._connection is not None:
            self._connection.close()

    def begin(self) -> None:
        """Starts a transaction; one that is still open is given up."""
        self.leave()
        self.execute("begin")

    def reset(self) -> None:
        """Leaves any transaction, and forgets what earlier files set."""
        self.leave()
        self.execute("reset session authorization; reset all")

    def leave(self) -> None:
        """Leaves any transaction."""
        if self.connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            self.execute("rollback")

    def send(self, statement: Sent) -> None:
        """Runs a statement of a file within the transaction, whose end is the caller's.

        Raises:
            Refused: The server refused it.
        """
        if statement.kind is Kind.COPY:
            raise Refused("", _COPY)
        if statement.kind is Kind.PLAIN:
            self.execute(statement.text)

    def execute(self, text: str) -> None:
        """Runs any text.

        Raises:
            Refused: The server refused it.
        """
        try:
            self.connection.execute(text.encode())
        except psycopg.Error as error:
            lost = self._connection is None or self._connection.closed
            raise Refused(error.sqlstate or "", self._in_words(error, lost=lost), lost=lost) from None

    @contextlib.contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undoes what a refused statement did; the refusal goes on to the caller."""
        self.execute("savepoint counterseal_statement")
        try:
            yield
        except Refused as refused:
            if not refused.lost:
                self.execute("rollback to savepoint counterseal_statement")
            raise
        self.execute("release savepoint counterseal_statement")

    def _in_words(self, error: psycopg.Error, *, lost: bool) -> str:
        words = error.diag.message_primary or str(error).strip().split("\n")[0]
        kept = self.server.kept
        if lost and kept.faults:
            return kept.faults[-1]
        return f"{words} (it took too long)" if error.sqlstate == "57014" else words
