"""Values that a file adds to an enum: its own transaction cannot use them before it ends (55P04)."""

from collections.abc import Iterator
from typing import Any

from checklists.sql.folding.names import find_relation, named, strings
from checklists.sql.folding.state import Database
from checklists.sql.parse import pb, walk
from checklists.sql.statements import Statement

_NOT_RUN = ("alter_enum_stmt", "create_function_stmt", "do_stmt")


def used_label(db: Database, statement: Statement) -> str | None:
    """The new value that a statement uses as one of its enum, cast or written to a column of the type."""
    if statement.kind in _NOT_RUN:
        return None
    typed = ((label, kind) for label, kind in _typed(db, statement.node))
    return next((label for label, kind in typed if db.new_labels.get(label) == kind), None)


def _typed(db: Database, node: Any) -> Iterator[tuple[str, str]]:
    """Literals with the type that they are given: (text, qualified type)."""
    for each in walk(node):
        if isinstance(each, pb.TypeCast) and each.arg.HasField("a_const"):
            *schema, name = strings(each.type_name.names)
            yield each.arg.a_const.sval.sval, f"{schema[0] if schema else 'public'}.{name}"
    table = None
    if isinstance(node, pb.UpdateStmt):
        table = db.tables.get(find_relation(db, *named(node.relation)) or "")
    for each in node.target_list if table else ():
        column = table.column(each.res_target.name) if table else None
        if column is not None and each.res_target.val.HasField("a_const"):
            yield each.res_target.val.a_const.sval.sval, column.type
