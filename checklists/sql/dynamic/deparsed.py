"""Constraints as `pg_get_constraintdef` writes them: near enough to be searched for names and words."""

import re

from checklists.sql.quoting import ident
from checklists.sql.schema import Constraint, ConstraintKind

# ruleutils.c writes IN as = ANY of an array, and gives each text its type.
_IN = re.compile(r"\bIN \(([^()]*)\)", re.IGNORECASE)
_TEXT = re.compile(r"'(?:[^']|'')*'(?!::)")
_KINDS = {ConstraintKind.PRIMARY_KEY: "PRIMARY KEY", ConstraintKind.UNIQUE: "UNIQUE"}


def constraint_text(constraint: Constraint) -> str:
    """The definition, as in `CHECK ((status = ANY (ARRAY['open'::text])))`."""
    columns = ", ".join(map(ident, constraint.columns))
    match constraint.kind:
        case ConstraintKind.CHECK:
            text = f"CHECK (({_expression(constraint.expression or '')}))"
        case ConstraintKind.FOREIGN_KEY:
            text = f"FOREIGN KEY ({columns}) REFERENCES {_target(constraint)}"
        case ConstraintKind.EXCLUDE:
            text = f"EXCLUDE ({constraint.expression or columns})"
        case _:
            text = f"{_KINDS[constraint.kind]} ({columns})"
    return text if constraint.validated else f"{text} NOT VALID"


def _expression(text: str) -> str:
    listed = _IN.sub(lambda found: f"= ANY (ARRAY[{found[1]}])", text)
    return _TEXT.sub(lambda found: f"{found[0]}::text", listed)


def _target(constraint: Constraint) -> str:
    schema, _, table = (constraint.references or "").partition(".")
    name = ident(table) if schema == "public" else f"{ident(schema)}.{ident(table)}"
    actions = (
        f" ON {event} {action}"
        for event, action in (("UPDATE", constraint.on_update), ("DELETE", constraint.on_delete))
        if action != "NO ACTION"
    )
    return f"{name}({', '.join(map(ident, constraint.referenced_columns))})" + "".join(actions)
