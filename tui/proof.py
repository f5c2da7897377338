"""The worker's part of a proof: run it, check again, report each step. It touches no widget."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message

from checklists.errors import CountersealError
from checklists.review.suggesting import suggest
from tui.messages import Claimed, ProofEnded, ProofFailed, ProofReached, Upgraded
from tui.ports import Ports, Store

if TYPE_CHECKING:
    from checklists.checks.project import Project
    from checklists.live.model import Claim

Post = Callable[[Message], object]
_PAUSE = 1.0
"""Seconds between upgrades: each looks at all claims again, and the proof waits meanwhile."""
_UNFINISHED = "the rest is still being tried"


def prove(ports: Ports, project: "Project", store: Store, post: Post) -> None:
    """Prove and check again, posting every step; a fault ends as `ProofFailed`."""
    if ports.prove is None:
        return
    try:
        arriving = _Arriving(ports, ports.declared(project, store.context()), post)
        proven = ports.prove(project, partial(_reached, post), arriving.claimed)
        reports = list(ports.check(ports.declared(proven, store.context())))
        post(ProofEnded(proven, {item.id: suggest(item, reports) for item in proven.items}))
    except CountersealError as error:
        post(ProofFailed(error.message, error.hint))
    except Exception as error:  # noqa: BLE001 - shown to the reviewer instead of tearing down the terminal
        what = f"The proof stopped: {type(error).__name__}: {error}"
        post(ProofFailed(what, "This is a fault of counterseal: report it with this message."))


@dataclass(slots=True)
class _Arriving:
    """The claims so far. A hole is told by the suggestions at once: nothing that comes later closes it."""

    ports: Ports
    project: "Project"
    post: Post
    _claims: "list[Claim]" = field(default_factory=list)
    _last: float | None = None

    def claimed(self, claim: "Claim") -> None:
        """One more claim."""
        self._claims.append(claim)
        self.post(Claimed(claim))
        if claim.status.value in ("refuted", "broken"):
            now = self.ports.clock()
            if self._last is None or now - self._last >= _PAUSE:
                self._last = now
                self.post(Upgraded(self.ports.upgraded(self._so_far())))

    def _so_far(self) -> "Project":
        from checklists.live.model import Proof  # noqa: PLC0415 - not on the path to the first screen

        return self.project.proven(Proof("", claims=tuple(self._claims), unread=(_UNFINISHED,)))


def _reached(post: Post, stage: str, at: str, done: int, total: int) -> None:
    post(ProofReached(str(stage), at, done, total))
