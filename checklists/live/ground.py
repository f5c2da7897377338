"""What rows, probe and plans stand on: the rehearsed database, and what of it is not real.

Each of these packages offers one function, which `proving` calls in this order:

    checklists.live.rows.seed(ground) -> Seeded
    checklists.live.probe.probe(ground, seeded, tell) -> Probed
    checklists.live.plans.measure(ground, seeded) -> tuple[Plan, ...]

`seeded` is passed on as it came; `proving` reads its `rows` alone.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from checklists.live.model import AppliedFile, Claim, Counts, LintResult, RoundTrip, SeedRow
from checklists.sql.schema import Schema

if TYPE_CHECKING:
    import psycopg

Open = Callable[[], "psycopg.Connection[tuple[Any, ...]]"]
"""Opens a connection as `postgres` in autocommit mode: NOSUPERUSER, BYPASSRLS, owner of what the migrations
made, member of the `supabase_*` and API roles (`set local role authenticated`), and allowed to set
`session_replication_role`. The caller closes it.

Raises:
    SandboxError: The server is gone.
"""

Limit = Callable[[float], AbstractContextManager[None]]
"""`with ground.limit(2):` a statement that takes more CPU seconds than these is cancelled from outside
(SQLSTATE 57014); one that swallows that loses its connection (`psycopg.OperationalError`: open another).
"""

Tell = Callable[[Claim], None]


@dataclass(frozen=True, slots=True)
class Ground:
    """A rehearsed database. `schema` is what its catalogs hold, `static` what the replay of the text says.

    `doubts` maps an object (`table:public.t`, `function:public.f(uuid)`, `view:…`, `policy:…`) to reasons
    why what is seen of it is provisional: it calls a stand-in, or a statement about it was skipped.
    Both reach through policies, triggers and the functions that they call. `stood_in` are the stand-ins that
    are in use, `server` is Postgres' version.
    """

    connect: Open
    limit: Limit
    schema: Schema
    static: Schema
    files: tuple[AppliedFile, ...] = ()
    doubts: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    stood_in: tuple[str, ...] = ()
    server: str = ""
    round_trips: tuple[RoundTrip, ...] = ()
    lints: tuple[LintResult, ...] = ()


class Seeded(Protocol):
    """What `rows.seed` returns; `probe` and `measure` know more of it than this."""

    @property
    def rows(self) -> tuple[SeedRow, ...]:
        """One entry a table."""


@dataclass(frozen=True, slots=True)
class Probed:
    """What was tried: sorted claims, and how many cells they rest on."""

    claims: tuple[Claim, ...]
    counts: Counts
