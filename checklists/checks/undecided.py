"""What a check says of objects that may not be as the files have them: that it cannot tell.

A policy, view or table whose statement Postgres refuses is not there, or is there as somebody mended it.

A DO block that Postgres would refuse as the migrations stand, because it also names a table that is made
elsewhere, may well have run: it may have revoked grants, enabled RLS or dropped what is flagged.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from checklists.checks.check import Check, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.model import Location
from checklists.repo import Snapshot
from checklists.sql.schema import DECIDING, Refusal, Schema, SchemaGap

_WORD = re.compile(r"\w+")
_BLOCK = "DO block"


def held_back(said: Iterable[Said], check: Check, project: Project) -> Iterator[Said]:
    """The same, with what stands on an undecided block, or on what Postgres refuses, as undetermined."""
    refused = {of: each for of, each in _for_good(project.schema) if check.reads}
    places = {each.location: each for each in refused.values()}
    reads = frozenset(check.reads) & DECIDING  # of a column or index no block takes the defect away by name
    gaps = [gap for gap in project.schema.gaps if gap.facets & reads and _BLOCK in gap.gap.because]
    for each in said:
        if isinstance(each, Flag) and (gap := _naming(each, gaps, project.snapshot)) is not None:
            yield Unsure(each.object, _because(gap), gap.gap.location)
        elif isinstance(each, Flag) and (found := _unmade(each, refused, places)) is not None:
            because = f"Postgres refuses a statement that it rests on ({found.state}): {found.message}"
            yield Unsure(each.object, because, found.location)
        else:
            yield each


def _for_good(schema: Schema) -> Iterator[tuple[str, Refusal]]:
    """What no column that somebody added by hand would mend, where what is wrong with a policy stays wrong.

    Such a column is one that no migration has ever named.
    """
    for of, each in schema.unmade.items():
        table, _, column = each.object.removeprefix("column:").rpartition(".")
        known = schema.tables.get(table)
        lacks = each.state == "42703" and not each.certain and known is not None and not known.column(column)
        if not (lacks and of.startswith("policy:")):
            yield of, each


def _unmade(flag: Flag, refused: Mapping[str, Refusal], places: Mapping[Location, Refusal]) -> Refusal | None:
    """Why the flagged object, its table, or another that the finding points at is refused."""
    if not refused:
        return None
    kind, _, rest = flag.object.partition(":")
    owner = rest.rpartition(".")[0] if kind == "column" else rest.partition("/")[0]
    named = refused.get(flag.object) or refused.get(f"table:{owner}")
    pointed = (places[each] for each in (flag.location, *flag.related) if each in places)
    return named or next(pointed, None)


def _naming(flag: Flag, gaps: Sequence[SchemaGap], snapshot: Snapshot) -> SchemaGap | None:
    """The first of the statements whose text names the table, view or function."""
    kind, _, rest = flag.object.partition(":")
    name = rest.partition("/")[0].partition("(")[0].split(".")
    if kind == "bucket" or len(name) < 2:
        return None
    return next((gap for gap in gaps if name[1].lower() in _words(snapshot, gap.gap.location)), None)


@lru_cache(maxsize=512)
def _words(snapshot: Snapshot, place: Location | None) -> frozenset[str]:
    lines = [] if place is None else (snapshot.text(place.path) or "").splitlines()
    return frozenset() if place is None else frozenset(_words_of(lines[place.line - 1 : place.end_line]))


def _words_of(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        yield from _WORD.findall(line.lower())


def _because(gap: SchemaGap) -> str:
    return f"a block that may have run names it, and what that did is not known: {gap.gap.because}"
