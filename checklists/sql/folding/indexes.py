"""CREATE INDEX on tables and materialized views."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from checklists.sql.folding.names import need_relation, split_name, strings
from checklists.sql.folding.naming import fresh, joined, object_name, relation_names
from checklists.sql.folding.registry import handles
from checklists.sql.folding.state import Database, Refused
from checklists.sql.parse import pb, sql_of
from checklists.sql.schema import Facet, Index, Table, View
from checklists.sql.statements import Statement


@handles("index_stmt", touches=(Facet.INDEXES,))
def create_index(db: Database, node: Any, at: Statement) -> None:
    """CREATE INDEX, also with a name that Postgres makes up."""
    relation = need_relation(db, node.relation, Facet.INDEXES)
    columns, classes = elements(node.index_params)
    taken = relation_names(db, relation.schema)
    name = node.idxname or fresh(relation.name, joined(name_parts(node.index_params)), "idx", taken)
    if name in taken:
        if node.if_not_exists:
            return
        raise Refused(
            "42P07",
            f"the name {name} is taken",
            f"index:{relation.schema}.{name}",
            Facet.INDEXES,
            uncertain=False,
        )
    index = Index(
        relation.schema,
        name,
        relation.qualified,
        columns,
        at.location,
        method=node.access_method or "btree",
        unique=node.unique,
        predicate=sql_of(node.where_clause) if node.HasField("where_clause") else None,
        operator_classes=classes,
        included=tuple(each.index_elem.name for each in node.index_including_params),
        orderings=_orderings(node.index_params),
    )
    add_index(db, relation, index)
    if isinstance(relation, Table) and not node.relation.inh:
        return
    _to_partitions(db, relation.qualified, index)


_DIRECTIONS = {pb.SORTBY_DESC: "DESC"}
_NULLS = {pb.SORTBY_NULLS_FIRST: "NULLS FIRST", pb.SORTBY_NULLS_LAST: "NULLS LAST"}


def _orderings(params: Iterable[Any]) -> tuple[str, ...]:
    """What each column is sorted by besides the default, empty where nothing was written."""
    elements_ = [each.index_elem for each in params]
    found = tuple(
        " ".join(filter(None, (_DIRECTIONS.get(e.ordering, ""), _NULLS.get(e.nulls_ordering, ""))))
        for e in elements_
    )
    return found if any(found) else ()


def add_index(db: Database, relation: Table | View, index: Index) -> None:
    """Puts the index on its table or materialized view."""
    if isinstance(relation, View):
        db.views[relation.qualified] = replace(relation, indexes=(*relation.indexes, index))
    else:
        db.tables[relation.qualified] = replace(relation, indexes=(*relation.indexes, index))


def _to_partitions(db: Database, parent: str, index: Index) -> None:
    for child in [table for table in db.tables.values() if table.partition_of == parent]:
        copy_index(db, child.qualified, index)
        _to_partitions(db, child.qualified, index)


def copy_index(db: Database, table: str, index: Index) -> None:
    """Gives the table the same index under a made-up name, as partitions and LIKE do."""
    target = db.tables[table]
    taken = relation_names(db, target.schema)
    label = ("pkey" if index.primary else "key") if index.constraint else "idx"
    parts = "" if index.primary else joined(plain_parts(index.columns))
    name = fresh(target.name, parts, label, taken)
    add_index(db, target, replace(index, schema=target.schema, name=name, table=table))


def elements(params: Iterable[Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(columns or expressions, operator classes or nothing where none is written) of IndexElem nodes."""
    columns, classes = [], []
    for param in params:
        element = param.index_elem
        columns.append(element.name or sql_of(element.expr))
        classes.append(split_name(strings(element.opclass))[1])
    return tuple(columns), tuple(classes) if any(classes) else ()


def name_parts(params: Iterable[Any]) -> list[str]:
    """What ChooseIndexColumnNames takes of each key: column, called function or `expr`; numbered if twice."""
    parts: list[str] = []
    for param in params:
        element = param.index_elem
        base = element.name or figure(element.expr)
        parts.append(_unlike(base, parts))
    return parts


def plain_parts(columns: Iterable[str]) -> list[str]:
    """The same for keys of which only the text is left."""
    parts: list[str] = []
    for column in columns:
        parts.append(_unlike(column if "(" not in column else column.partition("(")[0] or "expr", parts))
    return parts


def _unlike(base: str, parts: list[str]) -> str:
    name, number = base, 0
    while name in parts:
        number += 1
        name = object_name(base, "", "") + str(number)
    return name


def figure(node: Any) -> str:
    """FigureIndexColname, as far as expressions in indexes go."""
    kind = node.WhichOneof("node")
    if kind == "func_call":
        return strings(node.func_call.funcname)[-1]
    if kind == "coalesce_expr":
        return "coalesce"
    if kind == "type_cast":
        return _cast(node.type_cast)
    if kind == "column_ref":
        return strings(node.column_ref.fields)[-1]
    if kind == "collate_clause":
        return figure(node.collate_clause.arg)
    if kind == "min_max_expr":
        return "greatest" if node.min_max_expr.op == pb.IS_GREATEST else "least"
    return "case" if kind == "case_expr" else "expr"


def _cast(node: Any) -> str:
    found = figure(node.arg)
    return found if found != "expr" else strings(node.type_name.names)[-1]
