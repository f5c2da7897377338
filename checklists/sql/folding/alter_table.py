"""ALTER TABLE, VIEW, INDEX, TYPE …: one small function for each kind of change."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from checklists.sql.analysis import standing
from checklists.sql.folding import options
from checklists.sql.folding.columns import default_text, define_column, own_sequence
from checklists.sql.folding.constraints import add_all, add_constraint, with_not_null
from checklists.sql.folding.dependents import drop_column, drop_constraint
from checklists.sql.folding.names import find_relation, missing, named, need_table, role_name
from checklists.sql.folding.registry import handles
from checklists.sql.folding.state import Database, Refused
from checklists.sql.folding.tables import fill_partition
from checklists.sql.folding.typenames import type_text
from checklists.sql.parse import pb, sql_of
from checklists.sql.schema import Column, ConstraintKind, Facet, Table, View
from checklists.sql.statements import Statement

Change = Callable[[Database, Table, Any, Statement], Table]
_CHANGES: dict[int, Change] = {}


def _changes(*subtypes: int) -> Callable[[Change], Change]:
    def register(change: Change) -> Change:
        _CHANGES.update(dict.fromkeys(subtypes, change))
        return change

    return register


@handles("alter_table_stmt", touches=(Facet.TABLES, Facet.RLS, Facet.CONSTRAINTS, Facet.TRIGGERS))
def alter_table(db: Database, node: Any, at: Statement) -> None:
    """ALTER TABLE and its likes: every change in order, none of them where one is refused."""
    found = find_relation(db, *named(node.relation))
    if found in db.views:
        for each in node.cmds:
            db.views[found] = _view(db.views[found], each.alter_table_cmd, at)
        return
    if found in db.sequences or node.objtype in (pb.OBJECT_INDEX, pb.OBJECT_SEQUENCE):
        return
    if node.objtype == pb.OBJECT_TYPE:
        _composite(db, node, at)
        return
    if found is None and node.missing_ok:
        return
    if found not in db.tables:
        raise missing(db, "table", *named(node.relation), Facet.TABLES, *facets_of(node))
    before = db.snapshot() if len(node.cmds) > 1 else None
    try:
        for each in node.cmds:
            _change(db, found, each.alter_table_cmd, at)
    except Refused:
        if before is not None:
            db.restore(before)
        raise


def _change(db: Database, qualified: str, command: Any, at: Statement) -> None:
    change = _CHANGES.get(command.subtype)
    if change is not None:
        table = change(db, db.tables[qualified], command, at)
        shaped = command.subtype in _SHAPING
        db.tables[qualified] = replace(table, location=at.location) if shaped else table


# Columns, constraints, triggers and row security carry their own places; these changes leave no other trace.
_SHAPING = frozenset(
    {
        pb.AT_DropColumn, pb.AT_DropConstraint, pb.AT_ChangeOwner, pb.AT_SetLogged, pb.AT_SetUnLogged,
        pb.AT_AddInherit, pb.AT_DropInherit,
    }
)  # fmt: skip
_RLS = frozenset(
    {pb.AT_EnableRowSecurity, pb.AT_DisableRowSecurity, pb.AT_ForceRowSecurity, pb.AT_NoForceRowSecurity}
)


_CONSTRAINTS = frozenset({Facet.CONSTRAINTS, Facet.INDEXES})
_TRIGGERS = frozenset({Facet.TRIGGERS})
_FACETS = {
    **dict.fromkeys(_RLS, frozenset({Facet.RLS})),
    pb.AT_AddConstraint: _CONSTRAINTS,
    pb.AT_AlterConstraint: _CONSTRAINTS,
    pb.AT_DropConstraint: _CONSTRAINTS,
    pb.AT_ValidateConstraint: _CONSTRAINTS,
    pb.AT_DisableTrig: _TRIGGERS,
    pb.AT_EnableTrig: _TRIGGERS,
    pb.AT_SetRelOptions: frozenset({Facet.VIEWS}),
    pb.AT_ChangeOwner: frozenset({Facet.GRANTS}),
}
_OF_COLUMNS = frozenset({Facet.TABLES, Facet.CONSTRAINTS})


def facets_of(node: Any) -> frozenset[Facet]:
    """What an ALTER TABLE may touch."""
    return frozenset().union(*(_FACETS.get(c.alter_table_cmd.subtype, _OF_COLUMNS) for c in node.cmds))


def _view(view: View, command: Any, at: Statement) -> View:
    match command.subtype:
        case pb.AT_SetRelOptions:
            merged = dict(view.options) | options.reloptions(getattr(command, "def").list.items)
            return replace(view, options=tuple(merged.items()), location=at.location)
        case pb.AT_ResetRelOptions:
            gone = options.reloptions(getattr(command, "def").list.items)
            kept = tuple(each for each in view.options if each[0] not in gone)
            return replace(view, options=kept, location=at.location)
        case pb.AT_ChangeOwner:
            return replace(view, owner=role_name(command.newowner))
    return view


def _composite(db: Database, node: Any, at: Statement) -> None:
    qualified = f"{node.relation.schemaname or 'public'}.{node.relation.relname}"
    old = db.types.get(qualified)
    if old is None:
        raise Refused("42704", f"no migration creates the type {qualified}", f"type:{qualified}", Facet.TYPES)
    columns = list(old.columns)
    for each in node.cmds:
        command = each.alter_table_cmd
        match command.subtype:
            case pb.AT_AddColumn:
                definition = getattr(command, "def").column_def
                columns.append(define_column(db, (old.schema, old.name), definition, at).column)
            case pb.AT_DropColumn:
                columns = [column for column in columns if column.name != command.name]
            case pb.AT_AlterColumnType:
                kind = type_text(db, getattr(command, "def").column_def.type_name)
                columns = [replace(c, type=kind) if c.name == command.name else c for c in columns]
    db.types[qualified] = replace(old, columns=tuple(columns), location=at.location)


def _column(table: Table, name: str) -> Column:
    found = table.column(name)
    if found is None:
        message = f"{table.qualified} has no column {name}"
        raise Refused("42703", message, f"column:{table.qualified}.{name}", Facet.TABLES)
    return found


def _with(table: Table, old: Column, **values: Any) -> Table:
    new = replace(old, **values)
    return replace(table, columns=tuple(new if each is old else each for each in table.columns))


def _keyed(db: Database, old: Table, made: Table) -> Table:
    """The changed table, whose new foreign keys Postgres makes.

    Raises:
        Refused: One is between types that have no `=`, or to a table that was refused itself.
    """
    keys = made.of_kind(ConstraintKind.FOREIGN_KEY)
    for key in keys[len(old.of_kind(ConstraintKind.FOREIGN_KEY)) :]:
        refused = standing.of_key(db, made, key)
        if refused is not None and not refused.uncertain:
            refused.facets = _OF_COLUMNS
            raise refused
    return made


@_changes(pb.AT_AddColumn)
def _add_column(db: Database, table: Table, command: Any, at: Statement) -> Table:
    node = getattr(command, "def").column_def
    if table.column(node.colname) is not None:
        if command.missing_ok:
            return table
        message = f"{table.qualified} has a column {node.colname} already"
        of = f"column:{table.qualified}.{node.colname}"
        raise Refused("42701", message, of, Facet.TABLES, uncertain=False)
    defined = define_column(db, (table.schema, table.name), node, at)
    table = replace(table, columns=(*table.columns, defined.column))
    for child in _children(db, table):
        if child.column(node.colname) is None:
            db.tables[child.qualified] = replace(child, columns=(*child.columns, defined.column))
    return _keyed(
        db, table, add_all(db, table, [(each, defined.column.name) for each in defined.constraints], at)
    )


def _children(db: Database, table: Table) -> list[Table]:
    """Partitions and inheriting tables, which take part in changes of columns."""
    parents = {table.qualified}
    found: list[Table] = []
    for each in db.tables.values():
        if each.partition_of in parents or parents & set(each.inherits):
            found.append(each)
            parents.add(each.qualified)
    return found


@_changes(pb.AT_DropColumn)
def _drop_column(db: Database, table: Table, command: Any, _at: Statement) -> Table:
    if command.missing_ok and table.column(command.name) is None:
        return table
    column = _column(table, command.name)
    for each in (*_children(db, table), table):
        drop_column(db, each.qualified, column.name, cascade=command.behavior == pb.DROP_CASCADE)
    return db.tables[table.qualified]


@_changes(pb.AT_ColumnDefault)
def _default(db: Database, table: Table, command: Any, at: Statement) -> Table:
    column = _column(table, command.name)
    text = default_text(db, getattr(command, "def")) if command.HasField("def") else None
    return _with(table, column, default=text, location=at.location)


@_changes(pb.AT_SetNotNull, pb.AT_DropNotNull)
def _nullable(_db: Database, table: Table, command: Any, at: Statement) -> Table:
    wanted = command.subtype == pb.AT_SetNotNull
    return _with(table, _column(table, command.name), not_null=wanted, location=at.location)


@_changes(pb.AT_AlterColumnType)
def _retype(db: Database, table: Table, command: Any, at: Statement) -> Table:
    kind = type_text(db, getattr(command, "def").column_def.type_name)
    for each in _children(db, table):
        old = each.column(command.name)
        if old is not None:
            db.tables[each.qualified] = _with(each, old, type=kind)
    return _with(table, _column(table, command.name), type=kind, location=at.location)


@_changes(pb.AT_AddIdentity)
def _add_identity(db: Database, table: Table, command: Any, at: Statement) -> Table:
    column = _column(table, command.name)
    options_given = getattr(command, "def").constraint.options
    own_sequence(db, (table.schema, table.name), column.name, options_given)
    return _with(table, column, identity=True, location=at.location)


@_changes(pb.AT_DropIdentity)
def _drop_identity(_db: Database, table: Table, command: Any, at: Statement) -> Table:
    return _with(table, _column(table, command.name), identity=False, location=at.location)


@_changes(pb.AT_DropExpression)
def _drop_expression(_db: Database, table: Table, command: Any, at: Statement) -> Table:
    return _with(table, _column(table, command.name), generated=None, location=at.location)


@_changes(pb.AT_SetExpression)
def _set_expression(_db: Database, table: Table, command: Any, at: Statement) -> Table:
    text = sql_of(getattr(command, "def"))
    return _with(table, _column(table, command.name), generated=text, location=at.location)


@_changes(pb.AT_AddConstraint)
def _constraint(db: Database, table: Table, command: Any, at: Statement) -> Table:
    node = getattr(command, "def").constraint
    made = _keyed(db, table, add_constraint(db, table, node, None, at))
    new = [each for each in made.constraints if each not in table.constraints]
    for child in _children(db, table):
        if child.partition_of is not None and node.contype in (pb.CONSTR_FOREIGN, pb.CONSTR_CHECK):
            db.tables[child.qualified] = replace(child, constraints=(*child.constraints, *new))
    return made


@_changes(pb.AT_DropConstraint)
def _drop_constraint(db: Database, table: Table, command: Any, _at: Statement) -> Table:
    if all(each.name != command.name for each in table.constraints):
        if command.missing_ok:
            return table
        message = f"{table.qualified} has no constraint {command.name}"
        of = f"constraint:{table.qualified}/{command.name}"
        raise Refused("42704", message, of, Facet.CONSTRAINTS)
    drop_constraint(db, table.qualified, command.name, cascade=command.behavior == pb.DROP_CASCADE)
    return db.tables[table.qualified]


@_changes(pb.AT_ValidateConstraint)
def _validate(_db: Database, table: Table, command: Any, _at: Statement) -> Table:
    validated = tuple(
        replace(each, validated=True) if each.name == command.name else each for each in table.constraints
    )
    return replace(table, constraints=validated)


@_changes(*_RLS)
def _row_security(_db: Database, table: Table, command: Any, at: Statement) -> Table:
    match command.subtype:
        case pb.AT_EnableRowSecurity | pb.AT_DisableRowSecurity:
            on = command.subtype == pb.AT_EnableRowSecurity
            return replace(table, rls_enabled=on, rls_location=at.location)
        case _:
            return replace(table, rls_forced=command.subtype == pb.AT_ForceRowSecurity)


_SWITCHES = {
    pb.AT_EnableTrig: True,
    pb.AT_EnableAlwaysTrig: True,
    pb.AT_EnableReplicaTrig: False,
    pb.AT_DisableTrig: False,
    pb.AT_EnableTrigAll: True,
    pb.AT_EnableTrigUser: True,
    pb.AT_DisableTrigAll: False,
    pb.AT_DisableTrigUser: False,
}


@_changes(*_SWITCHES)
def _trigger(_db: Database, table: Table, command: Any, at: Statement) -> Table:
    on, name = _SWITCHES[command.subtype], command.name
    triggers = tuple(
        replace(each, enabled=on, location=at.location) if name in ("", each.name) else each
        for each in table.triggers
    )
    return replace(table, triggers=triggers)


@_changes(pb.AT_ChangeOwner)
def _owner(_db: Database, table: Table, command: Any, _at: Statement) -> Table:
    return replace(table, owner=role_name(command.newowner))


@_changes(pb.AT_SetLogged, pb.AT_SetUnLogged)
def _logged(_db: Database, table: Table, command: Any, _at: Statement) -> Table:
    return replace(table, unlogged=command.subtype == pb.AT_SetUnLogged)


_IDENTITIES = {"d": "default", "f": "full", "n": "nothing", "i": "index"}


@_changes(pb.AT_ReplicaIdentity)
def _replica_identity(_db: Database, table: Table, command: Any, _at: Statement) -> Table:
    kind = getattr(command, "def").replica_identity_stmt.identity_type
    return replace(table, replica_identity=_IDENTITIES.get(kind, "default"))


@_changes(pb.AT_AttachPartition)
def _attach(db: Database, table: Table, command: Any, _at: Statement) -> Table:
    relation = getattr(command, "def").partition_cmd.name
    found = find_relation(db, *named(relation))
    if found not in db.tables:
        # ALTER INDEX … ATTACH PARTITION of pg_dump.
        return table
    db.tables[found] = replace(db.tables[found], partition_of=table.qualified)
    keys = next((c.columns for c in table.constraints if c.kind == "primary_key"), ())
    db.tables[found] = with_not_null(db.tables[found], keys)
    fill_partition(db, found, table.qualified)
    return table


@_changes(pb.AT_DetachPartition)
def _detach(db: Database, table: Table, command: Any, _at: Statement) -> Table:
    child = need_table(db, getattr(command, "def").partition_cmd.name)
    db.tables[child.qualified] = replace(child, partition_of=None)
    return table


@_changes(pb.AT_AddInherit, pb.AT_DropInherit)
def _inherit(db: Database, table: Table, command: Any, _at: Statement) -> Table:
    parent = need_table(db, getattr(command, "def").range_var).qualified
    kept = tuple(each for each in table.inherits if each != parent)
    return replace(table, inherits=(*kept, parent) if command.subtype == pb.AT_AddInherit else kept)
