"""The isolation matrix as values: tables by actors, in each cell one mark a command."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from checklists.live.model import Action, Claim, ClaimStatus
from tui.glyphs import Glyphs

ACTORS = ("anon", "anonymous", "A", "B", "C", "admin")
COMMANDS = (Action.SELECT, Action.INSERT, Action.UPDATE, Action.DELETE, Action.UPSERT, Action.EXECUTE)
LETTERS = {
    Action.SELECT: "S", Action.INSERT: "I", Action.UPDATE: "U", Action.DELETE: "D", Action.UPSERT: "P",
    Action.EXECUTE: "X",
}  # fmt: skip
WHO = {
    "anon": "visitor", "anonymous": "anonymous sign-in", "A": "user A", "B": "user B of another organisation",
    "C": "plain member of A's organisation", "admin": "admin",
}  # fmt: skip
WORDS: Mapping[ClaimStatus, str] = {
    ClaimStatus.PROVEN: "proven",
    ClaimStatus.REFUTED: "refuted",
    ClaimStatus.CLOSED: "closed to all",
    ClaimStatus.BY_ROLE: "open by a role",
    ClaimStatus.DECLARED_OPEN: "declared open",
    ClaimStatus.GUARDED: "guarded by a trigger",
    ClaimStatus.BROKEN: "broken",
    ClaimStatus.UNTESTED: "could not be tested",
}
# Tables and claims with these come first.
_WORST = (ClaimStatus.REFUTED, ClaimStatus.BROKEN, ClaimStatus.UNTESTED)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Claims by table and actor; `tables` worst first, `actors` and `commands` those that there are."""

    tables: tuple[str, ...]
    actors: tuple[str, ...]
    commands: tuple[Action, ...]
    cells: Mapping[tuple[str, str], tuple[Claim, ...]]


def matrix(claims: Iterable[Claim]) -> Matrix:
    """The claims so far."""
    cells: dict[tuple[str, str], list[Claim]] = {}
    ranks: dict[str, int] = {}
    for claim in claims:
        cells.setdefault((claim.table, claim.actor), []).append(claim)
        rank = worst(claim.status)
        ranks[claim.table] = min(rank, ranks.get(claim.table, rank))
    seen = {actor for _, actor in cells}
    actors = tuple(actor for actor in ACTORS if actor in seen) + tuple(sorted(seen - set(ACTORS)))
    tables = tuple(sorted(ranks, key=lambda table: (ranks[table], table)))
    commands = {claim.command for found in cells.values() for claim in found}
    order = {command: number for number, command in enumerate(COMMANDS)}
    return Matrix(
        tables,
        actors,
        tuple(command for command in COMMANDS if command in commands),
        {key: tuple(sorted(found, key=lambda claim: order[claim.command])) for key, found in cells.items()},
    )


def worst(status: ClaimStatus) -> int:
    """A rank: what wants mending comes first, all that is as somebody meant it is alike."""
    return _WORST.index(status) if status in _WORST else len(_WORST)


def mark(status: ClaimStatus, glyphs: Glyphs) -> str:
    """One character, so that nothing rests on colour."""
    return {
        ClaimStatus.PROVEN: glyphs.passed,
        ClaimStatus.REFUTED: glyphs.failed,
        ClaimStatus.CLOSED: glyphs.not_applicable,
        ClaimStatus.BY_ROLE: "r",
        ClaimStatus.DECLARED_OPEN: "o",
        ClaimStatus.GUARDED: "t",
        ClaimStatus.BROKEN: "!",
        ClaimStatus.UNTESTED: glyphs.undetermined,
    }[status]
