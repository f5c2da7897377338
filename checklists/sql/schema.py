"""What the migrations build, as frozen values. Names are as Postgres stores them: folded and unquoted.

A `qualified` name is `schema.name`. Every object carries the `Location` of the statement that last
shaped it. Expressions are SQL text as Postgres' deparser writes it; `checklists.sql.expressions` answers
questions about them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from checklists.model import Gap, Location

API_ROLES = ("anon", "authenticated")
TABLE_PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


class Command(StrEnum):
    """The statement a policy governs."""

    ALL = "ALL"
    SELECT = "SELECT"
    INSERT = "INSERT"
    UPDATE = "UPDATE"
    DELETE = "DELETE"


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


@dataclass(frozen=True, slots=True)
class Grant:
    """One privilege held by one role; `columns` empty means the whole object. `role` is `public` for
    PUBLIC.
    """

    role: str
    privilege: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """`type` is Postgres' canonical spelling with its modifier and brackets: `timestamp with time zone`,
    `numeric(12,2)`, `text[]`, `public.status` for a user's own type (never the base type of a domain).
    """

    name: str
    type: str
    not_null: bool = False
    default: str | None = None
    identity: bool = False
    generated: str | None = None
    location: Location | None = None


class ConstraintKind(StrEnum):
    """What a constraint is."""

    PRIMARY_KEY = "primary_key"
    UNIQUE = "unique"
    FOREIGN_KEY = "foreign_key"
    CHECK = "check"
    EXCLUDE = "exclude"


@dataclass(frozen=True, slots=True)
class Constraint:
    """`references` is a qualified table; actions are SQL words (`NO ACTION`, `CASCADE`, `SET NULL` …)."""

    name: str
    kind: ConstraintKind
    columns: tuple[str, ...]
    location: Location
    expression: str | None = None
    references: str | None = None
    referenced_columns: tuple[str, ...] = ()
    on_delete: str = "NO ACTION"
    on_update: str = "NO ACTION"
    validated: bool = True


@dataclass(frozen=True, slots=True)
class Index:
    """`columns` holds names, or the SQL of an expression; `constraint` is true for one that backs a
    constraint; `orderings` holds `DESC`, `NULLS FIRST` … for each column, empty where all are the default.
    """

    schema: str
    name: str
    table: str
    columns: tuple[str, ...]
    location: Location
    method: str = "btree"
    unique: bool = False
    primary: bool = False
    predicate: str | None = None
    constraint: bool = False
    operator_classes: tuple[str, ...] = ()
    included: tuple[str, ...] = ()
    orderings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """A row level security policy; `roles` is `("public",)` where no TO was written."""

    table: str
    name: str
    command: Command
    roles: tuple[str, ...]
    permissive: bool
    using: str | None
    check: str | None
    location: Location

    @property
    def object(self) -> str:
        """The finding name."""
        return f"policy:{self.table}/{self.name}"

    def applies_to(self, role: str) -> bool:
        """Whether the policy governs a session of `role`."""
        return "public" in self.roles or role in self.roles

    def governs(self, command: Command) -> bool:
        """Whether the policy is consulted for `command`."""
        return self.command in (Command.ALL, command)

    @property
    def effective_check(self) -> str | None:
        """WITH CHECK, or USING where none was written for a command that writes (as Postgres does)."""
        if self.check is not None or self.command in (Command.SELECT, Command.DELETE):
            return self.check
        return self.using


@dataclass(frozen=True, slots=True)
class Trigger:
    """`function` is a qualified name without arguments; `events` holds INSERT, UPDATE, DELETE, TRUNCATE."""

    table: str
    name: str
    function: str
    timing: str
    events: tuple[str, ...]
    per_row: bool
    location: Location
    arguments: tuple[str, ...] = ()
    enabled: bool = True
    when: str | None = None


class TableKind(StrEnum):
    """Postgres' relkind, in words."""

    TABLE = "table"
    PARTITIONED = "partitioned"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with all that hangs on it."""

    schema: str
    name: str
    location: Location
    kind: TableKind = TableKind.TABLE
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    policies: tuple[Policy, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    grants: tuple[Grant, ...] = ()
    rls_enabled: bool = False
    rls_forced: bool = False
    rls_location: Location | None = None
    partition_of: str | None = None
    inherits: tuple[str, ...] = ()
    unlogged: bool = False
    comment: str | None = None
    owner: str = "postgres"

    @property
    def qualified(self) -> str:
        """`schema.name`."""
        return f"{self.schema}.{self.name}"

    @property
    def object(self) -> str:
        """The finding name."""
        return f"table:{self.qualified}"

    def column(self, name: str) -> Column | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)

    def of_kind(self, kind: ConstraintKind) -> tuple[Constraint, ...]:
        """Its constraints of one kind."""
        return tuple(constraint for constraint in self.constraints if constraint.kind is kind)

    def permissive(self, command: Command, role: str) -> tuple[Policy, ...]:
        """Permissive policies that Postgres ORs for this command and role."""
        return tuple(p for p in self.policies if p.permissive and p.governs(command) and p.applies_to(role))

    def restrictive(self, command: Command, role: str) -> tuple[Policy, ...]:
        """Restrictive policies that Postgres ANDs for this command and role."""
        return tuple(
            p for p in self.policies if not p.permissive and p.governs(command) and p.applies_to(role)
        )


@dataclass(frozen=True, slots=True)
class View:
    """`query` is the SELECT; `relations` the qualified relations it reads; `options` the lower-case
    reloptions.
    """

    schema: str
    name: str
    query: str
    location: Location
    materialized: bool = False
    columns: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    relations: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()
    indexes: tuple[Index, ...] = ()
    owner: str = "postgres"

    @property
    def qualified(self) -> str:
        """`schema.name`."""
        return f"{self.schema}.{self.name}"

    @property
    def object(self) -> str:
        """The finding name."""
        return f"view:{self.qualified}"

    @property
    def security_invoker(self) -> bool:
        """Whether the view runs with the rights of who reads it."""
        return dict(self.options).get("security_invoker", "false").lower() in ("true", "on", "1", "yes")


@dataclass(frozen=True, slots=True)
class Function:
    """`arguments` are input types as Postgres spells them, `returns` likewise (`trigger`, `setof public.t`
    …).
    """

    schema: str
    name: str
    arguments: tuple[str, ...]
    returns: str
    language: str
    body: str
    location: Location
    argument_names: tuple[str, ...] = ()
    kind: str = "function"
    security_definer: bool = False
    volatility: str = "volatile"
    settings: tuple[tuple[str, str], ...] = ()
    grants: tuple[Grant, ...] = ()
    body_line: int = 0
    owner: str = "postgres"

    @property
    def qualified(self) -> str:
        """`schema.name`, without arguments."""
        return f"{self.schema}.{self.name}"

    @property
    def signature(self) -> str:
        """`schema.name(type, type)`."""
        return f"{self.qualified}({', '.join(self.arguments)})"

    @property
    def object(self) -> str:
        """The finding name."""
        return f"function:{self.signature}"

    @property
    def search_path(self) -> str | None:
        """The pinned search_path, or None where the caller's applies."""
        return dict(self.settings).get("search_path")


