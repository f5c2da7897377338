"""CREATE SCHEMA."""

from typing import Any

from checklists.sql.folding.registry import HANDLERS, handles
from checklists.sql.folding.state import Database, Refused
from checklists.sql.parse import inner
from checklists.sql.schema import Facet
from checklists.sql.statements import Statement


@handles("create_schema_stmt", touches=(Facet.TABLES, Facet.GRANTS))
def create_schema(db: Database, node: Any, at: Statement) -> None:
    """CREATE SCHEMA, with the objects written inside it."""
    name = node.schemaname or node.authrole.rolename
    if name in db.schemas:
        if node.if_not_exists:
            return
        raise Refused(
            "42P06", f"the schema {name} exists already", f"schema:{name}", Facet.TABLES, uncertain=False
        )
    db.schemas |= {name}
    db.schema_grants[name] = db.initial_grants("n", "")
    before, db.search_path = db.search_path, (name, *db.search_path)
    for each in node.schema_elts:
        handler = HANDLERS.get(each.WhichOneof("node"))
        if handler is not None:
            handler(db, inner(each), at)
    db.search_path = before
