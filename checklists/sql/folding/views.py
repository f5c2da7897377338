"""Views and materialized views."""

from dataclasses import replace
from typing import Any

from checklists.sql.analysis import standing
from checklists.sql.folding import options
from checklists.sql.folding.names import find_relation, named, strings
from checklists.sql.folding.registry import handles
from checklists.sql.folding.select import output_columns
from checklists.sql.folding.settled import settled
from checklists.sql.folding.state import Database
from checklists.sql.folding.tables import new_relation
from checklists.sql.parse import deparse, pb, walk
from checklists.sql.schema import Facet, Table, View
from checklists.sql.statements import Statement


@handles("view_stmt", touches=(Facet.VIEWS,))
def create_view(db: Database, node: Any, at: Statement) -> None:
    """CREATE [OR REPLACE] VIEW: replacing keeps owner and grants, and drops options not written again."""
    old = _replaced(db, node)
    if old is None:
        where = new_relation(db, node.view, if_not_exists=False)
        if where is None:
            return
        schema, name = where
    else:
        schema, name = old.schema, old.name
    made = View(
        schema,
        name,
        deparse(settled(db, node.query)),
        at.location,
        columns=_columns(db, node.query, strings(node.aliases)),
        options=tuple(options.reloptions(node.options).items()),
        relations=relations_of(db, node.query),
        grants=db.initial_grants("r", schema),
    )
    if old is not None:
        made = replace(made, grants=old.grants, owner=old.owner)
    refused = standing.of_query(db, node.query)
    stands = old is not None and not standing.is_unmade(db, old.object)
    if stands and refused is not None and standing.is_settled(refused):
        refused.facets = frozenset({Facet.VIEWS})
        raise refused  # the old one stays
    standing.judge(db, made.object, refused, at)
    db.views[made.qualified] = made


def _replaced(db: Database, node: Any) -> View | None:
    if not node.replace:
        return None
    found = find_relation(db, *named(node.view))
    if found is None and not node.view.schemaname:
        return None
    return db.views.get(found or "")


@handles("create_table_as_stmt", touches=(Facet.TABLES, Facet.VIEWS, Facet.RLS))
def create_as(db: Database, node: Any, at: Statement) -> None:
    """CREATE TABLE AS, and CREATE MATERIALIZED VIEW."""
    where = new_relation(db, node.into.rel, if_not_exists=node.if_not_exists)
    if where is None:
        return
    schema, name = where
    columns = output_columns(db, node.query, strings(node.into.col_names))
    grants = db.initial_grants("r", schema)
    if node.objtype != pb.OBJECT_MATVIEW:
        unlogged = node.into.rel.relpersistence == "u"
        located = tuple(replace(column, location=at.location) for column in columns)
        made = Table(schema, name, at.location, columns=located, grants=grants, unlogged=unlogged)
        db.tables[made.qualified] = made
        return
    view = View(
        schema,
        name,
        deparse(settled(db, node.query)),
        at.location,
        materialized=True,
        columns=tuple(column.name for column in columns),
        relations=relations_of(db, node.query),
        grants=grants,
    )
    standing.judge(db, view.object, standing.of_query(db, node.query), at)
    db.views[view.qualified] = view


def select_into(db: Database, node: Any, at: Statement) -> None:
    """SELECT … INTO, the older spelling of CREATE TABLE AS."""
    where = new_relation(db, node.into_clause.rel, if_not_exists=False)
    if where is not None:
        wrapped = pb.Node(select_stmt=node)
        columns = tuple(replace(c, location=at.location) for c in output_columns(db, wrapped, ()))
        made = Table(*where, at.location, columns=columns, grants=db.initial_grants("r", where[0]))
        db.tables[made.qualified] = made


def _columns(db: Database, query: Any, aliases: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(column.name for column in output_columns(db, query, aliases))


def relations_of(db: Database, query: Any) -> tuple[str, ...]:
    """The qualified relations that a query reads, in order, its own WITH names left out."""
    nodes = list(walk(query))
    ours = {each.ctename for each in nodes if isinstance(each, pb.CommonTableExpr)}
    found = []
    for each in nodes:
        if isinstance(each, pb.RangeVar) and (each.schemaname or each.relname not in ours):
            known = find_relation(db, *named(each))
            found.append(known or (f"{each.schemaname or 'public'}.{each.relname}"))
    return tuple(dict.fromkeys(found))
