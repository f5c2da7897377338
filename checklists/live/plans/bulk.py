"""Fills a table with copies of two people's rows: most of them B's, a few A's."""

from checklists.live.rows.inserting import Row
from checklists.live.rows.relations import Attribute, Relation
from checklists.live.rows.solving import qualified, quoted, value_sql

ROWS = 2000
_EVERY = 100
"""Every hundredth row is A's."""


def filling(relation: Relation, mine: Row, theirs: Row) -> str:
    """An INSERT of `ROWS` rows; run it with triggers and keys off. Columns that must differ are numbered."""
    varied = _varied(relation)
    columns = [each for each in relation.attributes if not each.automatic]
    values = [
        _numbered(each, mine.values.get(each.name), theirs.values.get(each.name))
        if each.name in varied
        else _either(each, mine.values.get(each.name), theirs.values.get(each.name))
        for each in columns
    ]
    names = ", ".join(quoted(each.name) for each in columns)
    return (
        f"insert into {qualified(relation.name)} ({names})"
        f" select {', '.join(values)} from generate_series(1, {ROWS}) n"
    )


def _varied(relation: Relation) -> frozenset[str]:
    """One column of each unique index, so that no two rows are the same."""
    free = {each.name for each in relation.attributes if each.base in _COUNTED and not each.automatic}
    automatic = {each.name for each in relation.attributes if each.automatic}
    chosen: set[str] = set()
    for unique in relation.uniques:
        if chosen & set(unique) or automatic & set(unique):
            continue
        fit = [c for c in unique if c in free]
        people = {c for link in relation.links for c in link.columns}
        fit.sort(key=lambda c: c in people)
        chosen |= set(fit[:1])
    return frozenset(chosen)


_COUNTED = (
    "uuid",
    "int4",
    "int8",
    "numeric",
    "text",
    "varchar",
    "citext",
    "timestamptz",
    "timestamp",
    "date",
)


def _either(each: Attribute, mine: str | None, theirs: str | None) -> str:
    if mine == theirs:
        return f"{value_sql(theirs)}::{each.type}"
    return f"case when n % {_EVERY} = 0 then {value_sql(mine)} else {value_sql(theirs)} end::{each.type}"


def _numbered(each: Attribute, mine: str | None, theirs: str | None) -> str:
    if each.base == "uuid":
        text = f"md5('{each.name}' || n)"
    elif each.base in ("int4", "int8", "numeric"):
        text = "(100000 + n)::text"
    elif each.base in ("timestamptz", "timestamp", "date"):
        text = "('2000-01-01'::date + n)::text"
    else:
        text = f"coalesce({value_sql(theirs or mine)}, '') || n"
    return f"({text})::{each.type}"
