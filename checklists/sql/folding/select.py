"""The columns that a query puts out: their names, and types where they are copies of columns or casts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from checklists.sql.folding.indexes import figure
from checklists.sql.folding.names import find_relation, named, strings
from checklists.sql.folding.state import Database
from checklists.sql.folding.typenames import type_text
from checklists.sql.parse import pb
from checklists.sql.schema import Column

_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of FROM: the name it goes by and its columns."""

    alias: str
    columns: tuple[Column, ...]


def output_columns(db: Database, query: Any, aliases: Sequence[str]) -> tuple[Column, ...]:
    """The columns of a query's result, renamed by a column list where one is given."""
    if query.WhichOneof("node") != "select_stmt":
        return tuple(Column(alias, _UNKNOWN) for alias in aliases)
    columns = _select(db, query.select_stmt, {})
    renamed = [Column(alias, column.type) for alias, column in zip(aliases, columns, strict=False)]
    return (*renamed, *columns[len(renamed) :])


def _select(db: Database, node: Any, known: dict[str, tuple[Column, ...]]) -> tuple[Column, ...]:
    known = dict(known)
    for each in node.with_clause.ctes:
        cte = each.common_table_expr
        inner = cte.ctequery.select_stmt
        columns = _select(db, inner, known)
        names = strings(cte.aliascolnames)
        known[cte.ctename] = (
            tuple(Column(n, c.type) for n, c in zip(names, columns, strict=False)) + columns[len(names) :]
        )
    if node.op not in (pb.SETOP_NONE, pb.SET_OPERATION_UNDEFINED):
        return _select(db, node.larg, known)
    if node.values_lists:
        width = len(node.values_lists[0].list.items)
        return tuple(Column(f"column{number + 1}", _UNKNOWN) for number in range(width))
    items = [item for each in node.from_clause for item in _items(db, each, known)]
    return tuple(column for each in node.target_list for column in _target(db, each.res_target, items))


def _items(db: Database, node: Any, known: dict[str, tuple[Column, ...]]) -> list[Item]:
    match node.WhichOneof("node"):
        case "range_var":
            variable = node.range_var
            alias = variable.alias.aliasname or variable.relname
            return [Item(alias, _aliased(_relation(db, variable, known), variable.alias))]
        case "join_expr":
            left = _items(db, node.join_expr.larg, known)
            right = _items(db, node.join_expr.rarg, known)
            return left + _without(right, set(strings(node.join_expr.using_clause)))
        case "range_subselect":
            sub = node.range_subselect
            columns = _select(db, sub.subquery.select_stmt, known)
            return [Item(sub.alias.aliasname, _aliased(columns, sub.alias))]
        case "range_function":
            alias = node.range_function.alias
            names = strings(alias.colnames) or (alias.aliasname,)
            return [Item(alias.aliasname, tuple(Column(name, _UNKNOWN) for name in names))]
    return []


def _without(items: list[Item], merged: set[str]) -> list[Item]:
    """JOIN … USING puts the common columns out once."""
    if not merged:
        return items
    return [Item(i.alias, tuple(c for c in i.columns if c.name not in merged)) for i in items]


def _aliased(columns: tuple[Column, ...], alias: Any) -> tuple[Column, ...]:
    names = strings(alias.colnames)
    renamed = tuple(Column(n, c.type) for n, c in zip(names, columns, strict=False))
    return renamed + columns[len(renamed) :]


def _relation(db: Database, node: Any, known: dict[str, tuple[Column, ...]]) -> tuple[Column, ...]:
    if not node.schemaname and node.relname in known:
        return known[node.relname]
    found = find_relation(db, *named(node))
    if found in db.tables:
        return tuple(Column(column.name, column.type) for column in db.tables[found].columns)
    if found in db.views:
        return tuple(Column(name, _UNKNOWN) for name in db.views[found].columns)
    return ()


def _target(db: Database, target: Any, items: list[Item]) -> list[Column]:
    value = target.val
    if value.WhichOneof("node") == "column_ref":
        fields = value.column_ref.fields
        names = strings(fields)
        if fields[-1].WhichOneof("node") == "a_star":
            chosen = [i for i in items if not names or i.alias == names[-1]]
            return [column for item in chosen for column in item.columns]
        qualifier = names[-2] if len(names) > 1 else ""
        matches = (c for i in items if qualifier in ("", i.alias) for c in i.columns if c.name == names[-1])
        found = next(matches, None)
        return [Column(target.name or names[-1], found.type if found else _UNKNOWN)]
    kind = type_text(db, value.type_cast.type_name) if value.WhichOneof("node") == "type_cast" else _UNKNOWN
    return [Column(target.name or _figured(value), kind)]


def _figured(value: Any) -> str:
    name = figure(value)
    return "?column?" if name == "expr" else name
