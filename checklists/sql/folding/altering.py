"""Takes note of what each statement does to the tables that stood before its file."""

from collections.abc import Callable, Iterator
from typing import Any

from checklists.sql.alterations import Alteration, AlterationKind
from checklists.sql.folding.names import named, split_name, strings
from checklists.sql.folding.registry import AFTERWARDS, handles
from checklists.sql.folding.state import Database
from checklists.sql.folding.typenames import SERIALS, type_text
from checklists.sql.parse import pb, walk
from checklists.sql.questions.widening import keeps_the_rows
from checklists.sql.schema import PLATFORM_SCHEMAS, ConstraintKind, Table
from checklists.sql.statements import Statement

Kind = AlterationKind
Found = tuple[AlterationKind, Table, str, str, bool]  # kind, table, name, detail, safe
_ADDED = {
    pb.CONSTR_FOREIGN: Kind.ADD_FOREIGN_KEY,
    pb.CONSTR_CHECK: Kind.ADD_CHECK,
    pb.CONSTR_UNIQUE: Kind.ADD_KEY,
    pb.CONSTR_PRIMARY: Kind.ADD_KEY,
}
# Functions whose value differs from row to row: a default of them rewrites the table (PostgreSQL 11+).
_VOLATILE = frozenset(
    {"gen_random_uuid", "uuid_generate_v4", "random", "clock_timestamp", "nextval", "uuidv7"}
)


@handles("truncate_stmt")
def truncate(_db: Database, _node: Any, _at: Statement) -> None:
    """TRUNCATE: no rows are followed, so that nothing but the note of it is left."""


def note(db: Database, at: Statement) -> None:
    """Notes what a statement that was folded did to what stood before its file."""
    look = _LOOKS.get(at.kind)
    for kind, table, name, detail, safe in look(db, at.node) if look else ():
        db.alterations.append(
            Alteration(
                kind,
                table.qualified,
                at.location,
                db.born.get(table.qualified, ""),
                name,
                detail,
                safe=safe,
                bounded=db.bounded,
            )
        )


def _stood(db: Database, schema: str, name: str) -> Table | None:
    """The table of the repo that had this name when the file began."""
    schemas = (schema,) if schema else db.search_path
    found = (db.before.get(f"{each}.{name}") for each in schemas)
    return next((table for table in found if table and table.schema not in PLATFORM_SCHEMAS), None)


def _dropped(db: Database, node: Any) -> Iterator[Found]:
    names = (split_name(strings(each.list.items)) for each in node.objects)
    for name in names if node.remove_type == pb.OBJECT_TABLE else ():
        if table := _stood(db, *name):
            yield Kind.DROP_TABLE, table, "", "", False


def _emptied(db: Database, node: Any) -> Iterator[Found]:
    for each in node.relations:
        if table := _stood(db, *named(each.range_var)):
            yield Kind.TRUNCATE, table, "", "", False


def _deleted(db: Database, node: Any) -> Iterator[Found]:
    table = _stood(db, *named(node.relation))
    if table and _is_everywhere(node) and not node.using_clause:
        yield Kind.DELETE_ALL, table, "", "", False


def _is_everywhere(node: Any) -> bool:
    """No WHERE, or the `WHERE true` that satisfies a guard against that."""
    where = node.where_clause
    return not node.HasField("where_clause") or where.a_const.boolval.boolval


def _updated(db: Database, node: Any) -> Iterator[Found]:
    """A column that the file itself adds is filled, not overwritten."""
    table = _stood(db, *named(node.relation))
    if table and _is_everywhere(node) and not node.from_clause:
        columns = [each.res_target.name for each in node.target_list]
        if old := [name for name in columns if table.column(name)]:
            yield Kind.UPDATE_ALL, table, "", ", ".join(old), False


def _renamed(db: Database, node: Any) -> Iterator[Found]:
    table = _stood(db, *named(node.relation))
    if table and node.rename_type == pb.OBJECT_TABLE:
        yield Kind.RENAME_TABLE, table, "", node.newname, False
    elif table and node.rename_type == pb.OBJECT_COLUMN and table.column(node.subname):
        yield Kind.RENAME_COLUMN, table, node.subname, node.newname, False


def _indexed(db: Database, node: Any) -> Iterator[Found]:
    table = _stood(db, *named(node.relation))
    if not table or (node.if_not_exists and any(each.name == node.idxname for each in table.indexes)):
        return
    columns = ", ".join(each.index_elem.name or "an expression" for each in node.index_params)
    yield Kind.ADD_INDEX, table, node.idxname, columns, node.concurrent
    if node.concurrent and (db.transaction is not None or db.variables is not None):
        yield Kind.CONCURRENTLY, table, node.idxname, "", False


