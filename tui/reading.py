"""The worker's part: read the repo, check it, open the draft, report each step. It touches no widget."""

from collections.abc import Callable, Iterator, Mapping

from textual.message import Message

from checklists.catalogue import items
from checklists.errors import CountersealError
from checklists.model import Report, Suggestion
from checklists.review.prefill import suggest
from tui.messages import DraftOpened, ProjectRead, ReadingFailed, StageReached, Suggested
from tui.ports import Ports

Post = Callable[[Message], object]


def read(ports: Ports, post: Post) -> None:
    """Read and check, posting every step; a fault ends as `ReadingFailed`."""
    try:

        def tell(stage: str, done: int, total: int) -> None:
            post(StageReached(str(stage), done, total))

        project = ports.load(tell)
        store = ports.store(project)
        post(ProjectRead(project, store))
        found: dict[str, Suggestion] = {}
        for message in suggestions(ports.informed_by(), ports.check(project)):
            if isinstance(message, Suggested):
                found[message.suggestion.item] = message.suggestion
            post(message)
        in_order = {item.id: found[item.id] for item in items()}
        post(DraftOpened(store.open(in_order, project.snapshot.subject)))
    except CountersealError as error:
        post(ReadingFailed(error.message, error.hint))
    except Exception as error:  # noqa: BLE001 - shown to the reviewer instead of tearing down the terminal
        post(
            ReadingFailed(
                f"Reading stopped: {type(error).__name__}: {error}", "Report this with the message above."
            )
        )


def suggestions(
    informed_by: Mapping[str, frozenset[str]], reports: Iterator[Report]
) -> Iterator[StageReached | Suggested]:
    """Each item's suggestion as soon as the last check that informs it has reported."""
    total = len(frozenset().union(*informed_by.values()))
    so_far: list[Report] = []
    reported: set[str] = set()
    waiting = list(items())
    yield StageReached("checks", 0, total)
    for report in reports:
        so_far.append(report)
        reported.add(report.check)
        ready = [item for item in waiting if informed_by.get(item.id) and informed_by[item.id] <= reported]
        waiting = [item for item in waiting if item not in ready]
        for item in ready:
            yield Suggested(suggest(item, so_far))
        yield StageReached("checks", len(so_far), total)
    for item in waiting:
        yield Suggested(suggest(item, so_far))
    yield StageReached("checks", total, total)
