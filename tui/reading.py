"""The worker's part: read the repo, check it, open the draft, report each step. It touches no widget."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message

from checklists.errors import CountersealError
from checklists.model import Item, Report, Suggestion
from checklists.review.suggesting import suggest
from tui.messages import DraftOpened, ProjectRead, ReadingFailed, StageReached, Suggested
from tui.ports import Ports, Store

if TYPE_CHECKING:
    from checklists.checks.project import Project

Post = Callable[[Message], object]


def read(ports: Ports, post: Post) -> None:
    """Read and check, posting every step; a fault ends as `ReadingFailed`."""
    try:
        project = ports.load(partial(_tell, post))
        store = ports.store(project)
        post(ProjectRead(project, store))
        _check(ports, project, store, post)
    except CountersealError as error:
        post(ReadingFailed(error.message, error.hint))
    except Exception as error:  # noqa: BLE001 - shown to the reviewer instead of tearing down the terminal
        what = f"Reading stopped: {type(error).__name__}: {error}"
        post(ReadingFailed(what, "This is a fault of counterseal: report it with this message."))


def check_again(ports: Ports, project: "Project", store: Store, post: Post) -> None:
    """Check what is read already, after more was declared of it; as `read`."""
    try:
        _check(ports, project, store, post)
    except Exception as error:  # noqa: BLE001 - as above
        what = f"Checking stopped: {type(error).__name__}: {error}"
        post(ReadingFailed(what, "Leave and open the review again: every answer is saved."))


def _check(ports: Ports, project: "Project", store: Store, post: Post) -> None:
    project = ports.declared(project, store.context())
    found: dict[str, Suggestion] = {}
    informed_by = ports.informed_by(project)
    reports = _told_of(ports.check(project), len(frozenset().union(*informed_by.values())), post)
    for suggested in suggestions(informed_by, reports, project.items):
        found.update((each.item, each) for each in suggested)
        post(Suggested(suggested))
    in_order = {item.id: found[item.id] for item in project.items}
    post(DraftOpened(store.open(in_order, project.snapshot.subject)))


def _tell(post: Post, stage: str, done: int, total: int) -> None:
    post(StageReached(str(stage), done, total))


def _told_of(reports: Iterator[Report], total: int, post: Post) -> Iterator[Report]:
    """The reports as they come, each counted aloud."""
    post(StageReached("checks", 0, total))
    for number, report in enumerate(reports, start=1):
        post(StageReached("checks", number, max(number, total)))
        yield report


def suggestions(
    informed_by: Mapping[str, frozenset[str]], reports: Iterator[Report], asked: tuple[Item, ...]
) -> Iterator[tuple[Suggestion, ...]]:
    """After each report, the suggestions of the items whose last check that was.

    At the end, those of the rest, and of items on which more was reported than by their checks: results of
    other scanners, what the team's configuration leaves open.
    """
    so_far: list[Report] = []
    reported: set[str] = set()
    waiting, told = list(asked), dict[str, Suggestion]()
    for report in reports:
        so_far.append(report)
        reported.add(report.check)
        ready = [item for item in waiting if informed_by.get(item.id) and informed_by[item.id] <= reported]
        waiting = [item for item in waiting if item not in ready]
        if ready:
            said = tuple(suggest(item, so_far) for item in ready)
            told.update((each.item, each) for each in said)
            yield said
    last = (suggest(item, so_far) for item in asked)
    yield tuple(each for each in last if told.get(each.item) != each)
