"""From a booted server to the ground of a proof: the repo's SQL applied, and the catalogs read."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from checklists.live.catalogs.doubts import doubts, used_stand_ins
from checklists.live.catalogs.gaps import gaps_of
from checklists.live.catalogs.reading import read_catalogs
from checklists.live.ground import Ground
from checklists.live.lints import run_lints
from checklists.live.model import AppliedFile, Mode
from checklists.live.rehearsal.rehearse import Progress, hide_new_tables, ordered, rehearse
from checklists.live.rehearsal.round_trip import Trips
from checklists.live.rehearsal.session import Session
from checklists.live.rehearsal.ways_back import ways_back
from checklists.live.sandbox.boot import Server
from checklists.repo import Layout, Snapshot
from checklists.sql.schema import Refusal, Schema


def ground_of(
    server: Server,
    snapshot: Snapshot,
    layout: Layout,
    static: Schema,
    *,
    auto_expose: bool,
    progress: Progress,
    lints: Sequence[tuple[str, str]] = (),
) -> Ground:
    """The ground on a server that is up: migrations applied, catalogs read, seeds applied.

    What only seeds make is not in production, so the catalogs are read before them.
    """
    texts = {path: snapshot.text(path) or "" for path in layout.migrations}
    with contextlib.closing(Session(server)) as session:
        if not auto_expose:
            hide_new_tables(session)
        trips = Trips(ways_back(snapshot, layout))
        files = tuple(rehearse(session, snapshot, ordered(layout), progress, trips))
        with contextlib.closing(server.inspect()) as reader:
            schema = read_catalogs(reader, static, texts, gaps_of(files, static, snapshot))
            schema = replace(schema, refusals=tuple(_not_disproved(files, static)))
            doubted = doubts(reader, schema, files, snapshot)
            stood_in = used_stand_ins(reader, doubted)
        with contextlib.closing(server.connect()) as asking:
            answers = run_lints(asking, server.watchdog.limit, lints)
        files += tuple(rehearse(session, snapshot, layout.seeds, progress))
    return Ground(
        server.connect,
        server.watchdog.limit,
        schema,
        static,
        files,
        doubted,
        stood_in,
        server.version,
        tuple(trips.made),
        answers,
    )


def _not_disproved(files: Sequence[AppliedFile], static: Schema) -> Iterator[Refusal]:
    """The refusals that the replay foresees, but for those in files that Postgres took whole."""
    taken = {file.path for file in files if file.mode is not Mode.FAILED and not file.skipped}
    yield from (each for each in static.refusals if each.location.path not in taken)
