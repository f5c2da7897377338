"""CREATE CAST and CREATE OPERATOR, after which types may go together that otherwise do not."""

from typing import Any

from checklists.sql.folding.registry import handles
from checklists.sql.folding.state import Database
from checklists.sql.parse import pb
from checklists.sql.statements import Statement


@handles("create_cast_stmt")
def create_cast(db: Database, _node: Any, _at: Statement) -> None:
    """CREATE CAST."""
    db.recast = True


@handles("define_stmt")
def define(db: Database, node: Any, _at: Statement) -> None:
    """CREATE OPERATOR; the other objects of this grammar (aggregates, collations …) change no rule."""
    db.recast |= node.kind == pb.OBJECT_OPERATOR
