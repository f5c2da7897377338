"""How a function treats whoever calls it, as frozen values: guards, validation, flows, replies, keys."""

from dataclasses import dataclass
from enum import StrEnum

from checklists.model import Location


class Key(StrEnum):
    """Which credential a Supabase client, or a database connection, acts with."""

    ANON = "anon"
    USER = "user"
    SERVICE = "service"
    OWNER = "owner"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Guard:
    """A verified-caller test: how (`getUser`, `getClaims`, `getSession`, `signature`, `secret`, `wrapper`,
    `helper`), and whether its result decides what follows. `via` names the helper that holds it.

    `gates` is None where that cannot be told, `because` says why; `basis` is what the test rests on in the
    end (`getUser` for a helper that calls it); `covers` are the first and last line that only a known caller
    reaches; `error_only` where the error is tested and the user is not, `hollow` where the whole
    answer is (`{ data, error }` is always there). `idle` where nothing is done for the callers that it knows:
    they are sent to another page, or shown another part of this one.
    """

    how: str
    location: Location
    gates: bool | None
    via: str | None = None
    basis: str = ""
    covers: tuple[int, int] = (0, 0)
    error_only: bool = False
    because: str = ""
    hollow: bool = False
    idle: bool = False


@dataclass(frozen=True, slots=True)
class Validation:
    """A schema parse: `schema` as written, `library` (zod, valibot, arktype, custom …), the variable that
    holds the clean value; `checked` is False where the outcome of a `safeParse` is ignored.

    `fields` are the schema's keys, None where they cannot be listed; `passes` names what lets unknown values
    through (`z.any()`, `.passthrough()`); `data` is the path of the clean value within the result.
    """

    schema: str
    library: str
    location: Location
    checked: bool
    result: str | None = None
    fields: "tuple[SchemaField, ...] | None" = None
    passes: str | None = None
    data: str = ""


@dataclass(frozen=True, slots=True)
class SchemaField:
    """One key of a schema: `optional` where it may be missing, `labels` of an enum, `largest` of a string's
    `.max()`; `narrow` where no text of the caller's choice fits (a uuid, a number, an enum).
    """

    name: str
    location: Location
    optional: bool
    labels: tuple[str, ...] | None = None
    largest: int | None = None
    narrow: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """Untrusted input reaching a sink without a schema parse between.

    `source` says where it came from (`parameter input`, `request body`, `form data`, `search params`,
    `header`), `sink` what it reached (`query`, `rpc`, `fetch`, `storage`, `sql`), `spread` where a whole
    object went in.

    `use` says whether it is written (`payload`), compared with (`filter`), or an `address` or `text`;
    `operation` is the query's. `checked` is empty where nothing looked at it, else how it was (`by hand`,
    `converted`, `helper`, `asserted`); `via` names the helper that holds the sink.
    """

    source: str
    sink: str
    location: Location
    text: str
    spread: bool = False
    use: str = ""
    operation: str = ""
    method: str = ""
    checked: str = ""
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """Something sent to the caller: returned by an action, or a Response. `leak` names the internal text in
    it, `source` says whose error that is (`database`, `auth`, `caught`), None in doubt.

    `refuses` where it is what an unknown caller gets; `headers` is the source text of its headers; `via`
    names the helper whose answer is passed on.
    """

    location: Location
    status: int | None
    leak: str | None
    in_catch: bool = False
    text: str = ""
    refuses: bool = False
    headers: str = ""
    source: str = ""
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Disclosure:
    """An answer that holds a variable of the server's environment: its `name`, or `*` for all of them.

    `chosen` where the caller says which (`process.env[name]`): then `name` is the expression as written, and
    `checked` how it was looked at before, empty where it was not.
    """

    name: str
    location: Location
    chosen: bool = False
    checked: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """Something an endpoint does: `kind` is query, storage, auth, credentials, function, mail, message, AI,
    payment, job or fetch; `table` the table or bucket; `key` what it acts with.
    """

    kind: str
    operation: str
    table: str | None
    key: Key
    location: Location


FOR_ANYONE = "it acts for anyone"
"""How the reason begins where what an endpoint does may be meant for the public."""


class CallerState(StrEnum):
    """What an endpoint knows of its caller when it acts."""

    VERIFIED = "verified"
    SESSION = "session"  # only by the session cookie, whose signature nobody checks
    UNVERIFIED = "unverified"
    RLS_ONLY = "rls_only"
    CREDENTIALS = "credentials"  # it is how callers become known
    HARMLESS = "harmless"  # it does nothing that needs a caller
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whether an endpoint verifies its caller: `exposed` is what it does for anyone, `effects` how much it
    does at all, `bases` what its tests rest on (`getUser`, `signature` …), `because` the reason where the
    state needs one.
    """

    state: CallerState
    exposed: tuple[Effect, ...] = ()
    effects: tuple[Effect, ...] = ()
    bases: tuple[str, ...] = ()
    because: str = ""
