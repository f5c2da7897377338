"""ALTER … RENAME TO, SET SCHEMA and OWNER TO."""

from dataclasses import replace
from typing import Any

from checklists.sql.folding.moves import move_column, move_function, move_relation, move_schema, move_type
from checklists.sql.folding.names import (
    find_relation,
    missing,
    named,
    need_table,
    role_name,
    split_name,
    strings,
)
from checklists.sql.folding.policies import find_policy, need_policy, with_policy
from checklists.sql.folding.registry import handles
from checklists.sql.folding.routines import need_routine
from checklists.sql.folding.state import Database, Refused
from checklists.sql.folding.types import need_type
from checklists.sql.parse import pb
from checklists.sql.schema import Facet, Index, Table
from checklists.sql.statements import Statement

_RELATIONS = frozenset(
    {pb.OBJECT_TABLE, pb.OBJECT_VIEW, pb.OBJECT_MATVIEW, pb.OBJECT_SEQUENCE, pb.OBJECT_FOREIGN_TABLE}
)
_ROUTINES = frozenset({pb.OBJECT_FUNCTION, pb.OBJECT_PROCEDURE, pb.OBJECT_ROUTINE})
_TYPES = frozenset({pb.OBJECT_TYPE, pb.OBJECT_DOMAIN})
_EVERYTHING = (Facet.TABLES, Facet.POLICIES, Facet.FUNCTIONS, Facet.VIEWS, Facet.CONSTRAINTS)


@handles("rename_stmt", touches=_EVERYTHING)
def rename(db: Database, node: Any, at: Statement) -> None:
    """ALTER … RENAME."""
    kind = node.rename_type
    if kind in _RELATIONS:
        _relation(db, node, at)
    elif kind in _ROUTINES:
        function = need_routine(db, node.object.object_with_args, Facet.FUNCTIONS)
        move_function(db, function, (function.schema, node.newname))
    elif kind in _TYPES:
        old = need_type(db, strings(node.object.list.items))
        move_type(db, old.qualified, (old.schema, node.newname), at.location)
    elif kind == pb.OBJECT_SCHEMA:
        if node.subname not in db.schemas:
            raise Refused(
                "3F000", f"no migration creates the schema {node.subname}", f"schema:{node.subname}"
            )
        move_schema(db, node.subname, node.newname, at.location)
    elif kind == pb.OBJECT_INDEX:
        _index(db, node, at)
    elif kind in (pb.OBJECT_COLUMN, pb.OBJECT_TABCONSTRAINT, pb.OBJECT_POLICY, pb.OBJECT_TRIGGER):
        _of_table(db, node, at)
    elif kind == pb.OBJECT_ATTRIBUTE:
        _attribute(db, node, at)


def _relation(db: Database, node: Any, at: Statement) -> None:
    schema, name = named(node.relation)
    found = find_relation(db, schema, name)
    if found is not None:
        move_relation(db, found, (found.partition(".")[0], node.newname), at.location)
    elif not _rename_index(db, schema, name, node.newname, at) and not node.missing_ok:
        raise missing(db, "table", schema, name, Facet.TABLES)


def _of_table(db: Database, node: Any, at: Statement) -> None:
    found = find_relation(db, *named(node.relation))
    if found in db.views:
        view = db.views[found]
        columns = tuple(node.newname if each == node.subname else each for each in view.columns)
        db.views[found] = replace(view, columns=columns, location=at.location)
        return
    if found is None and node.missing_ok:
        return
    table = need_table(db, node.relation, Facet.TABLES)
    match node.rename_type:
        case pb.OBJECT_COLUMN:
            _column(db, table, node, at)
        case pb.OBJECT_TABCONSTRAINT:
            _constraint(db, table, node, at)
        case pb.OBJECT_POLICY:
            old = need_policy(table, node.subname)
            if find_policy(table, node.newname) is not None:
                message = f"{table.qualified} has a policy {node.newname!r} already"
                raise Refused("42710", message, old.object, Facet.POLICIES, uncertain=False)
            new = replace(old, name=node.newname, location=at.location)
            db.tables[table.qualified] = with_policy(table, old, new)
        case _:
            triggers = tuple(
                replace(each, name=node.newname, location=at.location) if each.name == node.subname else each
                for each in table.triggers
            )
            db.tables[table.qualified] = replace(table, triggers=triggers)


def _column(db: Database, table: Table, node: Any, at: Statement) -> None:
    of = f"column:{table.qualified}.{node.subname}"
    if table.column(node.subname) is None:
        raise Refused("42703", f"{table.qualified} has no column {node.subname}", of, Facet.TABLES)
    if table.column(node.newname) is not None:
        message = f"{table.qualified} has a column {node.newname} already"
        raise Refused("42701", message, of, Facet.TABLES, uncertain=False)
    for each in list(db.tables.values()):
        if each.partition_of == table.qualified or table.qualified in each.inherits:
            move_column(db, each.qualified, node.subname, node.newname, at.location)
    move_column(db, table.qualified, node.subname, node.newname, at.location)


