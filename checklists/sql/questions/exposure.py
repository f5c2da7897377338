"""Who can reach an object through the Data API: grants of anonymous visitors and signed-in users."""

from collections.abc import Iterator

from checklists.sql.schema import (
    API_ROLES,
    PLATFORM_SCHEMAS,
    Function,
    Grant,
    Schema,
    Table,
    View,
    holds,
)

READ_AND_WRITE = ("SELECT", "INSERT", "UPDATE", "DELETE")
_CATALOGS = frozenset({"pg_catalog", "information_schema"})
_PEOPLE = {"anon": "anonymous visitors", "authenticated": "signed-in users"}


def people(roles: tuple[str, ...]) -> str:
    """The API roles in words: `anonymous visitors and signed-in users`."""
    return " and ".join(_PEOPLE[role] for role in roles)


def roles_holding(grants: tuple[Grant, ...], *privileges: str) -> tuple[str, ...]:
    """The API roles that hold any of the privileges, directly or through PUBLIC."""
    return tuple(role for role in API_ROLES if any(holds(grants, role, each) for each in privileges))


def is_served(schema: Schema, name: str) -> bool:
    """Whether the Data API serves this schema and the repo owns what lies in it."""
    return name in schema.exposed_schemas and name not in PLATFORM_SCHEMAS


def may_use(schema: Schema, name: str, role: str) -> bool:
    """Whether `role` holds USAGE on this schema, without which it reaches nothing there."""
    return holds(schema.schema_grants.get(name, ()), role, "USAGE")


def served_views(schema: Schema, *, materialized: bool) -> Iterator[tuple[View, tuple[str, ...]]]:
    """Views of one kind that the Data API serves, with the API roles that may read them."""
    for view in schema.views.values():
        if view.materialized is materialized and is_served(schema, view.schema):
            yield view, roles_holding(view.grants, "SELECT")


def served_definers(schema: Schema) -> Iterator[tuple[Function, tuple[str, ...]]]:
    """SECURITY DEFINER functions that the Data API serves, with the API roles that may call them."""
    for function in schema.functions.values():
        if function.security_definer and is_served(schema, function.schema):
            yield function, roles_holding(function.grants, "EXECUTE")


def user_functions(schema: Schema) -> Iterator[Function]:
    """Functions that the repo owns."""
    return (each for each in schema.functions.values() if each.schema not in PLATFORM_SCHEMAS)


def user_views(schema: Schema) -> Iterator[View]:
    """Views that the repo owns, materialized ones included."""
    return (each for each in schema.views.values() if each.schema not in PLATFORM_SCHEMAS)


def base_tables(schema: Schema, view: View) -> frozenset[str]:
    """The tables that a view reads, through other views as well."""
    found: set[str] = set()
    queue = list(view.relations)
    seen: set[str] = set()
    while queue:
        name = queue.pop()
        if name in seen:
            continue
        seen.add(name)
        inner = schema.views.get(name)
        if inner is None:
            found.add(name)
        else:
            queue += inner.relations
    return frozenset(found)


def is_of_postgres(name: str) -> bool:
    """Whether a relation is Postgres' own, or an extension's like it, which has no row policies:
    `pg_stat_activity`, `information_schema.columns`. Names that begin so are kept for the system.
    """
    schema, _, relation = name.rpartition(".")
    return schema in _CATALOGS or relation.startswith("pg_")


def is_meant(view: View, roles: tuple[str, ...]) -> bool:
    """Whether a migration grants SELECT on the view to each of these roles by name, and not by default."""
    named = {g.role for g in view.grants if g.privilege == "SELECT" and not g.implied}
    return named >= {*roles}


def may_write_column(table: Table, role: str, privilege: str, column: str) -> bool:
    """Whether `role` holds INSERT or UPDATE on this column, through the whole table or by name."""
    mine = (g for g in table.grants if g.role in (role, "public") and g.privilege == privilege)
    return any(not grant.columns or column in grant.columns for grant in mine)


def may_read_column(table: Table, role: str, column: str) -> bool:
    """Whether `role` may SELECT this column, through the whole table or by name."""
    return may_write_column(table, role, "SELECT", column)
