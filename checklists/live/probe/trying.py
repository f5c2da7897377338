"""Runs a statement as somebody within a savepoint, and undoes it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from checklists.live.probe.actors import Actor


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said: an error, or how many rows, with the first one of a SELECT as `first`; `after` is
    what a look as `postgres` found then.
    """

    sqlstate: str = ""
    message: str = ""
    context: str = ""
    table: str = ""
    constraint: str = ""
    rows: int = 0
    first: tuple[Any, ...] = ()
    after: tuple[tuple[Any, ...], ...] = ()

    @property
    def failed(self) -> bool:
        """Whether it raised."""
        return bool(self.sqlstate)


@contextmanager
def undone(connection: Any, name: str = "undone") -> Iterator[None]:
    """A savepoint that is rolled back at the end, whatever happened."""
    connection.execute(f"savepoint {name}")
    try:
        yield
    finally:
        connection.execute(f"rollback to {name}; release {name}")


def attempt(
    connection: Any, actor: Actor | None, sql: str, look: str = "", *, before: str = "", replica: bool = False
) -> Answer:
    """Run `sql` as `actor` (None: as `postgres`), then `look` as `postgres`; nothing of it stays.

    `before` runs first, as `postgres`. `replica` switches triggers and foreign keys off.
    """
    steps = ["savepoint trying"]
    steps += ["set local session_replication_role = replica"] if replica else []
    steps += [before] if before else []
    steps += [actor.sign_in] if actor else []
    try:
        return _answer(connection, "; ".join((*steps, sql)), look)
    finally:
        connection.execute("rollback to trying; release trying")


def _answer(connection: Any, script: str, look: str) -> Answer:
    import psycopg  # noqa: PLC0415 - comes with the extra

    try:
        cursor = connection.execute(script)
        while cursor.nextset():
            pass
        rows = max(cursor.rowcount, 0)
        first = (cursor.fetchone() or ()) if cursor.description else ()
        after = tuple(connection.execute(f"reset role; {look}").set_result(-1).fetchall()) if look else ()
    except psycopg.OperationalError as error:
        if connection.closed:
            raise
        return _failure(error)
    except psycopg.Error as error:
        return _failure(error)
    return Answer(rows=rows, first=first, after=after)


def _failure(error: Any) -> Answer:
    diag = error.diag
    table = f"{diag.schema_name}.{diag.table_name}" if diag.table_name else ""
    message = (diag.message_primary or str(error)).splitlines()[0]
    return Answer(error.sqlstate or "XX000", message, diag.context or "", table, diag.constraint_name or "")
