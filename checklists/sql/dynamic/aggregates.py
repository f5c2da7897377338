"""Aggregates over all rows of a query: count, array_agg, string_agg and their like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from checklists.sql.dynamic import casts
from checklists.sql.dynamic.operators import binary
from checklists.sql.dynamic.values import Row, Scopes, Undecided, Value, text
from checklists.sql.folding.names import split_name, strings
from checklists.sql.parse import inner, pb, walk

if TYPE_CHECKING:
    from checklists.sql.dynamic.evaluator import Evaluator

_OVER_PRESENT: dict[str, Callable[[list[Value]], Value]] = {
    "bool_and": all,
    "bool_or": any,
    "every": all,
    "max": max,
    "min": min,
    "sum": sum,
}
_AGGREGATES = frozenset({"count", "array_agg", "string_agg", *_OVER_PRESENT})


def has_aggregate(node: Any) -> bool:
    """Whether the targets of a query call an aggregate, their subqueries aside."""
    targets = [list(walk(target)) for target in node.target_list]
    return any(
        isinstance(each, pb.FuncCall) and split_name(strings(each.funcname))[1] in _AGGREGATES
        for nodes in targets
        if not any(isinstance(each, pb.SubLink) for each in nodes)
        for each in nodes
    )


def aggregate(this: Evaluator, node: Any, rows: list[Mapping[str, Row]], outer: Scopes) -> Value:
    """The value of a target over all rows.

    Raises:
        Undecided: It is not followed.
    """
    match node:
        case pb.A_Expr():
            left = aggregate(this, inner(node.lexpr), rows, outer)
            return binary(strings(node.name)[-1], left, aggregate(this, inner(node.rexpr), rows, outer))
        case pb.CoalesceExpr():
            found = (aggregate(this, inner(each), rows, outer) for each in node.args)
            return next((each for each in found if each is not None), None)
        case pb.TypeCast():
            return casts.cast(this.db, aggregate(this, inner(node.arg), rows, outer), node.type_name)
        case pb.FuncCall():
            return _call(this, node, rows, outer)
    return this.value(node, outer)


def _call(this: Evaluator, node: Any, rows: list[Mapping[str, Row]], outer: Scopes) -> Value:
    name = split_name(strings(node.funcname))[1]
    if name not in _AGGREGATES or node.HasField("agg_filter"):
        raise Undecided(f"{name}() over rows is not followed")
    if node.agg_star:
        return len(rows)
    values = [this.value(node.args[0], (*outer, row)) for row in rows]
    present = [each for each in values if each is not None]
    if name == "count":
        return len({text(each) for each in present} if node.agg_distinct else present)
    if name == "array_agg":
        return values or None
    if not present:
        return None
    if name == "string_agg":
        return text(this.value(node.args[1], outer)).join(map(text, present))
    return _OVER_PRESENT[name](present)
