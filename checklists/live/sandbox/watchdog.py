"""Ends statements that take too long, from outside: a session can lift its own statement_timeout."""

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import psutil
import psycopg

from checklists.live.sandbox.connecting import Connection
from checklists.live.sandbox.settings import DATABASE

# Seconds between two looks, and what a cancelled statement gets to give up before its session is ended.
_BEAT, _GRACE = 0.1, 1.0
_ACTIVE = """
select pid, extract(epoch from clock_timestamp() - query_start)::float8, query_start::text
from pg_stat_activity where datname = %s and state = 'active' and pid <> pg_backend_pid()
"""


@dataclass(slots=True)
class _Seen:
    """A statement under way: CPU seconds of its process when it was first seen, and when it was cancelled."""

    cpu: float
    cancelled: float | None = None


@dataclass(slots=True)
class Watchdog:
    """Looks at the statements of the rehearsed database through a connection to another one.

    `seconds` of CPU are what a statement may take; `patience` times as many by the clock, as it may sleep or
    wait for a lock, so that a busy machine changes no answer.
    """

    connection: Connection
    seconds: float
    patience: float
    _seen: dict[tuple[int, str], _Seen] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begins to look."""
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Looks no more."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self.connection.close()

    @contextlib.contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """Statements within may take `seconds` of CPU."""
        before, self.seconds = self.seconds, seconds
        try:
            yield
        finally:
            self.seconds = before

    def _run(self) -> None:
        with contextlib.suppress(psycopg.Error):  # the server is gone, and with it what there was to watch
            while not self._stop.wait(_BEAT):
                self._look()

    def _look(self) -> None:
        rows = self.connection.execute(_ACTIVE, (DATABASE,)).fetchall()
        seen, self._seen = self._seen, {}
        for pid, elapsed, began in rows:
            key, cpu = (pid, began), _cpu_seconds(pid, elapsed)
            known = seen.get(key) or _Seen(cpu)
            self._seen[key] = known
            self._judge(pid, elapsed, cpu - known.cpu, known)

    def _judge(self, pid: int, elapsed: float, cpu: float, statement: _Seen) -> None:
        if statement.cancelled is not None:
            if time.monotonic() - statement.cancelled > _GRACE:
                self.connection.execute("select pg_terminate_backend(%s)", (pid,))
        elif cpu > self.seconds or elapsed > self.seconds * self.patience:
            self.connection.execute("select pg_cancel_backend(%s)", (pid,))
            statement.cancelled = time.monotonic()


def _cpu_seconds(pid: int, elapsed: float) -> float:
    """What the process has used of the processor; the clock's where the system does not tell."""
    try:
        times = psutil.Process(pid).cpu_times()
    except (psutil.Error, OSError):
        return elapsed
    return float(times.user + times.system)
