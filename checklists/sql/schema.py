"""What the migrations build, as frozen values. Names are as Postgres stores them: folded and unquoted.

A `qualified` name is `schema.name`. Every object carries the `Location` of the statement that last
shaped it. Expressions are SQL text as Postgres' deparser writes it; `checklists.sql.expressions` answers
questions about them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from checklists.model import Gap, Location
from checklists.sql.alterations import Alteration, AlterationKind
from checklists.sql.definitions import Bucket, CronJob, Extension, Function, Publication, Refusal, UserType
from checklists.sql.relations import (
    Column,
    ColumnRevoke,
    Command,
    Constraint,
    ConstraintKind,
    Grant,
    Index,
    Policy,
    Table,
    TableKind,
    Trigger,
    View,
)

__all__ = [
    "API_ROLES",
    "PLATFORM_SCHEMAS",
    "TABLE_PRIVILEGES",
    "Alteration",
    "AlterationKind",
    "Bucket",
    "Column",
    "ColumnRevoke",
    "Command",
    "Constraint",
    "ConstraintKind",
    "CronJob",
    "Extension",
    "Facet",
    "Function",
    "Grant",
    "Index",
    "Policy",
    "Publication",
    "Refusal",
    "Schema",
    "SchemaGap",
    "Table",
    "TableKind",
    "Trigger",
    "UserType",
    "View",
    "holds",
]

API_ROLES = ("anon", "authenticated")
TABLE_PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


class Facet(StrEnum):
    """A part of the schema that a check reads, or that an undecided statement may have touched."""

    TABLES = "tables"
    RLS = "rls"
    POLICIES = "policies"
    CONSTRAINTS = "constraints"
    INDEXES = "indexes"
    FUNCTIONS = "functions"
    TRIGGERS = "triggers"
    VIEWS = "views"
    GRANTS = "grants"
    TYPES = "types"
    PUBLICATIONS = "publications"
    EXTENSIONS = "extensions"
    BUCKETS = "buckets"
    CRON = "cron"


DECIDING = frozenset({Facet.RLS, Facet.POLICIES, Facet.GRANTS, Facet.VIEWS, Facet.BUCKETS})
"""The parts that decide whether anybody reaches a row."""


@dataclass(frozen=True, slots=True)
class SchemaGap:
    """A statement that could not be decided, and which parts of the schema it may have touched."""

    gap: Gap
    facets: frozenset[Facet]


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """All that the migrations build; equal to itself alone.

    Mappings are keyed by qualified name (functions by signature). `unmade` says of tables, policies and
    views, by finding name, why Postgres refuses the statement that makes them: there the migrations
    contradict themselves, whatever was made outside of them. `otherwise` is what files would make of it
    that lie beside the migrations and may have been applied by other means; None where there are none.
    `refused` are statements that Postgres refused in a proof, each with its words: what they make is here as
    their text says.
    """

    tables: Mapping[str, Table] = field(default_factory=dict)
    views: Mapping[str, View] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    types: Mapping[str, UserType] = field(default_factory=dict)
    extensions: Mapping[str, Extension] = field(default_factory=dict)
    publications: Mapping[str, Publication] = field(default_factory=dict)
    buckets: Mapping[str, Bucket] = field(default_factory=dict)
    cron_jobs: tuple[CronJob, ...] = ()
    schemas: frozenset[str] = frozenset({"public"})
    schema_grants: Mapping[str, tuple[Grant, ...]] = field(default_factory=dict)
    column_revokes: tuple[ColumnRevoke, ...] = ()
    exposed_schemas: tuple[str, ...] = ("public", "graphql_public")
    gaps: tuple[SchemaGap, ...] = ()
    statements: int = 0
    alterations: tuple[Alteration, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    unmade: Mapping[str, Refusal] = field(default_factory=dict)
    otherwise: "Schema | None" = None
    refused: tuple[tuple[Location, str], ...] = ()

    def user_tables(self) -> Iterator[Table]:
        """Tables that the repo owns: platform schemas and what extensions bring are left out."""
        return (table for table in self.tables.values() if table.schema not in PLATFORM_SCHEMAS)

    def exposed_tables(self) -> Iterator[Table]:
        """Tables in a schema that the Data API serves."""
        return (table for table in self.user_tables() if table.schema in self.exposed_schemas)

    def policies(self) -> Iterator[Policy]:
        """Every policy the repo wrote, those on `storage.objects` and `realtime.messages` included."""
        return (policy for table in self.tables.values() for policy in table.policies)

    def gaps_in(self, *facets: Facet) -> tuple[Gap, ...]:
        """What could not be decided about any of these parts."""
        return tuple(each.gap for each in self.gaps if each.facets & set(facets))


# splinter's list of schemas that are the platform's, not the user's (lints/0013, commit 55db5b1).
PLATFORM_SCHEMAS = frozenset(
    {
        "_analytics", "_realtime", "_timescaledb_cache", "_timescaledb_catalog", "_timescaledb_config",
        "_timescaledb_internal", "auth", "cron", "extensions", "graphql", "graphql_public",
        "information_schema", "net", "pg_catalog", "pgbouncer", "pgmq", "pgroonga", "pgsodium",
        "pgsodium_masks", "pgtle", "realtime", "repack", "storage", "supabase_functions",
        "supabase_migrations", "tiger", "topology", "vault",
    }
)  # fmt: skip


def holds(grants: tuple[Grant, ...], role: str, privilege: str) -> bool:
    """Whether `role`, itself or through PUBLIC, holds `privilege` on the whole object or on any column."""
    return any(g.privilege == privilege and g.role in (role, "public") for g in grants)
