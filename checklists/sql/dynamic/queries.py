"""Evaluates queries over catalogs, values and arrays. The rows of the repo's own tables are not known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from checklists.sql.dynamic import casts, catalog, information_schema
from checklists.sql.dynamic.operators import binary, compare
from checklists.sql.dynamic.values import Undecided, Unknown, Value, text
from checklists.sql.indexes import figure
from checklists.sql.names import named, split_name, strings
from checklists.sql.parse import inner, pb, walk

if TYPE_CHECKING:
    from checklists.sql.dynamic.evaluator import Evaluator

__all__ = ["Row", "Scopes", "information_schema", "select", "unknown"]

Row = Mapping[str, Value]
# Rows in sight, by the name they go by; the innermost query last.
Scopes = tuple[Mapping[str, Row], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the parts of FROM share: WITH's rows, and `column = value` conditions of WHERE."""

    ctes: Mapping[str, list[Row]]
    keys: tuple[tuple[str, str, Value], ...] = ()


_AGGREGATES = frozenset(
    {"count", "array_agg", "string_agg", "bool_or", "bool_and", "every", "max", "min", "sum"}
)
_SETS = frozenset({"unnest", "generate_series", "regexp_split_to_table", "string_to_table"})
_MOST_ROWS = 20_000


def unknown(reason: Undecided) -> Unknown:
    """The reason as a value."""
    return Unknown(str(reason))


def select(
    this: Evaluator, node: Any, outer: Scopes, given: Mapping[str, list[Row]] | None = None
) -> list[Row]:
    """The rows of a query; a row maps the names of its columns to their values, in order.

    Raises:
        Undecided: It reads what the migrations alone do not tell.
    """
    ctes = dict(given or {})
    for each in node.with_clause.ctes:
        cte = each.common_table_expr
        if node.with_clause.recursive or cte.ctequery.WhichOneof("node") != "select_stmt":
            raise Undecided("a WITH that recurses or writes is not followed")
        found = select(this, cte.ctequery.select_stmt, outer, ctes)
        ctes[cte.ctename] = [_renamed(row, strings(cte.aliascolnames)) for row in found]
    if node.op not in (pb.SETOP_NONE, pb.SET_OPERATION_UNDEFINED):
        return _combined(this, node, outer, ctes)
    if node.values_lists:
        return [_values(this, each.list.items, outer) for each in node.values_lists]
    rows = _filtered(this, node, outer, ctes)
    if _aggregates(node):
        if node.group_clause:
            raise Undecided("GROUP BY is not followed")
        return [
            {
                _label(t.res_target): _aggregate(this, inner(t.res_target.val), rows, outer)
                for t in node.target_list
            }
        ]
    rows = _sorted(this, node, rows, outer)
    found = [out for row in rows for out in _projected(this, node, row, outer)]
    return _limited(this, node, _distinct(found) if node.distinct_clause else found)


def _combined(this: Evaluator, node: Any, outer: Scopes, ctes: Mapping[str, list[Row]]) -> list[Row]:
    left, right = select(this, node.larg, outer, ctes), select(this, node.rarg, outer, ctes)
    if node.op != pb.SETOP_UNION:
        raise Undecided("EXCEPT and INTERSECT are not followed")
    names = list(left[0]) if left else list(right[0]) if right else []
    both = left + [dict(zip(names, row.values(), strict=False)) for row in right]
    return both if node.all else _distinct(both)


def _distinct(rows: Sequence[Row]) -> list[Row]:
    return list({repr(list(row.values())): row for row in rows}.values())


def _values(this: Evaluator, items: Sequence[Any], outer: Scopes) -> Row:
    return {f"column{n}": this.value(each, outer) for n, each in enumerate(items, 1)}


def _filtered(
    this: Evaluator, node: Any, outer: Scopes, ctes: Mapping[str, list[Row]]
) -> list[Mapping[str, Row]]:
    """The combinations of rows of FROM that pass WHERE."""
    conditions = list(_conjuncts(node.where_clause)) if node.HasField("where_clause") else []
    plan = Plan(ctes, tuple(_constant_keys(this, conditions, outer)))
    scopes: list[dict[str, Row]] = [{}]
    for number, item in enumerate(node.from_clause, 1):
        last = number == len(node.from_clause)
        joined = [
            scope | more for scope in scopes for more in _from(this, inner(item), (*outer, scope), plan)
        ]
        if len(joined) > _MOST_ROWS:
            raise Undecided("a query has too many rows to be followed")
        scopes = [scope for scope in joined if last or _maybe(this, conditions, (*outer, scope))]
    return [scope for scope in scopes if _passes(this, node, (*outer, scope))]


def _constant_keys(this: Evaluator, conditions: list[Any], outer: Scopes) -> Iterator[tuple[str, str, Value]]:
    """(alias or nothing, column, value) of conditions `column = value`, which narrow a relation before any join."""
    for condition in conditions:
        sides = _equality(condition)
        if sides is None:
            continue
        for column, other in (sides, sides[::-1]):
            if isinstance(column, pb.ColumnRef) and not any(isinstance(n, pb.ColumnRef) for n in walk(other)):
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
                renamed = _renamed(row, strings(node.alias.colnames))
                if _has_keys(renamed, alias, plan.keys):
                    yield {alias: renamed}
        case pb.RangeSubselect():
            for row in select(this, node.subquery.select_stmt, scopes, plan.ctes):
                yield {node.alias.aliasname: _renamed(row, strings(node.alias.colnames))}
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


def _renamed(row: Row, names: Sequence[str]) -> Row:
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
    for number, value in enumerate(_set(this, call, scopes), 1):
        row: dict[str, Value] = dict(value) if isinstance(value, Mapping) else {names[0]: value}
        if node.ordinality:
            row[names[1] if len(names) > 1 else "ordinality"] = number
        yield {alias: row}