def _altered(db: Database, node: Any) -> Iterator[Found]:
    table = _stood(db, *named(node.relation))
    if table and node.objtype == pb.OBJECT_TABLE:
        for each in node.cmds:
            yield from _command(db, table, each.alter_table_cmd)


def _command(db: Database, table: Table, command: Any) -> Iterator[Found]:
    column = table.column(command.name)
    match command.subtype:
        case pb.AT_DropColumn if column:
            yield Kind.DROP_COLUMN, table, column.name, "", False
        case pb.AT_SetNotNull if column and not column.not_null:
            yield Kind.SET_NOT_NULL, table, column.name, "", _is_checked(db, table, column.name)
        case pb.AT_AlterColumnType if column:
            new = type_text(db, getattr(command, "def").column_def.type_name)
            if new != column.type:
                kept = keeps_the_rows(column.type, new)
                yield Kind.RETYPE_COLUMN, table, column.name, f"{column.type} to {new}", kept
        case pb.AT_AddColumn:
            yield from _added_column(table, getattr(command, "def").column_def)
        case pb.AT_AddConstraint:
            yield from _added_constraint(table, getattr(command, "def").constraint)
        case pb.AT_ValidateConstraint:
            yield from _validated(db, table, command.name)
        case pb.AT_EnableRowSecurity if not table.rls_enabled:
            yield Kind.ENABLE_RLS, table, "", "", True


def _is_checked(db: Database, table: Table, column: str) -> bool:
    """Whether a validated CHECK says already that it is not null: then Postgres does not read the rows."""
    now = db.tables.get(table.qualified, table)
    words = f"{column} IS NOT NULL"
    return any(
        c.validated and c.expression and words in c.expression.replace('"', "") for c in now.constraints
    )


def _added_column(table: Table, node: Any) -> Iterator[Found]:
    if table.column(node.colname):
        return
    kinds = {each.constraint.contype: each.constraint for each in node.constraints}
    default = kinds[pb.CONSTR_DEFAULT].raw_expr if pb.CONSTR_DEFAULT in kinds else None
    serial = bool(SERIALS.get(strings(node.type_name.names)[-1])) or pb.CONSTR_IDENTITY in kinds
    rewrites = serial or _is_volatile(default) or pb.CONSTR_GENERATED in kinds
    filled = serial or default is not None or pb.CONSTR_GENERATED in kinds
    required = pb.CONSTR_NOTNULL in kinds and not filled
    detail = "required" if required else "rewrites" if rewrites else ""
    yield Kind.ADD_COLUMN, table, node.colname, detail, not rewrites
    # A foreign key or check on a column that is NULL in each row is checked in no time.
    if {pb.CONSTR_UNIQUE, pb.CONSTR_PRIMARY} & kinds.keys():
        yield Kind.ADD_KEY, table, node.colname, node.colname, False


def _is_volatile(default: Any) -> bool:
    calls = (each for each in walk(default) if isinstance(each, pb.FuncCall)) if default is not None else ()
    return any(strings(call.funcname)[-1:] and strings(call.funcname)[-1] in _VOLATILE for call in calls)


def _added_constraint(table: Table, node: Any) -> Iterator[Found]:
    kind = _ADDED.get(node.contype)
    if kind is None:
        return
    safe = bool(node.indexname) if kind is Kind.ADD_KEY else node.skip_validation
    columns = ", ".join(strings(node.fk_attrs or node.keys))
    yield kind, table, node.conname, columns, safe


_LATER = {ConstraintKind.CHECK: Kind.ADD_CHECK, ConstraintKind.FOREIGN_KEY: Kind.ADD_FOREIGN_KEY}


def _validated(db: Database, table: Table, name: str) -> Iterator[Found]:
    """Validated by the file that adds it: the first statement's lock lasts for the file's transaction."""
    if any(each.name == name for each in table.constraints):
        return
    now = db.tables.get(table.qualified, table)
    for each in now.constraints:
        if each.name == name and each.kind in _LATER:
            yield _LATER[each.kind], table, name, ", ".join(each.columns), False


_LOOKS: dict[str, Callable[[Database, Any], Iterator[Found]]] = {
    "alter_table_stmt": _altered,
    "delete_stmt": _deleted,
    "drop_stmt": _dropped,
    "index_stmt": _indexed,
    "rename_stmt": _renamed,
    "truncate_stmt": _emptied,
    "update_stmt": _updated,
}

AFTERWARDS.append(note)
