"""Applies one SQL file: as a whole, or without a transaction where it must be, or a statement at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from checklists.live.model import AppliedFile, Lock, Mode, Skipped
from checklists.live.rehearsal.locks import Locks
from checklists.live.rehearsal.script import Kind, Sent, transactions
from checklists.live.rehearsal.session import Refused, Session

# CREATE INDEX CONCURRENTLY and the like (25001), and a new enum value that is used at once (55P04).
_NO_TRANSACTION = ("25001", "55P04")
_TOOK_TOO_LONG = "57014"
# A transaction whose statements cost the session this often is given up.
_MOST_LOST = 3
_WORSE = (Mode.WHOLE, Mode.AUTOCOMMIT, Mode.BY_STATEMENT, Mode.FAILED)


@dataclass(frozen=True, slots=True)
class _Part:
    """What became of one transaction of a file."""

    mode: Mode
    skipped: tuple[Skipped, ...] = ()
    locks: tuple[Lock, ...] = ()


@dataclass(slots=True)
class _Stopped(Exception):
    """Where a transaction stopped: the place of the statement, the refusal, what was skipped before."""

    at: int
    refused: Refused
    skipped: dict[int, Skipped] = field(default_factory=dict)


def apply(session: Session, path: str, statements: Sequence[Sent]) -> AppliedFile:
    """Runs a file, and says how it went in and what was skipped; only what was not skipped is committed.

    Raises:
        SandboxError: The server is gone.
    """
    session.reset()
    parts = [_transaction(session, part) for part in transactions(statements)]
    return AppliedFile(
        path,
        max((part.mode for part in parts), key=_WORSE.index, default=Mode.WHOLE),
        tuple(sorted(skipped for part in parts for skipped in part.skipped)),
        tuple(sorted({lock for part in parts for lock in part.locks})),
    )


def _transaction(session: Session, statements: Sequence[Sent]) -> _Part:
    try:
        _, locks = _once(session, statements, {}, each_saved=False)
    except _Stopped as stopped:
        if stopped.refused.sqlstate in _NO_TRANSACTION:
            return _Part(Mode.AUTOCOMMIT, _autocommit(session, statements))
        return _by_statement(session, statements, stopped)
    return _Part(Mode.WHOLE, locks=locks)


def _autocommit(session: Session, statements: Sequence[Sent]) -> tuple[Skipped, ...]:
    """Each statement is a transaction of its own."""
    session.leave()
    skipped = []
    for statement in statements:
        try:
            session.send(statement)
        except Refused as refused:
            skipped.append(refused.at(statement.line))
    return tuple(skipped)


def _by_statement(session: Session, statements: Sequence[Sent], stopped: _Stopped) -> _Part:
    """Runs it again with a savepoint for each statement; one that costs the session or takes too long is left
    out the next time.
    """
    left_out: dict[int, Skipped] = {}
    for _ in range(_MOST_LOST):
        if stopped.refused.lost or stopped.refused.sqlstate == _TOOK_TOO_LONG:
            left_out |= {stopped.at: stopped.refused.at(statements[stopped.at].line)}
        try:
            skipped, locks = _once(session, statements, left_out, each_saved=True)
        except _Stopped as again:
            stopped = again
            left_out |= {at: each for at, each in again.skipped.items() if each.sqlstate == _TOOK_TOO_LONG}
            continue
        return _Part(Mode.BY_STATEMENT, tuple(skipped.values()), locks)
    line = statements[stopped.at].line
    return _Part(Mode.FAILED, tuple({*left_out.values(), stopped.refused.at(line)}))


def _once(
    session: Session, statements: Sequence[Sent], left_out: dict[int, Skipped], *, each_saved: bool
) -> tuple[dict[int, Skipped], tuple[Lock, ...]]:
    """One run in a transaction: what was skipped by place, and the locks taken.

    Raises:
        _Stopped: A statement was refused that is not saved, or took the session along.
    """
    skipped = dict(left_out)
    at = 0
    try:
        session.begin()
        locks = Locks.before(session)
        for at, statement in enumerate(statements):
            if at in left_out:
                continue
            try:
                _send(session, statement, saved=each_saved)
            except Refused as refused:
                if refused.lost or not each_saved:
                    raise
                skipped[at] = refused.at(statement.line)
        taken = locks.taken(session)
        session.execute("rollback" if statements[-1].kind is Kind.ROLLBACK else "commit")
    except Refused as refused:
        raise _Stopped(at, refused, skipped) from None
    return skipped, taken


def _send(session: Session, statement: Sent, *, saved: bool) -> None:
    if not saved:
        return session.send(statement)
    with session.savepoint():
        session.send(statement)
    return None
