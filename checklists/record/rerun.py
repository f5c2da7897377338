"""The accuracy check of a second pair of eyes: scans the recorded commit again, and compares."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from checklists.checks.loading import load_project
from checklists.counting import named
from checklists.errors import RecordError
from checklists.model import Suggestion
from checklists.record.contents import fingerprint, question_digest
from checklists.record.facts import Fact, fails, holds, unchecked
from checklists.record.made_with import made_with, tool
from checklists.record.model import Record, SealedItem
from checklists.record.toml import from_bytes
from checklists.review.declared import declared
from checklists.review.draft import basis_of
from checklists.review.scan import Scan, scan


def rerun(path: Path, repo: Path | None = None) -> Iterator[Fact]:
    """One fact an item of the record: whether a scan of its commit suggests now what it suggested then.

    Only the checks of this version can be run: what another version, or a live proof, suggested and this does
    not is told as not checked.

    Raises:
        RecordError: The record cannot be read.
        RepositoryError: The repo, or the recorded commit, is not there.
    """
    try:
        record = from_bytes(path.read_bytes())
    except (OSError, ValueError) as error:
        raise RecordError(
            f"{path} cannot be read: {error}.", "Name the .toml file of a sealed review."
        ) from None
    scanned = _scanned(record, repo or path.absolute().parent)
    suggestions = scanned.suggestions
    other = _other_version(record)
    agreeing = 0
    for item in record.item:
        fact = _compared(item, scanned, other)
        agreeing += fact is None
        if fact is not None:
            yield fact
    yield from _unasked(record, suggestions)
    yield holds("rerun", f"{agreeing} of {len(record.item)} suggestions are what a scan of the commit says")


def _scanned(record: Record, repo: Path) -> Scan:
    subject = record.subject
    folder = record.migration[0].path.rpartition("/")[0] if record.migration else ""
    usual = subject.supabase_dir is not None and folder == f"{subject.supabase_dir}/migrations"
    project = load_project(
        repo,
        rev=subject.commit,
        supabase_dir=subject.supabase_dir,
        migrations=None if usual else folder,
    )
    return scan(declared(project, record.context))


def _compared(item: SealedItem, scanned: Scan, other: str) -> Fact | None:
    """What differs; None where nothing does."""
    asked, now = scanned.project.item(item.id), scanned.suggestions.get(item.id)
    if now is None or asked is None:
        return unchecked(f"rerun {item.id}", "this version asks no such question", required=False)
    if item.question and item.question != question_digest(asked):
        return unchecked(f"rerun {item.id}", "this version asks something else", required=False)
    if fingerprint(basis_of(now)) == item.fingerprint:
        return None
    before, after = (each.value.replace("_", " ") for each in (item.suggestion, now.verdict))
    what = f"the record says {before}, a scan {after}" if before != after else f"{after} for other findings"
    said = f"{what}: {now.because}"
    return unchecked(f"rerun {item.id}", f"{said} ({other})", required=False) if other else fails(
        f"rerun {item.id}", said
    )  # fmt: skip


def _unasked(record: Record, suggestions: Mapping[str, Suggestion]) -> Iterator[Fact]:
    missing = suggestions.keys() - {item.id for item in record.item}
    if missing:
        names = ", ".join(item for item in suggestions if item in missing)
        yield unchecked("rerun", f"not asked then: {names}", required=False)


def _other_version(record: Record) -> str:
    """Why a difference need not be a fault of the record; empty where it would be one."""
    if record.inputs.proof != "static":
        return f"the record rests on a {record.inputs.proof} proof as well"
    if record.inputs.scanner:
        return (
            f"the record rests on results of {named([each.tool for each in record.inputs.scanner])} as well"
        )
    mine = {library.name: library.version for library in made_with()}
    theirs = {library.name: library.version for library in record.inputs.library}
    if record.inputs.tool != tool() or theirs != mine:
        return f"it was made with {record.inputs.tool}, this is {tool()}"
    return ""
