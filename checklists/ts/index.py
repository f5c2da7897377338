"""What the TypeScript sources do, as frozen values: endpoints, clients, queries, guards, validation.

Functions are named `path#name` (`#default` for an unnamed default export, `outer.inner` for a named function
within another, `name@12` for an unnamed one at line 12).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from checklists.model import Gap, Location
from checklists.ts.conduct import (
    FOR_ANYONE,
    Caller,
    CallerState,
    Disclosure,
    Effect,
    Flow,
    Guard,
    Key,
    Reply,
    SchemaField,
    Validation,
)

__all__ = [
    "FOR_ANYONE",
    "Call",
    "Caller",
    "CallerState",
    "Client",
    "Disclosure",
    "DrizzleTable",
    "Effect",
    "Endpoint",
    "EndpointKind",
    "EnvRead",
    "Flow",
    "Function",
    "Guard",
    "Import",
    "Interpolation",
    "Key",
    "Module",
    "Query",
    "Reply",
    "Runtime",
    "SchemaField",
    "SourceIndex",
    "Use",
    "Validation",
]


class Runtime(StrEnum):
    """Where a module runs; a module may be reached from both sides."""

    CLIENT = "client"
    SERVER = "server"
    SHARED = "shared"
    EDGE = "edge"


@dataclass(frozen=True, slots=True)
class Import:
    """`target` is the repo path it resolves to, None for a package; names maps local to imported names
    (`*` for a namespace, `default` for a default import). `reexport` for `export … from`.
    """

    specifier: str
    target: str | None
    names: tuple[tuple[str, str], ...]
    line: int
    type_only: bool = False
    reexport: bool = False
    dynamic: bool = False


@dataclass(frozen=True, slots=True)
class EnvRead:
    """A read of `process.env.X`, `Deno.env.get("X")` or `import.meta.env.X`."""

    name: str
    location: Location


@dataclass(frozen=True, slots=True)
class Query:
    """One chain on a Supabase or Drizzle client, from `.from('t')` to its last call.

    `operation` is select, insert, update, upsert, delete, rpc or raw; `returning` is true where rows
    come back from a write; `columns` are those of `.select()`: None where it names none, `("*",)` for a
    bare or star select. `filters` are (method, column, value's source text); `payload` is the source
    text of what is written. `error_read` is True where the result's error is looked at or thrown, False
    where it is dropped, None unknown. `result` names the variables that hold the rows; `loop_bound` is true
    where what is asked or written depends on the element that `loop` is at. `handed` is true where the query
    is given to other code before it is sent, which may add to it.

    `api` is supabase, drizzle or postgres for what reaches tables; auth, storage and functions for Supabase's
    services: then `operation` is the method (`getUser`, `admin.deleteUser`, `upload`, `invoke`) and `table` a
    bucket or None. A column that is worked out stands in braces (`{field}`).
    """

    api: str
    operation: str
    table: str | None
    location: Location
    key: Key
    client: str
    function: str
    columns: tuple[str, ...] | None = None
    filters: tuple[tuple[str, str, str], ...] = ()
    payload: str = ""
    order_by: tuple[str, ...] = ()
    on_conflict: tuple[str, ...] | None = None
    methods: tuple[str, ...] = ()
    returning: bool = False
    single: bool = False
    awaited: bool = True
    error_read: bool | None = None
    loop: Location | None = None
    loop_bound: bool = False
    text: str = ""
    result: tuple[str, ...] = ()
    handed: bool = False


@dataclass(frozen=True, slots=True)
class Client:
    """A Supabase client that is made here, by `factory` (`createClient`, `createServerClient` …).

    `credential` is the key that it is given: SERVICE, ANON or UNKNOWN. `forwards_user` is true where the
    caller's cookies or Authorization header are passed on, so that it acts as that user whatever the key.
    """

    location: Location
    function: str
    factory: str
    credential: Key
    forwards_user: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A call: `callee` as written (`supabase.auth.getUser`), `target` the function id it resolves to, or
    None.
    """

    callee: str
    target: str | None
    location: Location
    awaited: bool = False
    loop: Location | None = None
    loop_bound: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """One function with a body, in source order; calls made by functions nested in it belong to it too."""

    id: str
    name: str
    location: Location
    exported: bool
    is_async: bool
    parameters: tuple[str, ...]
    calls: tuple[Call, ...] = ()
    queries: tuple[Query, ...] = ()
    guards: tuple[Guard, ...] = ()
    validations: tuple[Validation, ...] = ()
    flows: tuple[Flow, ...] = ()
    replies: tuple[Reply, ...] = ()
    discloses: tuple[Disclosure, ...] = ()
    inline_server: bool = False
    text: str = ""


class EndpointKind(StrEnum):
    """How the outside reaches it."""

    ACTION = "action"
    ROUTE = "route"
    EDGE = "edge"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server action, a route handler's verb or an edge function.

    `name` is the part after the kind in a finding's name (`app/actions/tenders.ts#createTender`,
    `app/api/x/route.ts#POST`, `process-tender`). `function` is the id of the function that runs, None
    where it could not be resolved (`because` says why). `wrapper` is the callee that wraps it
    (`actionClient…action`).
    """

    kind: EndpointKind
    name: str
    location: Location
    function: str | None
    wrapper: str | None = None
    because: str = ""

    @property
    def object(self) -> str:
        """The finding name."""
        return f"{self.kind.value}:{self.name}"


@dataclass(frozen=True, slots=True)
class Module:
    """One source file."""

    path: str
    directives: tuple[str, ...]
    imports: tuple[Import, ...]
    exports: tuple[tuple[str, str], ...]
    env: tuple[EnvRead, ...] = ()
    functions: tuple[str, ...] = ()
    errors: tuple[int, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class DrizzleTable:
    """A `pgTable` of Drizzle: its qualified SQL name, the names of its policies, and whether it turns RLS on.

    A policy turns it on as well, as drizzle-kit has it.
    """

    name: str
    location: Location
    rls: bool
    policies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """A call into a platform's library: `name` is the function, method or class (`new Pool`) of `package`.

    `arguments` are source texts; `text` the whole chain that begins with the call, `held` the variable that
    takes it, `receiver` what the method is called on. `written` holds, for a connection, all that its first
    argument is written with: the names and literals that its address may come from.
    """

    package: str
    name: str
    location: Location
    function: str
    receiver: str = ""
    arguments: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    text: str = ""
    held: str = ""


@dataclass(frozen=True, slots=True)
class Interpolation:
    """SQL text that is put together: `names` are the expressions put in, `callee` what runs the text."""

    callee: str
    location: Location
    function: str
    names: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class SourceIndex:
    """All modules, functions and endpoints of the snapshot, by path and by id; equal to itself alone."""

    modules: Mapping[str, Module] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    endpoints: tuple[Endpoint, ...] = ()
    gaps: tuple[Gap, ...] = ()
    reachable_from_client: frozenset[str] = frozenset()
    client_paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    within: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clients: tuple[Client, ...] = ()
    callers: Mapping[str, Caller] = field(default_factory=dict)
    interpolations: tuple[Interpolation, ...] = ()
    sql_calls: int = 0
    uses: tuple[Use, ...] = ()
    drizzle_tables: tuple[DrizzleTable, ...] = ()

    def of_kind(self, kind: EndpointKind) -> tuple[Endpoint, ...]:
        """The endpoints of one kind."""
        return tuple(endpoint for endpoint in self.endpoints if endpoint.kind is kind)

    def queries(self) -> Iterator[Query]:
        """Every query once, where its innermost function holds it."""
        return (q for f in self.functions.values() for q in f.queries if q.function == f.id)

    def table_queries(self) -> Iterator[Query]:
        """Every query that reaches tables or database functions; auth, storage and functions are left out."""
        return (q for q in self.queries() if q.api in ("supabase", "drizzle", "postgres"))

    def reach(self, function: str) -> tuple[Function, ...]:
        """The function and every function of the repo that it calls, directly or not, nearest first."""
        seen: dict[str, Function] = {}
        queue = [function]
        while queue:
            current = self.functions.get(queue.pop(0))
            if current is None or current.id in seen:
                continue
            seen[current.id] = current
            queue += [call.target for call in current.calls if call.target]
        return tuple(seen.values())
