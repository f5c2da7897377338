"""FROM and WHERE: the rows of catalogs, values and functions, joined and filtered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from checklists.sql.dynamic import casts, catalog, information_schema
from checklists.sql.dynamic.operators import binary, compare
from checklists.sql.dynamic.values import Row, Scopes, Undecided, Unknown, Value, text
from checklists.sql.folding.names import named, split_name, strings
from checklists.sql.parse import inner, pb

if TYPE_CHECKING:
    from checklists.sql.dynamic.evaluator import Evaluator

__all__ = ["SETS", "filtered", "information_schema", "renamed", "set_rows"]

SETS = frozenset({"unnest", "generate_series", "regexp_split_to_table", "string_to_table"})
# The commands that an event trigger runs for; whoever runs one sets them as a variable of this name.
COMMANDS = "pg_event_trigger_ddl_commands"
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What the parts of FROM share: WITH's rows, and `column = value` conditions of WHERE."""

    ctes: Mapping[str, list[Row]]
    keys: tuple[tuple[str, str, Value], ...] = ()


def filtered(
    this: Evaluator, node: Any, outer: Scopes, ctes: Mapping[str, list[Row]]
) -> list[Mapping[str, Row]]:
    """The combinations of rows of FROM that pass WHERE.

    Raises:
        Undecided: It reads what the migrations alone do not tell.
    """
    conditions = list(_conjuncts(node.where_clause)) if node.HasField("where_clause") else []
    plan = Plan(ctes, tuple(_constant_keys(this, conditions, outer)))
    scopes: list[dict[str, Row]] = [{}]
    for number, item in enumerate(node.from_clause, 1):
        last = number == len(node.from_clause)
        joined = [
            scope | more for scope in scopes for more in _from(this, inner(item), (*outer, scope), plan)
        ]
        if len(joined) > MOST_ROWS:
            raise Undecided("a query has too many rows to be followed")
        scopes = [scope for scope in joined if last or _maybe(this, conditions, (*outer, scope))]
    return [scope for scope in scopes if _passes(this, node, (*outer, scope))]


def _constant_keys(this: Evaluator, conditions: list[Any], outer: Scopes) -> Iterator[tuple[str, str, Value]]:
    """(alias or nothing, column, value) of conditions `column = value`, to narrow relations beforehand."""
    for condition in conditions:
        sides = _equality(condition)
        if sides is None:
            continue
        for column, other in (sides, sides[::-1]):
            if isinstance(column, pb.ColumnRef):
                names = strings(column.fields)
                try:
                    value = this.value(other, outer)
                except Undecided:
                    continue
                if value is not None and len(names) == len(column.fields):
                    yield names[-2] if len(names) > 1 else "", names[-1], value


def _equality(node: Any) -> tuple[Any, Any] | None:
    if isinstance(node, pb.A_Expr) and node.kind == pb.AEXPR_OP and strings(node.name) == ("=",):
        return inner(node.lexpr), inner(node.rexpr)
    return None


def _conjuncts(node: Any) -> Iterator[Any]:
    here = inner(node)
    if isinstance(here, pb.BoolExpr) and here.boolop == pb.AND_EXPR:
        for each in here.args:
            yield from _conjuncts(each)
    else:
        yield here


def _maybe(this: Evaluator, conditions: list[Any], scopes: Scopes) -> bool:
    """Whether a part of the row can still pass: conditions that name what is not yet joined do not count."""
    for condition in conditions:
        try:
            if this.truth(condition, scopes) is not True:
                return False
        except Undecided:
            continue
    return True


def _passes(this: Evaluator, node: Any, scopes: Scopes) -> bool:
    return not node.HasField("where_clause") or this.truth(node.where_clause, scopes) is True


def _from(this: Evaluator, node: Any, scopes: Scopes, plan: Plan) -> Iterator[dict[str, Row]]:
    match node:
        case pb.RangeVar():
            alias = node.alias.aliasname or node.relname
            for row in _relation(this, node, plan.ctes):
                named_row = renamed(row, strings(node.alias.colnames))
                if _has_keys(named_row, alias, plan.keys):
                    yield {alias: named_row}
        case pb.RangeSubselect():
            for row in this.select(node.subquery.select_stmt, scopes, plan.ctes):
                yield {node.alias.aliasname: renamed(row, strings(node.alias.colnames))}
        case pb.RangeFunction():
            yield from _function(this, node, scopes)
        case pb.JoinExpr():
            yield from _joined(this, node, scopes, plan)
        case _:
            raise Undecided(f"a {type(node).__name__} in FROM is not followed")


def _relation(this: Evaluator, node: Any, ctes: Mapping[str, list[Row]]) -> list[Row]:
    schema, name = named(node)
    if not schema and name in ctes:
        return ctes[name]
    found = catalog.rows(this.db, schema, name)
    if found is None:
        raise Undecided(f"the rows of {'.'.join(filter(None, (schema, name)))} are not known")
    return list(found)


def renamed(row: Row, names: Sequence[str]) -> Row:
    """The row with its first columns under other names."""
    if not names:
        return row
    keys = [*names, *list(row)[len(names) :]]
    return dict(zip(keys, row.values(), strict=False))


