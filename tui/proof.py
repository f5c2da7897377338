"""The worker's part of a proof: run it, check again, report each step. It touches no widget."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message

from checklists.errors import CountersealError
from checklists.review.prefill import suggest
from tui.messages import Claimed, ProofEnded, ProofFailed, ProofReached
from tui.ports import Ports, Store

if TYPE_CHECKING:
    from checklists.checks.project import Project
    from checklists.live.model import Claim

Post = Callable[[Message], object]


def prove(ports: Ports, project: "Project", store: Store, post: Post) -> None:
    """Prove and check again, posting every step; a fault ends as `ProofFailed`."""
    if ports.prove is None:
        return
    try:
        proven = ports.prove(project, partial(_reached, post), partial(_claimed, post))
        reports = list(ports.check(ports.declared(proven, store.context())))
        post(ProofEnded(proven, {item.id: suggest(item, reports) for item in proven.items}))
    except CountersealError as error:
        post(ProofFailed(error.message, error.hint))
    except Exception as error:  # noqa: BLE001 - shown to the reviewer instead of tearing down the terminal
        what = f"The proof stopped: {type(error).__name__}: {error}"
        post(ProofFailed(what, "This is a fault of counterseal: report it with this message."))


def _reached(post: Post, stage: str, at: str, done: int, total: int) -> None:
    post(ProofReached(str(stage), at, done, total))


def _claimed(post: Post, claim: "Claim") -> None:
    post(Claimed(claim))
