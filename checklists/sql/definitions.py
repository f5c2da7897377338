"""Functions, types, publications, buckets, jobs and extensions, as frozen values."""

from dataclasses import dataclass

from checklists.model import Location
from checklists.sql.relations import Column, Grant, Table


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
class Refusal:
    """A statement that Postgres would not take, at this point, from an empty project.

    `object` is the finding name of what is concerned, `state` the SQLSTATE, `certain` whether the migrations
    settle it: an object that none of them makes may have been made in the dashboard. `in_block` is for a DO
    block that fails somewhere within.
    """

    object: str
    state: str
    message: str
    location: Location
    certain: bool
    in_block: bool = False


@dataclass(frozen=True, slots=True)
class Extension:
    """An installed extension and the schema it lies in."""

    name: str
    schema: str
    location: Location
