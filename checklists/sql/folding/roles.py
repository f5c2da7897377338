"""CREATE ROLE and DROP ROLE; what IMPORT FOREIGN SCHEMA brings is not known."""

from typing import Any

from checklists.sql.folding.names import role_name
from checklists.sql.folding.registry import handles
from checklists.sql.folding.state import Database, Refused
from checklists.sql.schema import Facet
from checklists.sql.statements import Statement


@handles("create_role_stmt")
def create_role(db: Database, node: Any, _at: Statement) -> None:
    """CREATE ROLE, USER, GROUP."""
    if node.role in db.roles:
        raise Refused("42710", f"the role {node.role} exists already", f"role:{node.role}", uncertain=False)
    db.roles |= {node.role}


@handles("drop_role_stmt")
def drop_role(db: Database, node: Any, _at: Statement) -> None:
    """DROP ROLE."""
    db.roles -= {role_name(each.role_spec) for each in node.roles}


@handles("import_foreign_schema_stmt", touches=(Facet.TABLES, Facet.GRANTS))
def import_foreign_schema(db: Database, node: Any, at: Statement) -> None:
    """IMPORT FOREIGN SCHEMA: the tables are the other server's to tell."""
    because = f"which tables the server {node.server_name} has is not known"
    facets = frozenset({Facet.TABLES, Facet.GRANTS})
    db.gap(f"schema:{node.local_schema}", because, at.location, facets)
