"""CREATE EXTENSION: where it lies. What it brings is not the user's and is not modelled."""

from dataclasses import replace
from typing import Any

from checklists.sql.folding import options
from checklists.sql.folding.names import creation_schema
from checklists.sql.folding.registry import handles
from checklists.sql.folding.state import Database, Refused
from checklists.sql.schema import Extension, Facet, Grant
from checklists.sql.statements import Statement

# Their control files name a schema that nothing can override.
_FIXED = {
    "pg_cron": "pg_catalog", "pg_graphql": "graphql", "pg_tle": "pgtle", "pgmq": "pgmq",
    "pgroonga": "pgroonga",
    "pgsodium": "pgsodium", "plpgsql": "pg_catalog", "plv8": "pg_catalog", "postgis_tiger_geocoder": "tiger",
    "postgis_topology": "topology", "supabase_vault": "vault",
}  # fmt: skip
# Schemas that an extension makes for itself besides the one it lies in.
_BRINGS = {
    "pg_cron": "cron",
    "pg_net": "net",
    "pgmq": "pgmq",
    "pg_tle": "pgtle",
    "postgis_topology": "topology",
}
# What CASCADE installs along.
_NEEDS = {
    "address_standardizer_data_us": ("address_standardizer",),
    "earthdistance": ("cube",),
    "index_advisor": ("hypopg",),
    "pgrouting": ("postgis",),
    "postgis_raster": ("postgis",),
    "postgis_topology": ("postgis",),
}


@handles("create_extension_stmt", touches=(Facet.EXTENSIONS,))
def create_extension(db: Database, node: Any, at: Statement) -> None:
    """CREATE EXTENSION, into the schema written, fixed by the extension, or first in the search_path."""
    if node.extname in db.extensions:
        if node.if_not_exists:
            return
        message = f"the extension {node.extname} exists already"
        raise Refused("42710", message, f"extension:{node.extname}", Facet.EXTENSIONS, uncertain=False)
    given = {each.def_elem.defname: options.value(each.def_elem) for each in node.options}
    schema = _FIXED.get(node.extname) or creation_schema(db, given.get("schema", ""))
    _install(db, node.extname, schema, at)
    if given.get("cascade"):
        for needed in _NEEDS.get(node.extname, ()):
            if needed not in db.extensions:
                _install(db, needed, _FIXED.get(needed) or schema, at)


def _install(db: Database, name: str, schema: str, at: Statement) -> None:
    db.extensions[name] = Extension(name, schema, at.location)
    brought = {schema, _BRINGS.get(name, schema)} - {"pg_catalog"}
    db.schemas |= brought
    if name == "pg_net":
        roles = ("postgres", "anon", "authenticated", "service_role", "supabase_functions_admin")
        db.schema_grants["net"] = tuple(Grant(role, "USAGE") for role in roles)


@handles("alter_extension_stmt")
def alter_extension(db: Database, node: Any, at: Statement) -> None:
    """ALTER EXTENSION … UPDATE leaves it where it is."""
    if node.extname in db.extensions:
        db.extensions[node.extname] = replace(db.extensions[node.extname], location=at.location)
