"""What Postgres refused, as gaps of the schema: it may be there in production and is missing here."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from checklists.live.model import AppliedFile, Skipped
from checklists.model import Gap, Location
from checklists.repo import Snapshot
from checklists.sql.folding.fold import ALL_FACETS, touched
from checklists.sql.folding.registry import TOUCHES
from checklists.sql.schema import DECIDING, Facet, Schema, SchemaGap
from checklists.sql.statements import Fault, Statement, file_source, statements

# The object is there already, so nothing is missing (appendix A, PostgreSQL Error Codes).
_THERE_ALREADY = frozenset({"42701", "42710", "42723", "42P06", "42P07"})


def gaps_of(files: Iterable[AppliedFile], static: Schema, snapshot: Snapshot) -> tuple[SchemaGap, ...]:
    """What refused statements may leave out, and the replay's gaps that are not of SQL files: what the replay
    could not follow, Postgres has.

    What the text of a refused statement makes is known where the replay followed it; whether anybody then
    reaches a row is not.
    """
    applied = tuple(files)
    paths = {file.path for file in applied}
    # What a job's command is put together of is data: a throwaway server holds none of it.
    kept = tuple(
        g
        for g in static.gaps
        if g.gap.location is None or g.gap.location.path not in paths or g.facets == {Facet.CRON}
    )
    return kept + tuple(gap for file in applied if file.skipped for gap in _of_file(file, static, snapshot))


def places_of(files: Iterable[AppliedFile], snapshot: Snapshot) -> tuple[tuple[Location, str], ...]:
    """The refused statements that leave something out, each with what Postgres said."""
    return tuple(
        (_place(file, skipped, statement), skipped.message)
        for file in files
        if file.skipped
        for skipped, statement in refused(file, snapshot)
    )


def refused(file: AppliedFile, snapshot: Snapshot) -> Iterator[tuple[Skipped, Statement | Fault | None]]:
    """What was skipped of a file and leaves something out, each with its statement."""
    read = snapshot.files.get(file.path)
    by_line = (
        {each.location.line: each for each in statements(file_source(file.path, read.text))} if read else {}
    )
    for skipped in file.skipped:
        if skipped.sqlstate not in _THERE_ALREADY:
            yield skipped, by_line.get(skipped.line)


def _of_file(file: AppliedFile, static: Schema, snapshot: Snapshot) -> Iterator[SchemaGap]:
    for skipped, statement in refused(file, snapshot):
        where = _place(file, skipped, statement)
        own = [g for g in static.gaps if g.gap.location is not None and where.covers(g.gap.location)]
        for gap in own:
            what = "DO block" if "DO block" in gap.gap.because else "statement"
            said = f"Postgres refused a {what}: {skipped.message}"
            yield replace(gap, gap=replace(gap.gap, because=said))
        if not own and (facets := _facets(statement)):
            said = f"Postgres refused a statement: {skipped.message}"
            yield SchemaGap(Gap(f"file:{file.path}", said, where), facets)


def _place(file: AppliedFile, skipped: Skipped, statement: Statement | Fault | None) -> Location:
    return statement.location if statement else Location(file.path, skipped.line, skipped.line)


def _facets(statement: Statement | Fault | None) -> frozenset[Facet]:
    if statement is None:
        return ALL_FACETS
    if isinstance(statement, Fault):
        return touched(statement)
    unknown = touched(Fault(statement.location, "", statement.text))
    return (unknown and TOUCHES.get(statement.kind, unknown)) & DECIDING
