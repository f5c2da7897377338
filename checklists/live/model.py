"""The words of the proof as frozen values: files, rows, cells, causes, claims, plans, and the proof itself.

Objects and tables are named as in findings (`public.tenders`, `policy:public.tenders/Owners read`); an actor
is a persona (`A`, `B`, `C`, `admin`), `anon` or `anonymous` (an anonymous sign-in).
"""

from dataclasses import dataclass, field
from enum import StrEnum

from checklists.sql.schema import Schema


class Mode(StrEnum):
    """How a migration file went in."""

    WHOLE = "whole"
    AUTOCOMMIT = "autocommit"
    BY_STATEMENT = "by_statement"
    FAILED = "failed"


class How(StrEnum):
    """How a row came to be: with triggers on, made by a trigger itself, or with triggers and keys off."""

    TRIGGERS = "triggers"
    BY_TRIGGER = "by_trigger"
    REPLICA = "replica"


class Action(StrEnum):
    """What an actor tries."""

    SELECT = "select"
    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    UPSERT = "upsert"
    EXECUTE = "execute"


class Shape(StrEnum):
    """Whose row a statement is about, and how it is put.

    `own` and `others`: a row of the actor's, of somebody else's. `mixed`: the actor's own row below a parent
    of somebody else's. `blind`: without WHERE. `give`: a row is handed to somebody else, `take`: somebody
    else's becomes the actor's. `returning`: the same with RETURNING. `deleted`: a soft-deleted row.
    """

    OWN = "own"
    OTHERS = "others"
    MIXED = "mixed"
    BLIND = "blind"
    GIVE = "give"
    TAKE = "take"
    RETURNING = "returning"
    UPSERT = "upsert"
    DELETED = "deleted"
    CALL = "call"


class Outcome(StrEnum):
    """What Postgres answered, decoded from SQLSTATE, message and row count."""

    ALLOWED = "allowed"
    FILTERED = "filtered"
    DENIED_BY_GRANT = "denied_by_grant"
    DENIED_BY_POLICY = "denied_by_policy"
    PASSED_THEN_CONSTRAINT = "passed_then_constraint"
    GUARDED = "guarded"
    RECURSION = "recursion"
    BROKEN = "broken"
    INCONCLUSIVE = "inconclusive"


class ClaimStatus(StrEnum):
    """What the cells of one table, actor and command add up to.

    `proven`: others denied, own allowed, and a weakened policy is noticed. `refuted`: `sql` replays the hole.
    `closed`: others and own denied. `by_role`: open only through a row that gives a role. `declared_open`:
    a policy or grant says that it is open. `guarded`: a trigger refuses. `broken`: the policy itself errors.
    `untested`: could not test, `because`.
    """

    PROVEN = "proven"
    REFUTED = "refuted"
    CLOSED = "closed"
    BY_ROLE = "by_role"
    DECLARED_OPEN = "declared_open"
    GUARDED = "guarded"
    BROKEN = "broken"
    UNTESTED = "untested"


@dataclass(frozen=True, slots=True, order=True)
class Skipped:
    """A statement that Postgres refused; what depends on it is missing. `line` is that of the file."""

    line: int
    sqlstate: str
    message: str


@dataclass(frozen=True, slots=True, order=True)
class Lock:
    """A lock that a file took on a relation older than its transaction; `mode` as pg_locks spells it."""

    relation: str
    mode: str


@dataclass(frozen=True, slots=True)
class AppliedFile:
    """One SQL file: how it went in, what was skipped, and which older relations it locked.

    `before` and `after` are catalog fingerprints (SHA-256), equal where the file left no trace.
    """

    path: str
    mode: Mode
    skipped: tuple[Skipped, ...] = ()
    locks: tuple[Lock, ...] = ()
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """A down script tried: up, down, up. `restored` and `repeatable` are None where `because` it could not
    be.

    `differences` are catalog lines that the way down left behind (`+`) or lost (`-`).
    """

    path: str
    down: str
    restored: bool | None
    repeatable: bool | None
    differences: tuple[str, ...] = ()
    because: str = ""


@dataclass(frozen=True, slots=True)
class SeedRow:
    """The rows of one table: for whom there is one, how they came to be, and why where it took more, or why
    there are none.
    """

    table: str
    personas: tuple[str, ...]
    how: How
    because: str = ""


