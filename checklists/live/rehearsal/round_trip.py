"""Up, down, up in a transaction that is given up: whether the way back restores, and can be gone again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from checklists.live.model import RoundTrip
from checklists.live.rehearsal.fingerprint import lines
from checklists.live.rehearsal.script import Kind, Sent, script
from checklists.live.rehearsal.session import Refused, Session
from checklists.live.rehearsal.ways_back import WayBack
from checklists.repo import Snapshot


@dataclass(slots=True)
class Trips:
    """Goes each way back from where its migration begins, before that is applied for good."""

    ways: Mapping[str, WayBack]
    made: list[RoundTrip] = field(default_factory=list)

    def make(self, session: Session, snapshot: Snapshot, path: str) -> None:
        """One round trip, where the migration has a way back."""
        way = self.ways.get(path)
        if way is not None:
            up, down = script(path, snapshot.text(path) or ""), script(way.path, way.text)
            self.made.append(round_trip(session, path, way, up, down))


class _Fails(Exception):
    """A statement of one of the ways was refused: its line, and why."""


def round_trip(
    session: Session, path: str, way: WayBack, up: Sequence[Sent], down: Sequence[Sent]
) -> RoundTrip:
    """Goes there, back and there again from the state that the migration finds; nothing of it stays."""
    session.reset()
    session.begin()
    restored: bool | None = None
    because = "the migration itself does not apply in one transaction"
    differences: tuple[str, ...] = ()
    try:
        before = _lines(session)
        _go(session, up)
        after = _lines(session)
        restored, because = False, "the way back fails"
        _go(session, down)
        left = _lines(session)
        differences = _differences(before, left)
        restored, because = not differences, "the migration fails the second time"
        _go(session, up)
        again = _lines(session)
    except _Fails as fault:
        repeatable = False if restored is not None and "second" in because else None
        return RoundTrip(path, way.path, restored, repeatable, differences, f"{because}: {fault}")
    finally:
        session.leave()
    return RoundTrip(path, way.path, restored, again == after, differences)


def _go(session: Session, statements: Sequence[Sent]) -> None:
    for statement in statements:
        if statement.kind is not Kind.PLAIN:
            continue  # a COMMIT would make it stay
        try:
            session.send(statement)
        except Refused as refused:
            raise _Fails(f"line {statement.line}: {refused.message}") from None


def _lines(session: Session) -> tuple[str, ...]:
    """As an inspector sees it: with pg_catalog alone in the search_path, which is put back."""
    path = session.connection.execute("select pg_catalog.current_setting('search_path')").fetchone()
    session.execute("set local search_path = pg_catalog")
    found = lines(session.connection)
    session.connection.execute("select set_config('search_path', %s, true)", (path[0] if path else "",))
    return found


def _differences(before: Sequence[str], after: Sequence[str]) -> tuple[str, ...]:
    """What is left over, and what is lost."""
    over, lost = set(after) - set(before), set(before) - set(after)
    return tuple(sorted([f"+ {line}" for line in over] + [f"- {line}" for line in lost]))
