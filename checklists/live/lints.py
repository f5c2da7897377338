"""A team's own queries in the shape of splinter's lints, run read-only on the rehearsed database."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import psycopg

from checklists.live.ground import Limit
from checklists.live.model import LintResult, LintRow
from checklists.live.sandbox.connecting import Connection

_SECONDS = 5.0
# More rows than anybody reads; a lint that finds this much is about the database, not about an object.
_MOST = 1000


def run_lints(
    connection: Connection, limit: Limit, lints: Iterable[tuple[str, str]]
) -> tuple[LintResult, ...]:
    """The answer of each query, given as (id, SQL); one that fails says why, and costs itself alone."""
    return tuple(_run(connection, limit, *lint) for lint in lints)


def _run(connection: Connection, limit: Limit, name: str, sql: str) -> LintResult:
    try:
        connection.execute("begin transaction read only")
        with limit(_SECONDS):
            cursor = connection.execute(sql.encode())
            columns = [column.name for column in cursor.description or ()]
            rows = cursor.fetchmany(_MOST)
        connection.execute("rollback")
    except psycopg.Error as error:
        if not connection.closed:
            connection.execute("rollback")
        return LintResult(name, fault=(error.diag.message_primary or str(error)).split("\n")[0])
    return LintResult(name, tuple(sorted(_row(columns, row) for row in rows)))


def _row(columns: Sequence[str], row: Sequence[Any]) -> LintRow:
    said = dict(zip(columns, row, strict=True))
    about = _metadata(said.get("metadata"))
    place = [str(about[key]) for key in ("schema", "name") if about.get(key)]
    text = {key: str(said.get(key) or "") for key in ("cache_key", "level", "detail", "remediation")}
    kind = str(about.get("type") or "table").replace(" ", "_")
    return LintRow(text["cache_key"], f"{kind}:{'.'.join(place)}" if place else "", text["level"].lower(),
                   text["detail"], text["remediation"])  # fmt: skip


def _metadata(value: object) -> Mapping[str, Any]:
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) else {}
