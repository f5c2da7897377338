"""Puts one row in, and learns from what the server refuses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from checklists.live.model import How
from checklists.live.rows.candidates import Value
from checklists.live.rows.relations import Relation
from checklists.live.rows.solving import qualified, quoted, solve, value_sql


@dataclass(frozen=True, slots=True)
class Row:
    """A row of somebody's. `values` holds every column as text, `given` the columns that the INSERT named;
    `key` finds the row again. `shared` where it is first of all somebody else's.
    """

    table: str
    persona: str
    how: How
    key: tuple[tuple[str, str], ...]
    values: Mapping[str, Value] = field(hash=False)
    given: tuple[str, ...] = ()
    shared: bool = False

    @property
    def where(self) -> str:
        """The condition that only this row satisfies."""
        return condition(self.key)


def condition(key: tuple[tuple[str, str], ...]) -> str:
    """`"id" = '…' and …`."""
    return " and ".join(f"{quoted(column)} = {value_sql(value)}" for column, value in key)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row did not go in, in Postgres' words; `constraint` and `column` where it names one."""

    sqlstate: str
    message: str
    table: str = ""
    constraint: str = ""
    column: str = ""

    @property
    def words(self) -> str:
        """For a sentence."""
        return f"{self.message} ({self.sqlstate})"


def insert_sql(relation: Relation, values: Mapping[str, Value]) -> str:
    """An INSERT of these values."""
    if not values:
        return f"insert into {qualified(relation.name)} default values"
    columns = ", ".join(quoted(column) for column in values)
    listed = ", ".join(value_sql(value) for value in values.values())
    return f"insert into {qualified(relation.name)} ({columns}) values ({listed})"


def texts(relation: Relation) -> str:
    """Every column as text, and where the row lies, for RETURNING and SELECT."""
    return ", ".join(f"{quoted(name)}::text" for name in (*relation.names, "ctid"))


def attempt(
    connection: Any, relation: Relation, values: Mapping[str, Value]
) -> Mapping[str, Value] | Refusal:
    """The row as it was stored, or why it was not."""
    import psycopg  # noqa: PLC0415 - comes with the extra

    connection.execute("savepoint putting")
    try:
        stored = connection.execute(f"{insert_sql(relation, values)} returning {texts(relation)}").fetchone()
    except psycopg.Error as error:
        connection.execute("rollback to putting")
        diag = error.diag
        table = f"{diag.schema_name}.{diag.table_name}" if diag.table_name else ""
        message = (diag.message_primary or str(error)).splitlines()[0]
        return Refusal(
            error.sqlstate or "", message, table, diag.constraint_name or "", diag.column_name or ""
        )
    connection.execute("release putting")
    if stored is None:
        return Refusal("00000", "a trigger swallowed the row")
    return dict(zip((*relation.names, "ctid"), stored, strict=True))


@dataclass(slots=True)
class Lessons:
    """What the refusals so far have taught about a row: columns it must name, values that will not do."""

    variant: int = 0
    more: set[str] = field(default_factory=set)
    banned: dict[str, set[Value]] = field(default_factory=dict)

    def learn(self, relation: Relation, refusal: Refusal, tried: Mapping[str, Value], free: set[str]) -> bool:
        """Whether another try is worth it. `free` are the columns that hold no key and no owner."""
        if refusal.table and refusal.table != relation.name:
            return False
        if refusal.sqlstate == "23502" and refusal.column:
            if refusal.column in tried:
                self.banned.setdefault(refusal.column, set()).add(tried[refusal.column])
            self.more.add(refusal.column)
            return True
        if refusal.sqlstate in ("23505", "23P01"):
            self.variant += 1
            self._ban(self._of_unique(relation, refusal, tried) & free, tried)
            return True
        if refusal.sqlstate in ("23514", "22P02", "22001", "22003", "22023", "P0001", "22007", "23503"):
            known = {
                c for check in relation.checks if check.name == refusal.constraint for c in check.columns
            }
            keys = {c for c in tried if tried[c] is not None and c not in free}
            self._ban((known or free) & tried.keys() & (free if refusal.sqlstate != "23503" else keys), tried)
            return bool(free & tried.keys())
        return False

    def _ban(self, columns: set[str], tried: Mapping[str, Value]) -> None:
        for column in columns:
            self.banned.setdefault(column, set()).add(tried[column])

    @staticmethod
    def _of_unique(relation: Relation, refusal: Refusal, tried: Mapping[str, Value]) -> set[str]:
        named = [set(unique) for unique in relation.uniques if set(unique) <= tried.keys()]
        return set().union(*named) if refusal.sqlstate == "23505" else set(tried)

    def narrowed(self, options: Mapping[str, tuple[Value, ...]]) -> dict[str, list[Value]]:
        """The options without what will not do; a column whose every option failed starts again."""
        found = {}
        for column, values in options.items():
            left = [each for each in values if each not in self.banned.get(column, ())]
            found[column] = left or list(values)
        return found


def choose(
    connection: Any, relation: Relation, options: Mapping[str, tuple[Value, ...]], lessons: Lessons
) -> dict[str, Value]:
    """One value for each column, as the CHECKs and the lessons allow."""
    chosen = solve(connection, relation, lessons.narrowed(options))
    return {column: chosen[column] for column in options}
