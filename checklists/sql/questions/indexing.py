"""Which index serves a search for given columns."""

import re
from collections.abc import Iterator

from checklists.sql.schema import Constraint, ConstraintKind, Index, Table

# Methods that can find rows by equality of plain columns; gin and brin answer other questions.
_EQUALITY = frozenset({"btree", "hash", "gist", "spgist"})


def serves(index: Index, columns: frozenset[str]) -> bool:
    """Whether the index finds rows by equality of all these columns: they lead it, in any order."""
    if index.method not in _EQUALITY or not _whole(index, columns):
        return False
    return frozenset(index.columns[: len(columns)]) == columns


def _whole(index: Index, columns: frozenset[str]) -> bool:
    """Whether it holds every row with values there: not partial, or only by `column IS NOT NULL`."""
    if index.predicate is None:
        return True
    asked = re.fullmatch(r'\(*"?(\w+)"? is not null\)*', index.predicate.strip(), re.IGNORECASE)
    return asked is not None and asked[1] in columns


def index_on(table: Table, columns: frozenset[str]) -> Index | None:
    """An index that serves equality of all these columns."""
    return next((index for index in table.indexes if serves(index, columns)), None)


def partial_on(table: Table, columns: tuple[str, ...]) -> Index | None:
    """An index that would serve, if it held every row."""
    wanted = frozenset(columns)
    partial = (index for index in table.indexes if index.predicate is not None)
    return next((i for i in partial if frozenset(i.columns[: len(columns)]) == wanted), None)


def leads_any(table: Table, column: str) -> bool:
    """Whether the column leads any whole index."""
    return index_on(table, frozenset({column})) is not None


def unindexed_keys(table: Table) -> Iterator[Constraint]:
    """The foreign keys whose columns lead no whole index."""
    keys = table.of_kind(ConstraintKind.FOREIGN_KEY)
    return (key for key in keys if index_on(table, frozenset(key.columns)) is None)


def is_foreign_key(table: Table, column: str) -> bool:
    """Whether the column alone references another table."""
    return any(key.columns == (column,) for key in table.of_kind(ConstraintKind.FOREIGN_KEY))


def leads(index: Index, columns: set[str]) -> bool:
    """Whether the index begins with any of these columns, partial or not: a query may imply the rest."""
    return index.method in _EQUALITY and bool(index.columns) and index.columns[0] in columns


def narrows(index: Index, columns: set[str]) -> bool:
    """Whether it is a BRIN index that keeps a search by any of these columns, whichever it is, to parts of
    the table; it sorts nothing.
    """
    return index.method == "brin" and not columns.isdisjoint(index.columns)
