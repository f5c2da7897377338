"""What a record keeps of a proof: with which server, how much of the repo ran, and what was claimed."""

from collections.abc import Iterator
from dataclasses import dataclass

from checklists.live.model import Claim, Mode, Proof


@dataclass(frozen=True, slots=True)
class SealedClaim:
    """What holds of one table and command, for which actors; `provisional` where it rests on something that
    is not real. Words and statements are made again from the commit by `counterseal prove`.
    """

    table: str
    command: str
    status: str
    actors: tuple[str, ...]
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class SealedProof:
    """`applied` of `files` SQL files went in whole; `cells` were tried, `conclusive` of them told something.

    `weakened` policies were opened once, `noticed` says how many of them a trial noticed. `not_run` names
    stages that failed.
    """

    server: str
    files: int
    applied: int
    cells: int
    conclusive: int
    weakened: int
    noticed: int
    auto_expose: bool
    stood_in: tuple[str, ...] = ()
    not_run: tuple[str, ...] = ()
    claim: tuple[SealedClaim, ...] = ()


def sealed_proof(proof: Proof | None) -> SealedProof | None:
    """The proof as a record keeps it; None where none was made."""
    if proof is None:
        return None
    applied = sum(file.mode in (Mode.WHOLE, Mode.AUTOCOMMIT) and not file.skipped for file in proof.files)
    counts = proof.counts
    return SealedProof(
        proof.server, len(proof.files), applied, counts.cells, counts.conclusive, counts.weakened,
        counts.noticed, proof.auto_expose, proof.stood_in, proof.unread, tuple(_claims(proof.claims)),
    )  # fmt: skip


def _claims(claims: tuple[Claim, ...]) -> Iterator[SealedClaim]:
    """Actors of whom the same holds, together."""
    grouped: dict[tuple[str, str, str, bool], list[str]] = {}
    for claim in claims:
        key = (claim.table, claim.command.value, claim.status.value, bool(claim.provisional))
        grouped.setdefault(key, []).append(claim.actor)
    for (table, command, status, provisional), actors in sorted(grouped.items()):
        yield SealedClaim(table, command, status, tuple(sorted(actors)), provisional)
