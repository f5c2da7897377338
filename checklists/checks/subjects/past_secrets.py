"""Secrets that the history holds and the files under review do not: one row for each secret."""

from collections.abc import Iterator

from checklists.checks.check import Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.bystanders import is_test
from checklists.checks.subjects.past_reading import Found, begin, files_beside
from checklists.errors import RepositoryError
from checklists.model import Confidence, Location
from checklists.repo.commit_log import Step
from checklists.repo.history import History
from checklists.repo.past_files import Past, PastFile, introduced

_HISTORY = "history"


def past_secrets(project: Project, *, foreign: bool) -> Iterator[Said]:
    """Every secret of the history, Supabase's and the database's or other services', once for each.

    One that a file of the revision holds is left to the checks of those.
    """
    history = project.history
    if history is None or history.empty:
        return
    try:
        past = begin(history)()
        yield Examined("files of the history", past.read)
        yield from _unread(history, past)
        yield from _flags(project, history, past, foreign=foreign)
    except RepositoryError as error:
        yield Unsure(_HISTORY, f"the history could not be read: {error.message}")


def _flags(project: Project, history: History, past: Past[Found], *, foreign: bool) -> Iterator[Flag]:
    read = {file.blob for file in project.snapshot.files.values() if not file.fault}
    read |= {file.blob for file in files_beside(history)}
    known = {each.secret.shown for file in past.files if file.blob in read for each in file.found}
    places: dict[str, tuple[PastFile[Found], Found]] = {}
    for file in past.files:  # newest first, and the oldest is what counts
        for each in file.found:
            made_up = is_test(file.path) and not each.secret.issued
            if each.foreign is foreign and each.secret.shown not in known and not made_up:
                places[each.secret.shown] = (file, each)
    commits = introduced(history, [file for file, _ in places.values()])
    for file, each in places.values():
        yield _flag(project, file, each, commits.get(file.blob))


def _flag(project: Project, file: PastFile[Found], each: Found, step: Step | None) -> Flag:
    since = f" since commit {step.commit[:12]} of {step.day}" if step else ""
    still = "" if file.path in project.snapshot.paths else ", though the file is gone"
    return Flag(
        object=f"file:{file.path}",
        location=Location(file.path, each.line, each.line),
        message=f"The history holds {each.secret.what} ({each.secret.shown}) in {file.path}{since}{still}: "
        "whoever can read the repo, or any clone or fork of it, can use it until it is replaced.",
        remedy="Replace the secret where it was issued, and waive this with the date. Rewriting the history "
        "does not help: clones and forks keep what they have.",
        confidence=None if each.secret.certain else Confidence.MEDIUM,
    )


def _unread(history: History, past: Past[Found]) -> Iterator[Unsure]:
    if history.shallow:
        because = (
            "this clone is shallow, so that commits older than its own were not read: git fetch --unshallow"
        )
        yield Unsure(_HISTORY, because)
    if past.missing:
        because = (
            f"{past.missing} objects are not in this clone, and were not read: "
            "git fetch --refetch --no-filter"
        )
        yield Unsure(_HISTORY, because)
    if past.too_old or past.too_large:
        because = (
            f"it is too large to be read in whole: {past.too_old} older and {past.too_large} larger files "
            "were left out; a scanner for secrets reads them all"
        )
        yield Unsure(_HISTORY, because)
