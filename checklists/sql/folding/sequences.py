"""CREATE SEQUENCE and ALTER SEQUENCE … OWNED BY."""

from dataclasses import replace
from typing import Any

from checklists.sql.folding.names import find_relation, named, strings
from checklists.sql.folding.registry import handles
from checklists.sql.folding.state import Database, Sequence
from checklists.sql.folding.tables import new_relation
from checklists.sql.schema import Facet
from checklists.sql.statements import Statement


@handles("create_seq_stmt", touches=(Facet.GRANTS,))
def create_sequence(db: Database, node: Any, _at: Statement) -> None:
    """CREATE SEQUENCE."""
    where = new_relation(db, node.sequence, if_not_exists=node.if_not_exists)
    if where is not None:
        made = Sequence(*where, _owner(db, node), db.initial_grants("S", where[0]))
        db.sequences[f"{made.schema}.{made.name}"] = made


@handles("alter_seq_stmt")
def alter_sequence(db: Database, node: Any, _at: Statement) -> None:
    """ALTER SEQUENCE … OWNED BY."""
    found = find_relation(db, *named(node.sequence))
    if found in db.sequences:
        owner = _owner(db, node)
        if owner is not None:
            db.sequences[found] = replace(db.sequences[found], owned_by=owner)


def _owner(db: Database, node: Any) -> tuple[str, str] | None:
    for each in node.options:
        if each.def_elem.defname == "owned_by":
            parts = strings(each.def_elem.arg.list.items)
            if len(parts) > 1:
                found = find_relation(db, parts[-3] if len(parts) > 2 else "", parts[-2])
                return (found, parts[-1]) if found else None
    return None
