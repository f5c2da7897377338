"""From a snapshot to a proof: boot, apply, read the catalogs, seed, probe, measure."""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import TypeVar

from checklists.live.catalogs.beside import beside
from checklists.live.catalogs.gaps import places_of
from checklists.live.errors import SandboxError
from checklists.live.ground import Ground, Probed, Tell
from checklists.live.model import Claim, Counts, Plan, Proof, SeedRow, Timings
from checklists.live.named import Named, named_ground
from checklists.live.plans import measure
from checklists.live.probe import probe
from checklists.live.rehearsed import ground_of
from checklists.live.rows import seed
from checklists.live.sandbox.boot import boot
from checklists.live.sandbox.limits import DEFAULT, Limits
from checklists.live.worlds import ungranted
from checklists.repo import Layout, Snapshot
from checklists.repo.config import read_config
from checklists.sql.schema import Schema

_Value = TypeVar("_Value")
_READ_ONLY = "probe: a database that is named is only read, unless --probe is asked for"


class Stage(StrEnum):
    """What a proof is doing, in order."""

    BOOT = "boot"
    APPLY = "apply"
    ROWS = "rows"
    PROBE = "probe"
    PLANS = "plans"


Progress = Callable[[Stage, str, int, int], None]
"""Told of each stage what it is at, and how many of how many are done."""


def silent(_stage: Stage, _at: str, _done: int, _total: int) -> None:
    """For a caller whom nobody watches."""


def unheard(_claim: Claim) -> None:
    """For a caller who waits for the end."""


def prove(
    snapshot: Snapshot,
    layout: Layout,
    static: Schema,
    *,
    lints: Sequence[tuple[str, str]] = (),
    limits: Limits = DEFAULT,
    progress: Progress = silent,
    tell: Tell = unheard,
) -> Proof:
    """Rehearses the migrations on a throwaway Postgres, and says what the people in it can then do.

    Args:
        snapshot: The revision; nothing outside of it is read.
        layout: Where its migrations lie.
        static: What the replay of their text says they build.
        lints: A team's own queries, as (id, SQL).
        limits: What the server may use of the machine.
        progress: Told of each stage.
        tell: Told of each claim as it is made.

    Raises:
        SandboxError: There is nothing to run, no server to be had, or it ended before its catalogs were read.
    """
    if not (layout.migrations or layout.schemas):
        raise SandboxError(
            "The repo holds no migrations, so there is nothing to run.",
            "Look at the database itself: counterseal prove --database-url URL only reads its catalogs.",
        )
    clock = _Clock()
    progress(Stage.BOOT, "", 0, 1)
    with clock.times("total"), contextlib.ExitStack() as stack:
        with clock.times("boot"):
            server = stack.enter_context(boot(limits))
        exposed = exposes(snapshot, layout)
        with clock.times("apply"):
            ground = ground_of(
                server,
                snapshot,
                layout,
                static,
                auto_expose=exposed,
                progress=partial(progress, Stage.APPLY),
                lints=lints,
            )
        proof = _Rest(ground, clock, progress, tell).proof()
        if read_config(snapshot, layout.config).auto_expose is None:
            with clock.times("apply"):
                proof = _in_both_worlds(proof, snapshot, layout, static, limits)
        if proof.schema is not None:
            refused = places_of(proof.files, snapshot)
            proof = replace(proof, schema=beside(proof.schema, static, refused))
    return replace(proof, auto_expose=exposed, seconds=clock.timings, peak_mb=server.peak_mb)


def _in_both_worlds(
    proof: Proof, snapshot: Snapshot, layout: Layout, static: Schema, limits: Limits
) -> Proof:
    """The proof with what would not be granted where new tables are not exposed."""
    try:
        known = proof.schema or static
        return replace(proof, ungranted=ungranted(snapshot, layout, static, known, limits))
    except SandboxError as error:
        return replace(proof, unread=(*proof.unread, f"the other kind of project: {one_line(error.message)}"))


def inspect(
    named: Named,
    snapshot: Snapshot,
    layout: Layout,
    static: Schema,
    *,
    progress: Progress = silent,
    tell: Tell = unheard,
) -> Proof:
    """Reads the catalogs of a database that the user names; probes it only where that is asked for.

    Raises:
        SandboxError: It cannot be reached or read, or may not be probed.
    """
    clock = _Clock()
    progress(Stage.APPLY, "the catalogs", 0, 1)
    with clock.times("total"), named_ground(named, snapshot, layout, static) as ground:
        if named.probe:
            proof = _Rest(ground, clock, progress, tell).proof()
        else:
            proof = Proof(ground.server, unread=(_READ_ONLY,), schema=ground.schema)
    return replace(proof, seconds=clock.timings)


def exposes(snapshot: Snapshot, layout: Layout) -> bool:
    """Whether new tables are granted to the API roles: [api].auto_expose_new_tables of config.toml.

    Where it is not set, as in every project from before it was there, they are.
    """
    return read_config(snapshot, layout.config).auto_expose is not False


@dataclass(slots=True)
class _Rest:
    """Rows, probe and plans; one that fails costs itself and what builds on it, and the proof says so."""

    ground: Ground
    clock: "_Clock"
    progress: Progress
    tell: Tell
    unread: list[str] = field(default_factory=list)

    def proof(self) -> Proof:
        rows: tuple[SeedRow, ...] = ()
        probed = Probed((), Counts())
        plans: tuple[Plan, ...] = ()
        seeded = self._stage(Stage.ROWS, lambda: seed(self.ground))
        if seeded is not None:
            rows = seeded.rows
            probed = self._stage(Stage.PROBE, lambda: probe(self.ground, seeded, self.tell)) or probed
            plans = self._stage(Stage.PLANS, lambda: measure(self.ground, seeded)) or plans
        return Proof(
            server=self.ground.server,
            stood_in=self.ground.stood_in,
            files=self.ground.files,
            round_trips=self.ground.round_trips,
            lints=self.ground.lints,
            rows=rows,
            claims=probed.claims,
            plans=plans,
            counts=probed.counts,
            unread=tuple(self.unread),
            schema=self.ground.schema,
        )

    def _stage(self, stage: Stage, run: Callable[[], _Value]) -> _Value | None:
        self.progress(stage, "", 0, 1)
        try:
            with self.clock.times(stage.value):
                return run()
        except Exception as error:  # noqa: BLE001 - what was shown so far must not be lost
            self.unread.append(f"{stage.value}: {type(error).__name__}: {one_line(str(error))}")
            return None


@dataclass(slots=True)
class _Clock:
    """Seconds by stage."""

    timings: Timings = field(default_factory=Timings)

    @contextlib.contextmanager
    def times(self, stage: str) -> Iterator[None]:
        """Adds the time of the block to a stage."""
        start = time.monotonic()
        try:
            yield
        finally:
            spent = getattr(self.timings, stage) + time.monotonic() - start
            self.timings = replace(self.timings, **{stage: spent})


def one_line(words: str) -> str:
    """The first line, no longer than a line may be."""
    return words.strip().split("\n")[0][:200]
