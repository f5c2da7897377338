"""A new migration has a version before those that databases have run."""

from collections.abc import Iterator, Mapping, Sequence

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.errors import RepositoryError
from checklists.model import Location, Severity

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
        alone = history.base is None and not history.dirty
        new, before = history.last_added if alone else (history.new, history.before)
        yield Examined("new migrations", len(new))
        yield from _inserted(history.migrations, new, before)
    except RepositoryError as error:
        yield Unsure("history", f"the history could not be read: {error.message}")


def _inserted(migrations: Sequence[str], new: frozenset[str], before: Mapping[str, str]) -> Iterator[Flag]:
    last = max((number for number, path in enumerate(migrations) if path in before), default=-1)
    for path in migrations[: last + 1]:
        if path in new and path not in before:
            name, after = path.rpartition("/")[2], migrations[last].rpartition("/")[2]
            yield Flag(
                object=f"migration:{name}",
                location=Location(path, 1, 1),
                message=f"{name} came in after {after} and comes before it in order: databases that had run "
                "that one refuse the push, or run this one out of order.",
                remedy="Give it a version of its own after the last: git mv it to a new timestamp.",
            )
