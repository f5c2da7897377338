"""How far a proof is, as a value."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from checklists.counting import counted

if TYPE_CHECKING:
    from checklists.live.model import Claim

_DOING = {
    "boot": "starting a throwaway Postgres",
    "apply": "applying migrations",
    "rows": "putting in rows of several people",
    "probe": "trying every table as everybody",
    "plans": "measuring plans",
}


@dataclass(frozen=True, slots=True)
class ProofState:
    """`state` is one line for the reviewer."""

    running: bool = False
    state: str = "it has not run"
    claims: "tuple[Claim, ...]" = ()

    def at(self, stage: str, done: int, total: int) -> "ProofState":
        """A stage was reached."""
        of = f" {done} of {total}" if total > 1 else ""
        return replace(self, state=f"{_DOING.get(stage, stage)}{of}")

    def claiming(self, claim: "Claim") -> "ProofState":
        """A claim was made."""
        claims = (*self.claims, claim)
        return replace(self, claims=claims, state=f"trying every table: {_counts(claims)}")

    def ended(self, claims: "Iterable[Claim]") -> "ProofState":
        """All is known."""
        every = tuple(claims)
        return ProofState(running=False, state=_counts(every), claims=every)

    def failed(self, message: str) -> "ProofState":
        """It stopped; what was claimed before stays."""
        return replace(self, running=False, state=message)


def _counts(claims: "tuple[Claim, ...]") -> str:
    kinds = Counter(claim.status.value for claim in claims)
    told = [f"{kinds[kind]} {kind}" for kind in ("refuted", "broken", "untested", "proven") if kinds[kind]]
    return f"{counted(len(claims), 'claims')}, {', '.join(told)}" if told else counted(len(claims), "claims")
