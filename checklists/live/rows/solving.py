"""Finds values that a table's CHECKs accept, by letting the server evaluate them over candidates."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from checklists.live.rows.candidates import Value
from checklists.live.rows.patterns import pairs
from checklists.live.rows.relations import Check, Relation
from checklists.sql.quoting import literal

_MOST = 3000
_CALL = re.compile(r"([\w.\"]+)\(\)")


def quoted(name: str) -> str:
    """An identifier, always quoted: what comes from a catalog may be any text."""
    return '"' + name.replace('"', '""') + '"'


def qualified(name: str) -> str:
    """`schema.name` as SQL."""
    return ".".join(quoted(part) for part in name.split(".", 1))


def value_sql(value: Value) -> str:
    """A value as a literal of unknown type, which takes the type of its place."""
    return "null" if value is None else literal(value)


def solve(connection: Any, relation: Relation, options: Mapping[str, Sequence[Value]]) -> dict[str, Value]:
    """For each column of `options` a value: the first one where no CHECK speaks, else the first that passes.

    Columns without an option are NULL to a CHECK. Runs inside the caller's transaction; a CHECK that raises
    for every candidate leaves the first ones.
    """
    called = _called(connection, relation.checks)
    wider = {
        column: (*(v for check, values in called if column in check.columns for v in values), *values)
        for column, values in options.items()
    }
    valid = _valid(connection, relation, wider if called else options)
    chosen = {column: values[0] if values else None for column, values in valid.items()}
    for group in _groups(relation.checks, frozenset(valid)):
        columns = sorted({column for check in group for column in check.columns} & valid.keys())
        found = _first(connection, relation, group, {column: valid[column] for column in columns})
        chosen |= found
    return chosen


def _called(connection: Any, checks: Iterable[Check]) -> list[tuple[Check, list[Value]]]:
    """What the functions without arguments that a CHECK calls return: lists are hidden in them."""
    found = []
    for check in checks:
        rows = [
            run(connection, f"select {name}()::text")
            for name in dict.fromkeys(_CALL.findall(check.expression))
        ]
        values = [row[0][0] for row in rows if row]
        found += [(check, values)] if values else []
    return found


def _valid(
    connection: Any, relation: Relation, options: Mapping[str, Sequence[Value]]
) -> dict[str, list[Value]]:
    """The candidates that the column's type can read (pg_input_is_valid, Postgres 16)."""
    types = {each.name: each.type for each in relation.attributes}
    asked = [(c, v) for c, values in options.items() for v in dict.fromkeys(values) if v is not None]
    if not asked:
        return {column: list(values) for column, values in options.items()}
    tuples = ", ".join(f"({n}, {literal(v or '')}, {literal(types[c])})" for n, (c, v) in enumerate(asked))
    sql = f"select n from (values {tuples}) t(n, v, y) where pg_input_is_valid(v, y)"
    good = {asked[number] for (number,) in run(connection, sql)}
    return {c: [v for v in values if v is None or (c, v) in good] for c, values in options.items()}


def _groups(checks: Iterable[Check], columns: frozenset[str]) -> list[list[Check]]:
    """Checks that share a column are to be passed together."""
    groups: list[tuple[set[str], list[Check]]] = []
    for check in checks:
        mine = set(check.columns) & columns
        if not mine:
            continue
        joined = [group for group in groups if group[0] & mine]
        merged = (mine.union(*(g[0] for g in joined)), [c for g in joined for c in g[1]] + [check])
        groups = [group for group in groups if group not in joined] + [merged]
    return [group for _, group in groups]


def _first(
    connection: Any, relation: Relation, group: list[Check], options: Mapping[str, list[Value]]
) -> dict[str, Value]:
    types = {each.name: each.type for each in relation.attributes}
    columns = list(options)
    lists = [options[column] or [None] for column in columns]
    rows = pairs(lists, _MOST)
    inner = ", ".join(f"({', '.join(map(str, (n, *row)))})" for n, row in enumerate(rows))
    names = ", ".join(f"i{n}" for n in range(len(columns)))
    parts = [
        f"({_array(values)})[i{n} + 1]::{types[column]} as {quoted(column)}"
        for n, (column, values) in enumerate(zip(columns, lists, strict=True))
    ]
    absent = {c for check in group for c in check.columns} - set(columns)
    parts += [f"null::{types[column]} as {quoted(column)}" for column in sorted(absent) if column in types]
    tests = " and ".join(f"({check.expression}) is not false" for check in group)
    source = f"select n, {', '.join(parts)} from (values {inner}) choice(n, {names}) offset 0"
    sql = f"select n from ({source}) candidate where {tests} order by n limit 1"
    found = run(connection, sql)
    if not found and len(group) > 1:
        singles: dict[str, Value] = {}
        for check in group:
            singles |= _first(
                connection, relation, [check], {c: options[c] for c in columns if c in check.columns}
            )
        return singles
    if not found:
        return {column: values[0] for column, values in zip(columns, lists, strict=True)}
    chosen = rows[found[0][0]]
    return {column: lists[n][chosen[n]] for n, column in enumerate(columns)}


def _array(values: list[Value]) -> str:
    return f"array[{', '.join(value_sql(each) for each in values)}]::text[]"


def run(connection: Any, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query in a savepoint of its own; none where it raises."""
    import psycopg  # noqa: PLC0415 - comes with the extra

    connection.execute("savepoint asking")
    try:
        rows: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
    except psycopg.Error:
        connection.execute("rollback to asking")
        return []
    connection.execute("release asking")
    return rows
