"""Evaluates queries over catalogs, values and arrays. The rows of the repo's own tables are not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from checklists.sql.dynamic import sources
from checklists.sql.dynamic.aggregates import aggregate, has_aggregate
from checklists.sql.dynamic.values import Row, Scopes, Undecided, Unknown, Value, text
from checklists.sql.folding.indexes import figure
from checklists.sql.folding.names import split_name, strings
from checklists.sql.parse import inner, pb

if TYPE_CHECKING:
    from checklists.sql.dynamic.evaluator import Evaluator


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
        ctes[cte.ctename] = [sources.renamed(row, strings(cte.aliascolnames)) for row in found]
    if node.op not in (pb.SETOP_NONE, pb.SET_OPERATION_UNDEFINED):
        return _combined(this, node, outer, ctes)
    if node.values_lists:
        return [_values(this, each.list.items, outer) for each in node.values_lists]
    rows = sources.filtered(this, node, outer, ctes)
    if has_aggregate(node):
        if node.group_clause:
            raise Undecided("GROUP BY is not followed")
        return [
            {
                _label(t.res_target): aggregate(this, inner(t.res_target.val), rows, outer)
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
        for value in sources.set_rows(this, inner(sets[0].val), scopes):
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
    return isinstance(value, pb.FuncCall) and split_name(strings(value.funcname))[1] in sources.SETS


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
