"""Enums, domains, composites and ranges."""

from dataclasses import replace
from typing import Any

from checklists.sql.folding.columns import define_column
from checklists.sql.folding.names import creation_schema, split_name, strings
from checklists.sql.folding.registry import handles
from checklists.sql.folding.state import Database, Refused
from checklists.sql.folding.typenames import find_type, type_text
from checklists.sql.parse import pb, sql_of
from checklists.sql.schema import Facet, UserType
from checklists.sql.statements import Statement


def put_new(db: Database, made: UserType) -> None:
    """Adds a type.

    Raises:
        Refused: The name is taken.
    """
    if made.qualified in db.types or made.qualified in db.tables:
        old = db.types.get(made.qualified)
        same = old is not None and replace(old, location=made.location) == made
        message = f"the type {made.qualified} exists already"
        raise Refused("42710", message, f"type:{made.qualified}", Facet.TYPES, uncertain=not same)
    db.types[made.qualified] = made
    db.type_grants[made.qualified] = db.initial_grants("T", made.schema)


def _place(db: Database, parts: tuple[str, ...]) -> tuple[str, str]:
    schema, name = split_name(parts)
    return creation_schema(db, schema), name


@handles("create_enum_stmt", touches=(Facet.TYPES,))
def create_enum(db: Database, node: Any, at: Statement) -> None:
    """CREATE TYPE … AS ENUM."""
    put_new(
        db, UserType(*_place(db, strings(node.type_name)), "enum", at.location, labels=strings(node.vals))
    )


@handles("alter_enum_stmt", touches=(Facet.TYPES,))
def alter_enum(db: Database, node: Any, at: Statement) -> None:
    """ALTER TYPE … ADD VALUE, RENAME VALUE."""
    old = need_type(db, strings(node.type_name))
    labels = list(old.labels)
    if node.old_val:
        if node.old_val not in labels:
            message = f"{old.qualified} has no label {node.old_val!r}"
            raise Refused("22023", message, f"type:{old.qualified}", Facet.TYPES)
        labels[labels.index(node.old_val)] = node.new_val
    elif node.new_val in labels:
        if node.skip_if_new_val_exists:
            return
        message = f"{old.qualified} has the label {node.new_val!r} already"
        raise Refused("42710", message, f"type:{old.qualified}", Facet.TYPES, uncertain=False)
    elif node.new_val_neighbor in labels:
        labels.insert(labels.index(node.new_val_neighbor) + node.new_val_is_after, node.new_val)
    else:
        labels.append(node.new_val)
    if not node.old_val and old.location.path != at.location.path:
        db.new_labels[node.new_val] = old.qualified
    db.types[old.qualified] = replace(old, labels=tuple(labels), location=at.location)


def need_type(db: Database, parts: tuple[str, ...]) -> UserType:
    """The enum, domain or composite meant.

    Raises:
        Refused: There is none.
    """
    found = find_type(db, *split_name(parts))
    if found is None or found not in db.types:
        name = ".".join(parts)
        raise Refused("42704", f"no migration creates the type {name}", f"type:{name}", Facet.TYPES)
    return db.types[found]


@handles("create_domain_stmt", touches=(Facet.TYPES,))
def create_domain(db: Database, node: Any, at: Statement) -> None:
    """CREATE DOMAIN."""
    constraints = [each.constraint for each in node.constraints]
    made = UserType(
        *_place(db, strings(node.domainname)),
        "domain",
        at.location,
        base=type_text(db, node.type_name),
        not_null=any(each.contype == pb.CONSTR_NOTNULL for each in constraints),
        checks=tuple(sql_of(each.raw_expr) for each in constraints if each.contype == pb.CONSTR_CHECK),
    )
    put_new(db, made)


@handles("alter_domain_stmt", touches=(Facet.TYPES,))
def alter_domain(db: Database, node: Any, at: Statement) -> None:
    """ALTER DOMAIN: NOT NULL and constraints (T default, N drop not null, O set not null, C add, X drop)."""
    old = need_type(db, strings(node.type_name))
    definition = getattr(node, "def")
    match node.subtype:
        case "N" | "O":
            old = replace(old, not_null=node.subtype == "O")
        case "C" if definition.constraint.contype == pb.CONSTR_CHECK:
            old = replace(old, checks=(*old.checks, sql_of(definition.constraint.raw_expr)))
        case "X":
            because = f"which check of the domain {old.qualified} is dropped cannot be told"
            db.gap(f"type:{old.qualified}", because, at.location, frozenset({Facet.TYPES}))
    db.types[old.qualified] = replace(old, location=at.location)


@handles("composite_type_stmt", touches=(Facet.TYPES,))
def create_composite(db: Database, node: Any, at: Statement) -> None:
    """CREATE TYPE … AS (…)."""
    schema = creation_schema(db, node.typevar.schemaname)
    name = node.typevar.relname
    columns = tuple(define_column(db, (schema, name), e.column_def, at).column for e in node.coldeflist)
    put_new(db, UserType(schema, name, "composite", at.location, columns=columns))


@handles("create_range_stmt", touches=(Facet.TYPES,))
def create_range(db: Database, node: Any, at: Statement) -> None:
    """CREATE TYPE … AS RANGE."""
    put_new(db, UserType(*_place(db, strings(node.type_name)), "range", at.location))
