"""Section 8: which tests there are, and what the proof ran."""

from collections import Counter
from collections.abc import Iterator, Sequence

from checklists.checks.project import Project
from checklists.checks.subjects.acting import acts
from checklists.checks.subjects.tests import is_test
from checklists.counting import counted
from checklists.live.model import ClaimStatus
from checklists.record.escape import clipped, code
from checklists.record.model import Record
from checklists.record.proven import SealedProof
from checklists.record.sections.items import answers
from checklists.record.sections.room import Room
from checklists.repo.selection import SOURCE_SUFFIXES, suffix_of

_ITEMS = ("policies-tested", "tests-planned")


def testing(record: Record, project: Project | None, room: Room) -> Iterator[str]:
    """Test files, the proof in numbers, who looked, and the items that ask about tests."""
    if project is not None:
        yield from _files(project, room)
    if record.proof is None:
        yield "- No migration was run on a database: what was suggested was read from the code alone."
    else:
        yield from _proof(record.proof)
    yield from answers(record, _ITEMS)
    opened = sum(item.opened for item in record.item)
    said = f"{counted(len(record.item), 'items')}, with the evidence shown for {opened} of them"
    yield f"- Answered by {code(record.reviewer)} as {code(record.role)}: {said}"


def _files(project: Project, room: Room) -> Iterator[str]:
    sql = project.layout.sql_tests
    acting = [path for path in sql if acts(project.snapshot.text(path) or "")]
    sources = sorted(path for path in project.snapshot.files if suffix_of(path) in SOURCE_SUFFIXES)
    others = [path for path in sources if is_test(path, project) and path not in sql]
    if sql:
        told = counted(len(sql), "SQL test files")
        yield f"- {told}, of which {len(acting)} act as a role{_named(sql, room)}"
    else:
        yield "- No SQL test: nothing in the repo tries the policies"
    told = counted(len(others), "other test files") if others else "No other test file"
    yield f"- {told}{_named(others, room)}"


def _named(paths: Sequence[str], room: Room) -> str:
    some = [code(clipped(path, room.text)) for path in paths[: min(room.rows, 10)]]
    more = [f"{len(paths) - len(some)} more"] * (0 < len(some) < len(paths))
    return f": {', '.join((*some, *more))}" if some else ""


def _proof(proof: SealedProof) -> Iterator[str]:
    """What was run, and what was claimed of it, in numbers; the record names each."""
    kinds = Counter(claim.status for claim in proof.claim for _ in claim.actors)
    yield (
        f"- Run on Postgres {code(proof.server)}: {proof.applied} of {counted(proof.files, 'SQL files')} "
        f"applied, {proof.conclusive} of {counted(proof.cells, 'trials')} conclusive."
    )
    known = [status.value for status in ClaimStatus if kinds[status.value]]
    told = ", ".join(f"{kinds[kind]} {kind}" for kind in known)
    yield f"- Claims of table, actor and command: {told or 'none'}."
    if refuted := [claim for claim in proof.claim if claim.status == "refuted"]:
        names = sorted({claim.table for claim in refuted})
        yield f"- Refuted on: {', '.join(code(name) for name in names)}."
    if proof.stood_in:
        yield f"- Stand-ins for: {', '.join(code(name) for name in proof.stood_in)}."
