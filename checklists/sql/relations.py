"""Tables with all that hangs on them, and views, as frozen values."""

from dataclasses import dataclass, field
from enum import StrEnum

from checklists.model import Location


class Command(StrEnum):
    """The statement a policy governs."""

    ALL = "ALL"
    SELECT = "SELECT"
    INSERT = "INSERT"
    UPDATE = "UPDATE"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True)
class Grant:
    """One privilege held by one role; `columns` empty means the whole object. `role` is `public` for
    PUBLIC. `implied` where no migration grants it, but the defaults of a Supabase project.
    """

    role: str
    privilege: str
    columns: tuple[str, ...] = ()
    implied: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class ColumnRevoke:
    """A REVOKE of columns from a role that held the whole table, which takes nothing from it."""

    table: str
    role: str
    privilege: str
    columns: tuple[str, ...]
    location: Location


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
    """A row level security policy; `roles` is `("public",)` where no TO was written, or `stated` PUBLIC."""

    table: str
    name: str
    command: Command
    roles: tuple[str, ...]
    permissive: bool
    using: str | None
    check: str | None
    location: Location
    stated: bool = field(default=False, compare=False)

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
    """A table with all that hangs on it; `replica_identity` is what is sent of the row before a change:
    default (the primary key), full, nothing or index.
    """

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
    replica_identity: str = "default"

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
