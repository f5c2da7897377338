"""A migration was changed, renamed or removed after it had been released."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.counting import counted
from checklists.errors import RepositoryError
from checklists.model import Confidence, Location, Severity
from checklists.repo.history import History
from checklists.sql.parse import first_difference

CHECK = Check(
    items=("migrations-immutable",),
    rule="migration-history-immutable",
    severity=Severity.HIGH,
    peers=("atlas:atlas.sum",),
)
_SHOWN = 10
_RECENT = timedelta(days=365)
_REMEDY = "Put the file back as it was, and write the change as a new migration."


def find(project: Project) -> Iterator[Said]:
    """Every migration that this change does not leave as it was; those of earlier ones in one finding."""
    history = project.history
    if history is None or history.empty:
        return
    try:
        if history.shallow:
            because = (
                "this clone is shallow, and what was released before is not in it: git fetch --unshallow"
            )
            yield Unsure("history", because)
            return
        yield Examined("migrations", len(history.migrations))
        changed = _differing(project, history, history.before)
        since = _differing(project, history, history.released)
        for path, line in changed.items():
            if history.base or path in since:  # a day's grace where one branch is all there is
                yield _edited(history, path, line)
        yield from _gone(project, history)
        earlier = {path: line for path, line in since.items() if path not in {*changed, *history.new}}
        yield from _earlier(history, earlier)
    except RepositoryError as error:
        yield Unsure("history", f"the history could not be read: {error.message}")


def _differing(project: Project, history: History, was: Mapping[str, str]) -> dict[str, int]:
    """The migrations that say something else than before, with the line at which they do."""
    files = project.snapshot.files
    pairs = {path: was[path] for path in history.migrations if path in was and was[path] != files[path].blob}
    old = history.texts(dict.fromkeys(pairs.values()))
    lines = {
        path: first_difference(old[blob], files[path].text)
        for path, blob in pairs.items()
        if blob in old and not files[path].fault
    }
    return {path: line for path, line in lines.items() if line is not None}


def _edited(history: History, path: str, line: int) -> Flag:
    name = path.rpartition("/")[2]
    return Flag(
        object=f"migration:{name}",
        location=Location(path, line, line),
        message=f"This change edits {name}, which {_where(history)} had before: databases that ran the old "
        "text will never run the new one.",
        remedy=_REMEDY,
        confidence=None if history.base else Confidence.MEDIUM,
    )


def _where(history: History) -> str:
    return f"commit {history.base[:12]} of the default branch" if history.base else "the default branch"


def _gone(project: Project, history: History) -> Iterator[Flag]:
    """Removed or renamed; where most go at once, they were squashed, which is one finding."""
    old = [path for path in history.before if path.endswith(".sql") and path not in project.snapshot.paths]
    place = Location(history.migrations[-1], 1, 1)
    if len(old) > 1 and 2 * len(old) >= sum(path.endswith(".sql") for path in history.before):
        yield Flag(
            object=f"migrations:{history.folder}",
            location=place,
            message=f"This change replaces {counted(len(old), 'migrations')} that {_where(history)} had: "
            "databases that ran them list them still, and refuse the next push until that list is repaired.",
            remedy="supabase migration repair --status reverted …  -- the old ones; applied for the new",
            severity=Severity.MEDIUM,
        )
        return
    now = {project.snapshot.files[path].blob: path for path in history.migrations}
    for path in old:
        name = path.rpartition("/")[2]
        renamed = now.get(history.before[path])
        told = f"renames {name} to {renamed.rpartition('/')[2]}" if renamed else f"removes {name}"
        yield Flag(
            object=f"migration:{name}",
            location=Location(renamed, 1, 1) if renamed else place,
            message=f"This change {told}, which {_where(history)} had before: databases that ran it list a "
            "version that is no longer there, and the next push fails.",
            remedy="Put the file back under its name; undo what it did in a new migration.",
            confidence=None if history.base else Confidence.MEDIUM,
        )


def _earlier(history: History, changed: Mapping[str, int]) -> Iterator[Flag]:
    """What earlier commits did: to be known, and after a year no more than that."""
    if not changed:
        return
    first, *others = (Location(path, line, line) for path, line in changed.items())
    last = next(step for step in history.steps if any(c.path in changed and c.before for c in step.changes))
    yield Flag(
        object=f"migrations:{first.path.rpartition('/')[0]}",
        location=first,
        message=f"Earlier commits edited {counted(len(changed), 'migrations')} more than a day after they "
        f"came in, the last on {last.day}. Databases that ran the old text differ from those built anew.",
        remedy="supabase db diff  -- against the hosted database; it prints what differs",
        severity=Severity.LOW if history.at - last.at <= _RECENT else Severity.INFO,
        confidence=Confidence.MEDIUM,
        related=tuple(others[:_SHOWN]),
    )