def _function(this: Evaluator, node: Any, scopes: Scopes) -> Iterator[dict[str, Row]]:
    call = inner(node.functions[0].list.items[0])
    alias = node.alias.aliasname or (
        split_name(strings(call.funcname))[1] if isinstance(call, pb.FuncCall) else ""
    )
    names = strings(node.alias.colnames) or (alias,)
    for number, value in enumerate(set_rows(this, call, scopes), 1):
        row: dict[str, Value] = dict(value) if isinstance(value, Mapping) else {names[0]: value}
        if node.ordinality:
            row[names[1] if len(names) > 1 else "ordinality"] = number
        yield {alias: row}


def set_rows(this: Evaluator, call: Any, scopes: Scopes) -> list[Value]:
    """The rows of a set-returning function."""
    name = split_name(strings(call.funcname))[1] if isinstance(call, pb.FuncCall) else ""
    if name == COMMANDS and isinstance(this.variables.get(COMMANDS), list):
        return list(this.variables[COMMANDS])
    if name not in SETS:
        raise Undecided(f"the rows of {name or 'an expression'}() are not known")
    values = [this.value(each, scopes) for each in call.args]
    if name == "unnest" and len(values) == 1:
        return [] if values[0] is None else casts.as_array(values[0])
    if name == "generate_series" and all(isinstance(each, int) for each in values[:2]) and len(values) == 2:
        return list(range(values[0], min(values[1], values[0] + MOST_ROWS) + 1))
    if name == "string_to_table":
        return list(text(values[0]).split(text(values[1])))
    raise Undecided(f"the rows of {name}() are not known")


def _has_keys(row: Row, alias: str, keys: tuple[tuple[str, str, Value], ...]) -> bool:
    for qualifier, column, value in keys:
        if qualifier in ("", alias) and column in row:
            have = row[column]
            if have is None or (not isinstance(have, Unknown) and not compare("=", have, value)):
                return False
    return True


def _joined(this: Evaluator, node: Any, scopes: Scopes, plan: Plan) -> Iterator[dict[str, Row]]:
    if node.is_natural or node.jointype not in (pb.JOIN_INNER, pb.JOIN_LEFT):
        raise Undecided("a NATURAL, RIGHT or FULL JOIN is not followed")
    lateral = isinstance(inner(node.rarg), pb.RangeFunction | pb.RangeSubselect)
    matches: Callable[[dict[str, Row]], list[dict[str, Row]]] | None = None
    count, sample, exact = 0, {}, False
    for left in _from(this, inner(node.larg), scopes, plan):
        if matches is None or lateral:
            right = list(_from(this, inner(node.rarg), (*scopes, left), plan))
            matches = _lookup(node, left, right)
            # One equality that the lookup went by holds already.
            exact = isinstance(matches, partial) and _equality(inner(node.quals)) is not None
            sample = right[0] if right else {}
        matched = False
        for more in matches(left):
            count += 1
            if count > MOST_ROWS:
                raise Undecided("a join has too many rows to be followed")
            both = left | more
            if exact or _joins(this, node, left, more, (*scopes, both)):
                matched = True
                yield both
        if not matched and node.jointype == pb.JOIN_LEFT:
            yield left | {alias: dict.fromkeys(row) for alias, row in sample.items()}


def _lookup(
    node: Any, left: dict[str, Row], right: list[dict[str, Row]]
) -> Callable[[dict[str, Row]], list[dict[str, Row]]]:
    """The rows of the right side that can match one of the left: by the first `a.x = b.y` of ON, or all."""
    for condition in _conjuncts(node.quals) if node.HasField("quals") and right else ():
        sides = _equality(condition)
        for one, two in (sides, sides[::-1]) if sides else ():
            ours, theirs = _key(one, left), _key(two, right[0])
            if ours and theirs and not _key(one, right[0]):
                table: dict[Value, list[dict[str, Row]]] = {}
                try:
                    for row in right:
                        table.setdefault(row[theirs[0]][theirs[1]], []).append(row)
                except TypeError:
                    continue
                return partial(_by_key, table, ours)
    return lambda _left: right


def _by_key(
    table: Mapping[Value, list[dict[str, Row]]], key: tuple[str, str], left: dict[str, Row]
) -> list[dict[str, Row]]:
    value = left[key[0]][key[1]]
    return table.get(value, []) if value is not None and not isinstance(value, list) else []


def _key(node: Any, row: dict[str, Row]) -> tuple[str, str] | None:
    """Where a row of FROM holds the column that a node names."""
    if not isinstance(node, pb.ColumnRef):
        return None
    names = strings(node.fields)
    for alias, columns in row.items():
        if names and names[-1] in columns and (len(names) == 1 or names[-2] == alias):
            return alias, names[-1]
    return None


def _joins(
    this: Evaluator, node: Any, left: Mapping[str, Row], right: Mapping[str, Row], scopes: Scopes
) -> bool:
    for name in strings(node.using_clause):
        one = next((row[name] for row in left.values() if name in row), None)
        two = next((row[name] for row in right.values() if name in row), None)
        if binary("=", one, two) is not True:
            return False
    return not node.HasField("quals") or this.truth(node.quals, scopes) is True