class Note(StrEnum):
    """What a claim's cells show besides isolation.

    `soft_delete_refused`: the owner may update the row, but not mark it as deleted. `deleted_visible`: the
    owner still reads a row that is marked as deleted. `returning_refused`: an INSERT goes through, with
    RETURNING it does not. `self_made`: the actor gives itself the role that opens `causes`. `gives_away` and
    `takes`: the row changes hands. `graft`: it is hung on a row of somebody else's.
    """

    SOFT_DELETE_REFUSED = "soft_delete_refused"
    DELETED_VISIBLE = "deleted_visible"
    RETURNING_REFUSED = "returning_refused"
    SELF_MADE = "self_made"
    GIVES_AWAY = "gives_away"
    TAKES = "takes"
    GRAFT = "graft"


@dataclass(frozen=True, slots=True)
class Cell:
    """One statement tried by one actor; `sql` reproduces it on a rehearsed database, claims included."""

    table: str
    actor: str
    command: Action
    shape: Shape
    outcome: Outcome
    sqlstate: str = ""
    sql: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """What opens a hole: the policies without which it closes, or the rows that give the actor a role."""

    policies: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """What was shown of one table, actor and command. `provisional` says on what it rests that is not real:
    a stand-in, a skipped statement, a replica row; empty where all of it is. `notes` are what else was seen.
    """

    table: str
    actor: str
    command: Action
    status: ClaimStatus
    because: str = ""
    provisional: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()
    sql: str = ""
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What EXPLAIN showed of one table as one actor.

    `ratio` is the cost with row security over the cost without, `rewritten` the same after `rewrite`.
    """

    table: str
    actor: str
    kind: str
    object: str
    because: str
    ratio: float | None = None
    rewritten: float | None = None
    rewrite: str = ""
    lines: int = 0


@dataclass(frozen=True, slots=True, order=True)
class LintRow:
    """One row of a team's lint: its stable key, the object as findings name it (empty where it names none),
    splinter's level (`error`, `warn`, `info`), and its words.
    """

    key: str
    object: str
    level: str
    detail: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class LintResult:
    """What a team's lint answered, or why it could not be run."""

    lint: str
    rows: tuple[LintRow, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Ungranted:
    """What a role holds on an object only in projects that grant new objects to the API roles."""

    object: str
    role: str
    privileges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds a stage took, by the clock."""

    boot: float = 0.0
    apply: float = 0.0
    rows: float = 0.0
    probe: float = 0.0
    plans: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cells were tried, and how many of them were conclusive.

    `weakened` counts the policies that were weakened to `true` and the tables whose row security was turned
    off, `noticed` those that a trial noticed; `missed` names the rest, each with its reason.
    """

    cells: int = 0
    conclusive: int = 0
    weakened: int = 0
    noticed: int = 0
    missed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """What running the migrations on a real Postgres showed.

    `server` is its version, `stood_in` the extensions that were stand-ins, `schema` what its catalogs hold
    (not part of the JSON). `ungranted` is None where the project says whether new tables are granted.
    `unread` says which stages could not be run, and why. `recalled` says that it was made earlier, of the
    same revision.
    """

    server: str
    stood_in: tuple[str, ...] = ()
    files: tuple[AppliedFile, ...] = ()
    round_trips: tuple[RoundTrip, ...] = ()
    rows: tuple[SeedRow, ...] = ()
    claims: tuple[Claim, ...] = ()
    plans: tuple[Plan, ...] = ()
    lints: tuple[LintResult, ...] = ()
    counts: Counts = Counts()
    auto_expose: bool = True
    ungranted: tuple[Ungranted, ...] | None = None
    unread: tuple[str, ...] = ()
    seconds: Timings = Timings()
    peak_mb: float = 0.0
    schema: Schema | None = field(default=None, compare=False, hash=False, repr=False)
    recalled: bool = field(default=False, compare=False)

    @property
    def refuted(self) -> tuple[Claim, ...]:
        """The claims that a statement refutes."""
        return tuple(claim for claim in self.claims if claim.status is ClaimStatus.REFUTED)

    @property
    def broken(self) -> tuple[Claim, ...]:
        """The claims about policies that themselves fail."""
        return tuple(claim for claim in self.claims if claim.status is ClaimStatus.BROKEN)

    @property
    def strict(self) -> bool:
        """Whether every file went in without a skipped statement."""
        return all(file.mode in (Mode.WHOLE, Mode.AUTOCOMMIT) and not file.skipped for file in self.files)