@dataclass(frozen=True, slots=True)
class UserType:
    """An enum (`labels`), a domain (`base`, `not_null`, `checks`) or a composite (`columns`)."""

    schema: str
    name: str
    kind: str
    location: Location
    labels: tuple[str, ...] = ()
    base: str | None = None
    not_null: bool = False
    checks: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()

    @property
    def qualified(self) -> str:
        """`schema.name`."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True)
class Publication:
    """`tables` are qualified; `all_tables` for FOR ALL TABLES, `schemas` for FOR TABLES IN SCHEMA."""

    name: str
    location: Location | None
    all_tables: bool = False
    tables: tuple[tuple[str, Location], ...] = ()
    schemas: tuple[str, ...] = ()

    def publishes(self, table: Table) -> bool:
        """Whether changes of the table are sent."""
        named = any(name == table.qualified for name, _ in self.tables)
        return self.all_tables or named or table.schema in self.schemas


@dataclass(frozen=True, slots=True)
class Bucket:
    """A storage bucket, written by SQL or by config.toml; limits are None where not set, size in bytes."""

    id: str
    public: bool
    location: Location
    file_size_limit: int | None = None
    allowed_mime_types: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class CronJob:
    """A `cron.schedule` call; `name` is None for an unnamed job."""

    name: str | None
    schedule: str
    command: str
    location: Location


@dataclass(frozen=True, slots=True)
class Extension:
    """An installed extension and the schema it lies in."""

    name: str
    schema: str
    location: Location


@dataclass(frozen=True, slots=True)
class SchemaGap:
    """A statement that could not be decided, and which parts of the schema it may have touched."""

    gap: Gap
    facets: frozenset[Facet]


@dataclass(frozen=True, slots=True)
class Schema:
    """All that the migrations build. Mappings are keyed by qualified name (functions by signature)."""

    tables: Mapping[str, Table] = field(default_factory=dict, hash=False)
    views: Mapping[str, View] = field(default_factory=dict, hash=False)
    functions: Mapping[str, Function] = field(default_factory=dict, hash=False)
    types: Mapping[str, UserType] = field(default_factory=dict, hash=False)
    extensions: Mapping[str, Extension] = field(default_factory=dict, hash=False)
    publications: Mapping[str, Publication] = field(default_factory=dict, hash=False)
    buckets: Mapping[str, Bucket] = field(default_factory=dict, hash=False)
    cron_jobs: tuple[CronJob, ...] = ()
    schemas: frozenset[str] = frozenset({"public"})
    schema_grants: Mapping[str, tuple[Grant, ...]] = field(default_factory=dict, hash=False)
    exposed_schemas: tuple[str, ...] = ("public", "graphql_public")
    gaps: tuple[SchemaGap, ...] = ()
    statements: int = 0

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
