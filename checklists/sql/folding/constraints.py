"""Table constraints: made from their nodes, named as Postgres names them, with the index that backs them."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from checklists.sql.folding.indexes import elements
from checklists.sql.folding.names import display, find_relation, named, strings
from checklists.sql.folding.naming import constraint_names, fresh, joined, object_name, relation_names
from checklists.sql.folding.state import Database, Refused
from checklists.sql.parse import pb, sql_of, walk
from checklists.sql.schema import (
    PLATFORM_SCHEMAS,
    Column,
    Constraint,
    ConstraintKind,
    Facet,
    Index,
    Refusal,
    Table,
)
from checklists.sql.statements import Statement

_ACTIONS = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
_KINDS = {
    pb.CONSTR_PRIMARY: ConstraintKind.PRIMARY_KEY,
    pb.CONSTR_UNIQUE: ConstraintKind.UNIQUE,
    pb.CONSTR_FOREIGN: ConstraintKind.FOREIGN_KEY,
    pb.CONSTR_CHECK: ConstraintKind.CHECK,
    pb.CONSTR_EXCLUSION: ConstraintKind.EXCLUDE,
}
_ORDER = (pb.CONSTR_CHECK, pb.CONSTR_PRIMARY, pb.CONSTR_UNIQUE, pb.CONSTR_EXCLUSION, pb.CONSTR_FOREIGN)


def add_all(db: Database, table: Table, found: Iterable[tuple[Any, str | None]], at: Statement) -> Table:
    """The table with these constraints, each with the column it was written at or None; keys before FKs."""
    ordered = sorted(
        found, key=lambda each: _ORDER.index(each[0].contype) if each[0].contype in _ORDER else 0
    )
    for node, column in ordered:
        if not _is_covered(table, node, column):
            table = add_constraint(db, table, node, column, at)
    return table


def _is_covered(table: Table, node: Any, column: str | None) -> bool:
    """Postgres makes no second index for an unnamed UNIQUE over the columns of a key of the statement."""
    if node.contype != pb.CONSTR_UNIQUE or node.conname:
        return False
    keys = (column,) if column else strings(node.keys)
    return any(index.constraint and index.unique and index.columns == keys for index in table.indexes)


def add_constraint(db: Database, table: Table, node: Any, column: str | None, at: Statement) -> Table:
    """The table with one more constraint.

    Raises:
        Refused: The name is taken, or there is a primary key already.
    """
    kind = _KINDS.get(node.contype)
    if kind is None:
        return _not_null(table, node, column)
    if node.conname and any(each.name == node.conname for each in table.constraints):
        raise _taken(table, node.conname)
    if kind is ConstraintKind.PRIMARY_KEY and table.of_kind(kind):
        message = f"{table.qualified} has a primary key already"
        raise Refused("42P16", message, table.object, Facet.CONSTRAINTS, uncertain=False)
    if kind in (ConstraintKind.FOREIGN_KEY, ConstraintKind.CHECK):
        made = (
            _foreign_key(db, table, node, column, at)
            if kind is ConstraintKind.FOREIGN_KEY
            else _check(table, node, at)
        )
        name = node.conname or _name(db, table, made)
        return replace(table, constraints=(*table.constraints, replace(made, name=name)))
    return _backed(db, table, node, kind, column, at)


def _taken(table: Table, name: str) -> Refused:
    message = f"{table.qualified} has a constraint {name} already"
    return Refused(
        "42710", message, f"constraint:{table.qualified}/{name}", Facet.CONSTRAINTS, uncertain=False
    )


def _not_null(table: Table, node: Any, column: str | None) -> Table:
    """A table-level NOT NULL (Postgres 18)."""
    if node.contype != pb.CONSTR_NOTNULL:
        return table
    return with_not_null(table, (column,) if column else strings(node.keys))


def with_not_null(table: Table, names: Iterable[str]) -> Table:
    """The table with these columns NOT NULL."""
    wanted = set(names)
    columns = tuple(replace(c, not_null=True) if c.name in wanted else c for c in table.columns)
    return replace(table, columns=columns)


def _check(table: Table, node: Any, at: Statement) -> Constraint:
    return Constraint(
        "",
        ConstraintKind.CHECK,
        columns_in(node.raw_expr, table.columns),
        at.location,
        expression=sql_of(node.raw_expr),
        validated=not node.skip_validation,
    )


def columns_in(node: Any, columns: Iterable[Column]) -> tuple[str, ...]:
    """The table's columns that an expression over one row names, in order of appearance."""
    names = {column.name for column in columns}
    seen = (strings(each.fields)[-1:] for each in walk(node) if isinstance(each, pb.ColumnRef))
    return tuple(dict.fromkeys(name for each in seen for name in each if name in names))


