"""A new migration has a version before those that databases have run."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.errors import RepositoryError
from checklists.model import Location, Severity
from checklists.repo.history import History

CHECK = Check(
    items=("migrations-immutable",),
    rule="migration-history-immutable",
    severity=Severity.MEDIUM,
)


def find(project: Project) -> Iterator[Said]:
    """Every new migration that is applied before one that was there already."""
    history = project.history
    if history is None or history.empty:
        return
    try:
        yield Examined("new migrations", len(history.new))
        yield from _inserted(history)
    except RepositoryError as error:
        yield Unsure("history", f"the history could not be read: {error.message}")


def _inserted(history: History) -> Iterator[Flag]:
    known = [number for number, path in enumerate(history.migrations) if path in history.before]
    last = max(known, default=-1)
    for path in history.migrations[: last + 1]:
        if path in history.new and path not in history.before:
            name, after = path.rpartition("/")[2], history.migrations[last].rpartition("/")[2]
            yield Flag(
                object=f"migration:{name}",
                location=Location(path, 1, 1),
                message=f"{name} is new and comes before {after}, which was there already: databases that "
                "ran that one refuse the push, or run this one out of order.",
                remedy="Give it a version of its own after the last: git mv it to a new timestamp.",
            )
