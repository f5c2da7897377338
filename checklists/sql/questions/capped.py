"""Tables that cannot grow: a unique key over columns that have few values."""

import re
from math import prod

from sqlglot import exp

from checklists.sql.expressions.calls import identifier
from checklists.sql.expressions.parse import bare, conjuncts, parse
from checklists.sql.questions.conventions import words
from checklists.sql.questions.values import allowed_values
from checklists.sql.schema import ConstraintKind, Table

FEW = 1000
"""Rows that are read at once, whatever index there is."""
_SETTINGS = frozenset({"config", "configs", "configuration", "setting", "settings", "singleton"})
_USERS = re.compile(r"(?:user|account|profile|org|organization|team|tenant|member)s?", re.IGNORECASE)


def is_capped(table: Table) -> bool:
    """Whether CHECKs and a unique key allow at most a thousand rows."""
    values = _values(table)
    keys = [each.columns for each in table.constraints if each.kind in _UNIQUE]
    keys += [index.columns for index in table.indexes if index.unique and index.predicate is None]
    return any(
        prod(values[name] for name in key) <= FEW
        for key in keys
        if key and all(name in values for name in key)
    ) or any(index.unique and index.columns in (("true",), ("(true)",)) for index in table.indexes)


def holds_settings(table: Table) -> bool:
    """Whether it is called for the settings of the whole, of which there is mostly one row."""
    parts = words(table.name)
    return bool(parts & _SETTINGS) and not any(_USERS.fullmatch(part) for part in parts)


_UNIQUE = (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE)


def _values(table: Table) -> dict[str, int]:
    """How many values a required column can have, where its CHECK or type says."""
    found = {name: len(each) for name, each in allowed_values(table).items()}
    found |= {column.name: 2 for column in table.columns if column.type == "boolean"}
    for constraint in table.of_kind(ConstraintKind.CHECK):
        tree = parse(constraint.expression) if constraint.expression else None
        found |= _numbers(list(conjuncts(tree))) if tree is not None else {}
    key = {name for each in table.of_kind(ConstraintKind.PRIMARY_KEY) for name in each.columns}
    return {c.name: found[c.name] for c in table.columns if c.name in found and (c.not_null or c.name in key)}


def _numbers(parts: list[exp.Expr]) -> dict[str, int]:
    low: dict[str, int] = {}
    high: dict[str, int] = {}
    for part in parts:
        column = bare(part.this) if isinstance(part, exp.Between | exp.EQ | exp.GTE | exp.LTE) else None
        if not isinstance(column, exp.Column):
            continue
        name = identifier(column.this)
        if isinstance(part, exp.Between):
            ends = part.args["low"], part.args["high"]
        else:
            ends = (part.expression, part.expression)
        numbers = [int(e.name) if isinstance(e, exp.Literal) and e.name.isdecimal() else None for e in ends]
        if numbers[0] is not None and not isinstance(part, exp.LTE):
            low[name] = numbers[0]
        if numbers[1] is not None and not isinstance(part, exp.GTE):
            high[name] = numbers[1]
    return {name: max(1, high[name] - low[name] + 1) for name in low.keys() & high.keys()}