def _set(this: Evaluator, call: Any, scopes: Scopes) -> list[Value]:
    """The rows of a set-returning function."""
    name = split_name(strings(call.funcname))[1] if isinstance(call, pb.FuncCall) else ""
    if name not in _SETS:
        raise Undecided(f"the rows of {name or 'an expression'}() are not known")
    values = [this.value(each, scopes) for each in call.args]
    if name == "unnest" and len(values) == 1:
        return [] if values[0] is None else casts.as_array(values[0])
    if name == "generate_series" and all(isinstance(each, int) for each in values[:2]) and len(values) == 2:
        return list(range(values[0], min(values[1], values[0] + _MOST_ROWS) + 1))
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
    count, sample = 0, {}
    for left in _from(this, inner(node.larg), scopes, plan):
        if matches is None or lateral:
            right = list(_from(this, inner(node.rarg), (*scopes, left), plan))
            matches = _lookup(node, left, right)
            sample = right[0] if right else {}
        matched = False
        for more in matches(left):
            count += 1
            if count > _MOST_ROWS:
                raise Undecided("a join has too many rows to be followed")
            both = left | more
            if _joins(this, node, left, more, (*scopes, both)):
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


def _label(target: Any) -> str:
    if target.name:
        return str(target.name)
    name = figure(target.val)
    return "?column?" if name == "expr" else name


def _projected(this: Evaluator, node: Any, row: Mapping[str, Row], outer: Scopes) -> Iterator[Row]:
    """The output rows of one combination; a set-returning function in the targets makes several."""
    if not node.target_list:
        yield {}
        return
    scopes = (*outer, row)
    targets = [each.res_target for each in node.target_list]
    sets = [t for t in targets if _is_set(inner(t.val))]
    if sets:
        for value in _set(this, inner(sets[0].val), scopes):
            yield {_label(t): value if t is sets[0] else this.value(t.val, scopes) for t in targets}
        return
    out: dict[str, Value] = {}
    for target in targets:
        value = inner(target.val)
        if isinstance(value, pb.ColumnRef) and value.fields[-1].WhichOneof("node") == "a_star":
            qualifier = strings(value.fields)
            for alias, each in row.items():
                if not qualifier or alias == qualifier[-1]:
                    out |= each
        else:
            _put(this, out, target, scopes)
    yield out


def _put(this: Evaluator, out: dict[str, Value], target: Any, scopes: Scopes) -> None:
    name = _label(target)
    while name in out:
        name += "_"
    try:
        out[name] = this.value(target.val, scopes)
    except Undecided as reason:
        out[name] = unknown(reason)


def _is_set(value: Any) -> bool:
    return isinstance(value, pb.FuncCall) and split_name(strings(value.funcname))[1] in _SETS


def _aggregates(node: Any) -> bool:
    return any(
        isinstance(each, pb.FuncCall) and split_name(strings(each.funcname))[1] in _AGGREGATES
        for target in node.target_list
        for each in _outside_subqueries(target)
    )


def _outside_subqueries(node: Any) -> Iterator[Any]:
    return (
        (each for each in walk(node) if not isinstance(each, pb.SubLink))
        if not _has_sublink(node)
        else iter(())
    )


def _has_sublink(node: Any) -> bool:
    return any(isinstance(each, pb.SubLink) for each in walk(node))


def _aggregate(this: Evaluator, node: Any, rows: list[Mapping[str, Row]], outer: Scopes) -> Value:
    if isinstance(node, pb.A_Expr):
        left = _aggregate(this, inner(node.lexpr), rows, outer)
        return binary(strings(node.name)[-1], left, _aggregate(this, inner(node.rexpr), rows, outer))
    if isinstance(node, pb.CoalesceExpr):
        found = (_aggregate(this, inner(each), rows, outer) for each in node.args)
        return next((each for each in found if each is not None), None)
    if isinstance(node, pb.TypeCast):
        return casts.cast(this.db, _aggregate(this, inner(node.arg), rows, outer), node.type_name)
    if not isinstance(node, pb.FuncCall):
        return this.value(node, outer)
    name = split_name(strings(node.funcname))[1]
    if name not in _AGGREGATES or node.HasField("agg_filter"):
        raise Undecided(f"{name}() over rows is not followed")
    if node.agg_star:
        return len(rows)
    values = [this.value(node.args[0], (*outer, row)) for row in rows]
    present = [each for each in values if each is not None]
    match name:
        case "count":
            return len({text(each) for each in present} if node.agg_distinct else present)
        case "array_agg":
            return values or None
        case "string_agg":
            return text(this.value(node.args[1], outer)).join(map(text, present)) if present else None
        case "bool_or":
            return any(present) if present else None
        case "max":
            return max(present, default=None)
        case "min":
            return min(present, default=None)
        case "sum":
            return sum(present) if present else None
    return all(present) if present else None


def _sorted(
    this: Evaluator, node: Any, rows: list[Mapping[str, Row]], outer: Scopes
) -> list[Mapping[str, Row]]:
    """By the sort keys that are known; the order of statements seldom matters."""
    for each in reversed(node.sort_clause):
        try:
            keys = [text(this.value(each.sort_by.node, (*outer, row))) for row in rows]
        except Undecided:
            return rows
        down = each.sort_by.sortby_dir == pb.SORTBY_DESC
        order = sorted(range(len(rows)), key=keys.__getitem__, reverse=down)
        rows = [rows[index] for index in order]
    return rows


def _limited(this: Evaluator, node: Any, rows: list[Row]) -> list[Row]:
    if not node.HasField("limit_count"):
        return rows
    count = this.value(node.limit_count)
    return rows[:count] if isinstance(count, int) else rows