def _constraint(db: Database, table: Table, node: Any, at: Statement) -> None:
    if all(each.name != node.subname for each in table.constraints):
        of = f"constraint:{table.qualified}/{node.subname}"
        message = f"{table.qualified} has no constraint {node.subname}"
        raise Refused("42704", message, of, Facet.CONSTRAINTS)
    constraints = tuple(
        replace(each, name=node.newname, location=at.location) if each.name == node.subname else each
        for each in table.constraints
    )
    indexes = tuple(
        replace(each, name=node.newname) if each.constraint and each.name == node.subname else each
        for each in table.indexes
    )
    db.tables[table.qualified] = replace(table, constraints=constraints, indexes=indexes)


def _index(db: Database, node: Any, at: Statement) -> None:
    schema, name = named(node.relation)
    if not _rename_index(db, schema, name, node.newname, at) and not node.missing_ok:
        raise missing(db, "index", schema, name, Facet.INDEXES)


def _rename_index(db: Database, schema: str, old: str, new: str, at: Statement) -> bool:
    def renamed(index: Index) -> Index:
        return replace(index, name=new, location=at.location) if index.name == old else index

    for wanted in (schema,) if schema else db.search_path:
        for key, table in db.tables.items():
            if table.schema == wanted and any(each.name == old for each in table.indexes):
                backed = {each.name for each in table.indexes if each.constraint}
                constraints = tuple(
                    replace(each, name=new) if each.name == old and old in backed else each
                    for each in table.constraints
                )
                indexes = tuple(map(renamed, table.indexes))
                db.tables[key] = replace(table, indexes=indexes, constraints=constraints)
                return True
        for key, view in db.views.items():
            if view.schema == wanted and any(each.name == old for each in view.indexes):
                db.views[key] = replace(view, indexes=tuple(map(renamed, view.indexes)))
                return True
    return False


def _attribute(db: Database, node: Any, at: Statement) -> None:
    old = need_type(db, tuple(part for part in named(node.relation) if part))
    columns = tuple(replace(c, name=node.newname) if c.name == node.subname else c for c in old.columns)
    db.types[old.qualified] = replace(old, columns=columns, location=at.location)


@handles("alter_object_schema_stmt", touches=_EVERYTHING)
def set_schema(db: Database, node: Any, at: Statement) -> None:
    """ALTER … SET SCHEMA."""
    kind, schema = node.object_type, node.newschema
    if kind in _RELATIONS:
        found = find_relation(db, *named(node.relation))
        if found is not None:
            move_relation(db, found, (schema, found.partition(".")[2]), at.location)
            for qualified, sequence in list(db.sequences.items()):
                if sequence.owned_by and sequence.owned_by[0] == f"{schema}.{found.partition('.')[2]}":
                    move_relation(db, qualified, (schema, sequence.name), at.location)
        elif not node.missing_ok:
            raise missing(db, "table", *named(node.relation), Facet.TABLES)
    elif kind in _ROUTINES:
        function = need_routine(db, node.object.object_with_args, Facet.FUNCTIONS)
        move_function(db, function, (schema, function.name))
    elif kind in _TYPES:
        old = need_type(db, strings(node.object.list.items))
        move_type(db, old.qualified, (schema, old.name), at.location)
    elif kind == pb.OBJECT_EXTENSION:
        name = node.object.string.sval
        if name in db.extensions:
            db.extensions[name] = replace(db.extensions[name], schema=schema, location=at.location)


@handles("alter_owner_stmt")
def set_owner(db: Database, node: Any, _at: Statement) -> None:
    """ALTER FUNCTION or VIEW … OWNER TO (tables go through ALTER TABLE)."""
    owner = role_name(node.newowner)
    if node.object_type in _ROUTINES:
        function = need_routine(db, node.object.object_with_args, Facet.FUNCTIONS)
        db.functions[function.signature] = replace(function, owner=owner)
    elif node.object_type in (pb.OBJECT_VIEW, pb.OBJECT_MATVIEW):
        found = find_relation(db, *split_name(strings(node.object.list.items)))
        if found in db.views:
            db.views[found] = replace(db.views[found], owner=owner)


@handles("comment_stmt")
def comment(db: Database, node: Any, _at: Statement) -> None:
    """COMMENT ON TABLE."""
    if node.objtype == pb.OBJECT_TABLE:
        found = find_relation(db, *split_name(strings(node.object.list.items)))
        if found in db.tables:
            db.tables[found] = replace(db.tables[found], comment=node.comment or None)
