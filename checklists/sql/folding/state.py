"""The database as the statements so far have left it: dictionaries of frozen values, cheap to put back."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

from checklists.model import Gap, Location
from checklists.sql.alterations import Alteration
from checklists.sql.schema import (
    Bucket,
    ColumnRevoke,
    CronJob,
    Extension,
    Facet,
    Function,
    Grant,
    Publication,
    Refusal,
    SchemaGap,
    Table,
    UserType,
    View,
)

# `"$user"` has no schema of that name on Supabase (roles.sql: alter role postgres set search_path).
DEFAULT_PATH = ("public", "extensions")
OWNER = "postgres"


@dataclass(frozen=True, slots=True)
class Sequence:
    """A sequence; `owned_by` is the table and column it is dropped with."""

    schema: str
    name: str
    owned_by: tuple[str, str] | None = None
    grants: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True)
class EventTrigger:
    """An event trigger: the function that every matching statement runs."""

    name: str
    event: str
    function: str
    tags: tuple[str, ...]
    enabled: bool = True


_KEPT = frozenset(
    {
        "alterations",
        "before",
        "foreseen",
        "gaps",
        "refusals",
        "statements",
        "transaction",
        "savepoints",
        "variables",
    }
)


class Refused(Exception):
    """Postgres would refuse the statement. `uncertain` where the object may well exist outside of the repo.

    `state` is the SQLSTATE, `object` the finding name of what is concerned.
    """

    def __init__(self, state: str, message: str, of: str, *facets: Facet, uncertain: bool = True) -> None:
        super().__init__(message)
        self.state = state
        self.message = message
        self.object = of
        self.facets = frozenset(facets)
        self.uncertain = uncertain


class Routines(dict[str, Function]):
    """Functions by signature, with their overloads at hand by qualified name."""

    def __init__(self, functions: Mapping[str, Function] | None = None) -> None:
        super().__init__(functions or {})
        self._overloads: dict[str, dict[str, None]] = {}
        for signature, function in self.items():
            self._overloads.setdefault(function.qualified, {})[signature] = None

    def __setitem__(self, signature: str, function: Function) -> None:
        super().__setitem__(signature, function)
        self._overloads.setdefault(function.qualified, {})[signature] = None

    def __delitem__(self, signature: str) -> None:
        del self._overloads[self[signature].qualified][signature]
        super().__delitem__(signature)

    def copied(self) -> "Routines":
        """A copy, without counting the overloads again."""
        twin = Routines()
        dict.update(twin, self)
        twin._overloads = {name: dict(each) for name, each in self._overloads.items()}
        return twin

    def overloads(self, qualified: str) -> list[Function]:
        """All functions of that name."""
        return [self[signature] for signature in self._overloads.get(qualified, ())]


def _copied(mapping: dict[str, Any]) -> dict[str, Any]:
    return mapping.copied() if isinstance(mapping, Routines) else dict(mapping)


@dataclass(slots=True)
class Database:
    """Mappings are keyed as in `Schema`: by qualified name, functions by signature.

    `default_grants` is keyed by schema (empty for all) and kind of object; `memberships` has (role, member);
    `variables` are those of the block being run, None outside of one. `before` are the tables as they stood
    when the file began, `born` names the file that made each, and `bounded` says that the file has set a
    lock_timeout. `new_labels` are those that the file has added to older enums, with the type of each.
    `unmade` are the objects, by finding name, that stand here although Postgres refuses what makes them, and
    `foreseen` all such refusals, some of which only the end decides. `recast` says that the repo makes
    operators or casts of its own. `lost` are the columns that a skipped CREATE TABLE writes, and those that
    were dropped or renamed.
    """

    tables: dict[str, Table] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    sequences: dict[str, Sequence] = field(default_factory=dict)
    functions: Routines = field(default_factory=Routines)
    types: dict[str, UserType] = field(default_factory=dict)
    extensions: dict[str, Extension] = field(default_factory=dict)
    publications: dict[str, Publication] = field(default_factory=dict)
    buckets: dict[str, Bucket] = field(default_factory=dict)
    event_triggers: dict[str, EventTrigger] = field(default_factory=dict)
    cron_jobs: tuple[CronJob, ...] = ()
    schemas: frozenset[str] = frozenset({"public"})
    schema_grants: dict[str, tuple[Grant, ...]] = field(default_factory=dict)
    type_grants: dict[str, tuple[Grant, ...]] = field(default_factory=dict)
    column_revokes: tuple[ColumnRevoke, ...] = ()
    default_grants: dict[tuple[str, str], tuple[Grant, ...]] = field(default_factory=dict)
    memberships: frozenset[tuple[str, str]] = frozenset()
    roles: frozenset[str] = frozenset()
    search_path: tuple[str, ...] = DEFAULT_PATH
    home_path: tuple[str, ...] = DEFAULT_PATH
    transaction: "Database | None" = None
    savepoints: "dict[str, Database]" = field(default_factory=dict)
    variables: Mapping[str, Any] | None = None
    gaps: list[SchemaGap] = field(default_factory=list)
    statements: int = 0
    before: Mapping[str, Table] = field(default_factory=lambda: MappingProxyType({}))
    born: dict[str, str] = field(default_factory=dict)
    bounded: bool = False
    new_labels: dict[str, str] = field(default_factory=dict)
    alterations: list[Alteration] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    foreseen: list[Refusal] = field(default_factory=list)
    unmade: dict[str, Refusal] = field(default_factory=dict)
    recast: bool = False
    lost: set[str] = field(default_factory=set)

    def snapshot(self) -> "Database":
        """The state as it is now, for `restore`."""
        twin = copy(self)
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, dict):
                setattr(twin, each.name, _copied(value))
        return twin

    def restore(self, earlier: "Database") -> None:
        """Undoes all changes since `snapshot`; gaps and the count of statements stay."""
        for each in fields(self):
            if each.name not in _KEPT:
                value = getattr(earlier, each.name)
                setattr(self, each.name, _copied(value) if isinstance(value, dict) else value)

    def gap(self, of: str, because: str, location: Location | None, facets: frozenset[Facet]) -> None:
        """Records what could not be decided; without a facet it touches nothing that a check reads."""
        if facets:
            self.gaps.append(SchemaGap(Gap(of, because, location), facets))

    def initial_grants(self, kind: str, schema: str) -> tuple[Grant, ...]:
        """What a new object of this kind (r, S, f, T, n as in pg_default_acl) grants beside its owner."""
        everywhere = self.default_grants.get(("", kind), ())
        here = self.default_grants.get((schema, kind), ()) if kind != "n" else ()
        return everywhere + tuple(grant for grant in here if grant not in everywhere)
