"""Finds what a name means under the search_path in force, as Postgres does."""

from collections.abc import Sequence
from typing import Any

from checklists.sql.folding.state import Database, Refused
from checklists.sql.parse import pb
from checklists.sql.schema import PLATFORM_SCHEMAS, Facet, Table, View


def strings(nodes: Sequence[Any]) -> tuple[str, ...]:
    """The text of a list of String nodes, a dotted name for example."""
    return tuple([node.string.sval for node in nodes if node.HasField("string")])


def split_name(parts: Sequence[str]) -> tuple[str, str]:
    """(schema or empty, name) of a dotted name."""
    return (parts[-2] if len(parts) > 1 else "", parts[-1] if parts else "")


def creation_schema(db: Database, schema: str) -> str:
    """Where an object of this written schema (perhaps none) is created."""
    return schema or next((each for each in db.search_path if each in db.schemas), "public")


def relation_exists(db: Database, qualified: str) -> bool:
    """Whether a table, view or sequence has this name."""
    return qualified in db.tables or qualified in db.views or qualified in db.sequences


def find_relation(db: Database, schema: str, name: str) -> str | None:
    """The qualified name of the table, view or sequence meant."""
    if schema:
        qualified = f"{schema}.{name}"
        return qualified if relation_exists(db, qualified) else None
    candidates = (f"{each}.{name}" for each in ("pg_temp", *db.search_path))
    return next((each for each in candidates if relation_exists(db, each)), None)


def named(node: pb.RangeVar) -> tuple[str, str]:
    """(schema or empty, name) of a RangeVar."""
    return node.schemaname, node.relname


def display(db: Database, schema: str, name: str) -> str:
    """The qualified name to use in messages for what was not found."""
    return f"{creation_schema(db, schema)}.{name}"


def missing(db: Database, kind: str, schema: str, name: str, *facets: Facet) -> Refused:
    """The refusal for an object that no migration creates; on the platform's own ground that is no news."""
    qualified = display(db, schema, name)
    message = f"no migration creates the {kind} {qualified}"
    ours = qualified.partition(".")[0] not in PLATFORM_SCHEMAS
    return Refused(
        "42P01" if kind == "table" else "42704", message, f"{kind}:{qualified}", *facets, uncertain=ours
    )


def need_table(db: Database, node: pb.RangeVar, *facets: Facet) -> Table:
    """The table meant.

    Raises:
        Refused: There is none.
    """
    found = find_relation(db, *named(node))
    if found is None or found not in db.tables:
        raise missing(db, "table", *named(node), *(facets or (Facet.TABLES,)))
    return db.tables[found]


def need_relation(db: Database, node: pb.RangeVar, *facets: Facet) -> Table | View:
    """The table or view meant.

    Raises:
        Refused: There is none.
    """
    found = find_relation(db, *named(node))
    if found in db.views:
        return db.views[found]
    return need_table(db, node, *facets)


def role_name(spec: pb.RoleSpec) -> str:
    """The role, `public` for PUBLIC, the owner for CURRENT_USER and its like."""
    if spec.roletype == pb.ROLESPEC_PUBLIC:
        return "public"
    return spec.rolename if spec.roletype == pb.ROLESPEC_CSTRING else "postgres"


def role_names(nodes: Sequence[Any]) -> tuple[str, ...]:
    """The roles of a list of RoleSpec nodes."""
    return tuple(role_name(node.role_spec) for node in nodes)
