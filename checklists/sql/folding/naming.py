"""Names that Postgres makes up, as makeObjectName and ChooseRelationName do (indexcmds.c)."""

from collections.abc import Iterable
from itertools import count

from checklists.sql.folding.state import Database
from checklists.sql.schema import Table, View

_LIMIT = 63


def clip(name: str, limit: int = _LIMIT) -> str:
    """The name cut to as many whole characters as fit in 63 bytes."""
    return name.encode()[:limit].decode("utf-8", "ignore")


def object_name(first: str, second: str, label: str) -> str:
    """`first_second_label`, the longer of the two names cut until all fits."""
    room = _LIMIT - (len(label) + 1 if label else 0) - (1 if second else 0)
    one, two = len(first.encode()), len(second.encode())
    while one + two > room:
        if one > two:
            one -= 1
        else:
            two -= 1
    parts = [clip(first, one), clip(second, two) if second else "", label]
    return "_".join(part for part in parts if part)


def joined(columns: Iterable[str]) -> str:
    """The columns' part of a name."""
    return clip("_".join(columns), 2 * _LIMIT)


def relation_names(db: Database, schema: str) -> set[str]:
    """All names of relations in a schema: tables, views, sequences and indexes."""
    names = {s.name for s in db.sequences.values() if s.schema == schema}
    relations: list[Table | View] = [*db.tables.values(), *db.views.values()]
    for relation in relations:
        if relation.schema == schema:
            names.add(relation.name)
            names.update(index.name for index in relation.indexes)
    return names


def constraint_names(db: Database, schema: str) -> set[str]:
    """All names of constraints in a schema."""
    return {c.name for t in db.tables.values() if t.schema == schema for c in t.constraints}


def fresh(first: str, second: str, label: str, taken: set[str]) -> str:
    """The first of `a_b_label`, `a_b_label1`, … that is not taken."""
    for number in count():
        name = object_name(first, second, label + (str(number) if number else ""))
        if name not in taken:
            return name
    raise AssertionError
