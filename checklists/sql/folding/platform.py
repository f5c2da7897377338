"""Where migrations start: an empty Supabase project, or an empty Postgres database."""

from functools import cache
from importlib import resources
from typing import Protocol

from checklists.model import Location
from checklists.sql.folding.fold import fold
from checklists.sql.folding.privileges import ALL
from checklists.sql.folding.state import Database
from checklists.sql.schema import PLATFORM_SCHEMAS, Extension, Grant
from checklists.sql.statements import file_source, statements

# supabase/postgres, migrations/db/init-scripts/00000000000000-initial-schema.sql
_API = ("anon", "authenticated", "service_role")
_USAGE = {
    "auth": (*_API, "postgres", "dashboard_user"),
    "extensions": (*_API, "postgres"),
    "graphql": (*_API, "postgres"),
    "graphql_public": (*_API, "postgres"),
    "net": (*_API, "postgres", "supabase_functions_admin"),
    "realtime": (*_API, "postgres"),
    "storage": (*_API, "postgres"),
    "supabase_functions": (*_API, "postgres"),
    "vault": ("postgres", "service_role"),
    "cron": ("postgres",),
}
_EXTENSIONS = {
    "plpgsql": "pg_catalog",
    "uuid-ossp": "extensions",
    "pgcrypto": "extensions",
    "pg_stat_statements": "extensions",
    "pgjwt": "extensions",
    "pg_graphql": "graphql",
    "supabase_vault": "vault",
}
_SCHEMAS = frozenset(
    {
        "_realtime", "auth", "extensions", "graphql", "graphql_public", "pgbouncer", "public", "realtime",
        "storage", "supabase_functions", "supabase_migrations", "vault",
    }
)  # fmt: skip
_ROLES = frozenset(
    {
        "anon", "authenticated", "authenticator", "dashboard_user", "pgbouncer", "postgres", "service_role",
        "supabase_admin", "supabase_auth_admin", "supabase_etl_admin", "supabase_functions_admin",
        "supabase_read_only_user", "supabase_realtime_admin", "supabase_replication_admin",
        "supabase_storage_admin",
    }
)  # fmt: skip
NOWHERE = Location("supabase", 0, 0)


def empty_postgres() -> Database:
    """Postgres' own default privileges: PUBLIC may execute functions and use types and the public schema."""
    return Database(
        schemas=frozenset({"public"}),
        schema_grants={"public": (Grant("public", "USAGE"),)},
        default_grants={("", "f"): (Grant("public", "EXECUTE"),), ("", "T"): (Grant("public", "USAGE"),)},
        search_path=("public",),
    )


@cache
def _new_project(*, auto_expose: bool) -> Database:
    db = Database(
        schemas=_SCHEMAS,
        roles=_ROLES,
        memberships=frozenset((role, "authenticator") for role in _API),
        extensions={name: Extension(name, schema, NOWHERE) for name, schema in _EXTENSIONS.items()},
        default_grants={("", "f"): (Grant("public", "EXECUTE"),), ("", "T"): (Grant("public", "USAGE"),)},
    )
    db.schema_grants = {
        schema: tuple(Grant(role, "USAGE") for role in roles) for schema, roles in _USAGE.items()
    }
    sql = resources.files(__package__ or "").joinpath("platform.sql").read_text("utf-8")
    for statement in statements(file_source(NOWHERE.path, sql)):
        fold(db, statement)
    db.schema_grants["public"] = tuple(Grant(role, "USAGE") for role in ("public", "postgres", *_API))
    for kind in "rSf" if auto_expose else "":
        grants = tuple(Grant(role, privilege, implied=True) for role in _API for privilege in ALL[kind])
        db.default_grants["public", kind] = grants
    db.statements = 0
    return db


def new_project(*, auto_expose: bool = True) -> Database:
    """A new Supabase project, for the caller to change; `auto_expose` grants new objects to the API roles."""
    db = _new_project(auto_expose=auto_expose).snapshot()
    db.gaps, db.alterations, db.refusals, db.foreseen = [], [], [], []
    return db


class Placed(Protocol):
    """Anything that a statement shaped."""

    @property
    def location(self) -> Location | None:
        """The place of that statement, if there was one."""


def of_repo(thing: Placed) -> bool:
    """Whether a statement of the repo shaped it last, or it is as a new Supabase project brings it."""
    return thing.location is not None and thing.location.path != NOWHERE.path


def is_platform(schema: str) -> bool:
    """Whether a schema is the platform's own ground."""
    return schema in PLATFORM_SCHEMAS or schema.startswith("pg_")