def _foreign_key(db: Database, table: Table, node: Any, column: str | None, at: Statement) -> Constraint:
    target = find_relation(db, *named(node.pktable))
    if target is None and named(node.pktable)[1] == table.name:
        target = table.qualified
    known = table if target == table.qualified else db.tables.get(target or "")
    referenced = strings(node.pk_attrs)
    if not referenced and known is not None:
        referenced = next((c.columns for c in known.of_kind(ConstraintKind.PRIMARY_KEY)), ())
    name = target or display(db, *named(node.pktable))
    if known is None:
        because = f"no migration creates the table {name}, which a foreign key references"
        db.gap(f"table:{name}", because, at.location, frozenset({Facet.TABLES}))
        if name.partition(".")[0] not in PLATFORM_SCHEMAS:
            db.refusals.append(Refusal(f"table:{name}", "42P01", because, at.location, certain=False))
    return Constraint(
        "",
        ConstraintKind.FOREIGN_KEY,
        (column,) if column else strings(node.fk_attrs),
        at.location,
        references=name,
        referenced_columns=referenced,
        on_delete=_ACTIONS.get(node.fk_del_action, "NO ACTION"),
        on_update=_ACTIONS.get(node.fk_upd_action, "NO ACTION"),
        validated=not node.skip_validation,
    )


def _name(db: Database, table: Table, made: Constraint) -> str:
    """ChooseConstraintName: the columns, where one alone stands in a CHECK; free in the whole schema."""
    foreign = made.kind is ConstraintKind.FOREIGN_KEY
    second = joined(made.columns) if foreign or len(made.columns) == 1 else ""
    taken = constraint_names(db, table.schema) | {each.name for each in table.constraints}
    return fresh(table.name, second, "fkey" if foreign else "check", taken)


def _backed(
    db: Database, table: Table, node: Any, kind: ConstraintKind, column: str | None, at: Statement
) -> Table:
    """A constraint with an index of its name: primary key, unique, exclude."""
    if node.indexname:
        return _using_index(table, node, kind, at)
    if kind is ConstraintKind.EXCLUDE:
        keys, _ = elements([each.list.items[0] for each in node.exclusions])
    else:
        keys = (column,) if column else strings(node.keys)
    name = node.conname or _index_name(db, table, kind, keys)
    if node.conname and name in relation_names(db, table.schema):
        raise Refused(
            "42P07",
            f"the name {name} is taken",
            f"index:{table.schema}.{name}",
            Facet.INDEXES,
            uncertain=False,
        )
    index = Index(
        table.schema,
        name,
        table.qualified,
        keys,
        at.location,
        method=node.access_method or "btree",
        unique=kind is not ConstraintKind.EXCLUDE,
        primary=kind is ConstraintKind.PRIMARY_KEY,
        predicate=sql_of(node.where_clause) if node.HasField("where_clause") else None,
        constraint=True,
        included=strings(node.including),
    )
    made = Constraint(name, kind, keys, at.location)
    table = replace(table, constraints=(*table.constraints, made), indexes=(*table.indexes, index))
    return with_not_null(table, keys) if kind is ConstraintKind.PRIMARY_KEY else table


def _index_name(db: Database, table: Table, kind: ConstraintKind, keys: tuple[str, ...]) -> str:
    label = {ConstraintKind.PRIMARY_KEY: "pkey", ConstraintKind.UNIQUE: "key"}.get(kind, "excl")
    second = "" if kind is ConstraintKind.PRIMARY_KEY else joined(keys)
    taken = relation_names(db, table.schema) | {each.name for each in table.indexes}
    if object_name(table.name, second, label) in taken or any(c.name == label for c in table.constraints):
        taken |= constraint_names(db, table.schema)
    return fresh(table.name, second, label, taken)


def _using_index(table: Table, node: Any, kind: ConstraintKind, at: Statement) -> Table:
    """ADD CONSTRAINT … USING INDEX: the index takes the constraint's name."""
    old = next((each for each in table.indexes if each.name == node.indexname), None)
    if old is None:
        message = f"{table.qualified} has no index {node.indexname}"
        raise Refused("42704", message, f"index:{table.schema}.{node.indexname}", Facet.INDEXES)
    name = node.conname or old.name
    index = replace(old, name=name, constraint=True, primary=kind is ConstraintKind.PRIMARY_KEY)
    made = Constraint(name, kind, old.columns, at.location)
    indexes = tuple(index if each is old else each for each in table.indexes)
    table = replace(table, constraints=(*table.constraints, made), indexes=indexes)
    return with_not_null(table, old.columns) if kind is ConstraintKind.PRIMARY_KEY else table
