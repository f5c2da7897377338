"""The facts that need the repo: the commit, the scope and each migration, committed and in the work tree."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from checklists.counting import counted, named
from checklists.errors import CountersealError, RepositoryError
from checklists.record.facts import Fact, fails, holds, judged, unchecked
from checklists.record.model import Record, SealedMigration
from checklists.record.scope import entries
from checklists.repo.commits import commit_named, file_at, list_scope
from checklists.repo.identity import identity
from checklists.repo.repository import open_repository
from checklists.team.read import CHECKLISTS, parse_asked

_NAMED = 5


def facts_in_repo(record: Record, path: Path, repo: Path | None, rev: str) -> Iterator[Fact]:
    """Commit, scope and migrations; where no repo is named, the one that holds the record.

    Raises:
        RepositoryError: The repo that was named, or the revision, is not there.
    """
    try:
        root = open_repository(repo or path.absolute().parent).root
    except RepositoryError:
        if repo is not None:
            raise
        for name in ("commit", "scope", "migrations"):
            yield unchecked(name, "the record is not in a git repo; name one with --repo PATH")
        return
    here = commit_named(root, rev)
    if here is None:
        raise RepositoryError(
            f"{root} has no revision {rev}.", "Name a branch, a tag or a commit with --rev."
        )
    yield _commit(record, root)
    yield from _team_answers(record, root)
    yield from _scope(record, path, root, here[0], rev)
    yield from _migrations(record, root, here[0], rev)


def _commit(record: Record, root: Path) -> Fact:
    subject = record.subject
    found = commit_named(root, subject.commit)
    if found is None:
        return unchecked(
            "commit", f"{subject.commit[:12]} is not in this repo (a squash drops it)", required=False
        )
    if found != (subject.commit, subject.tree):
        return fails(
            "commit", f"{subject.commit[:12]} has tree {found[1][:12]}, the record {subject.tree[:12]}"
        )
    listing = hashlib.sha256(list_scope(root, subject.commit, subject.scope)).hexdigest()
    if listing != subject.scope_sha256:
        return fails("commit", f"the scope of {subject.commit[:12]} is not the one that was recorded")
    return holds("commit", f"{subject.commit[:12]} with its tree and scope")


def _team_answers(record: Record, root: Path) -> Iterator[Fact]:
    """The team's own questions, as the recorded commit has them, are answered too."""
    commit, answered = record.subject.commit, {item.id for item in record.item}
    if commit_named(root, commit) is None:
        return
    paths = entries(list_scope(root, commit, (CHECKLISTS.rstrip("/"),)))
    try:
        asked = parse_asked((path, file_at(root, commit, path) or b"") for path in paths).sections
    except CountersealError as error:
        yield fails("team answers", error.message)
        return
    items = [item.id for section in asked for item in section.items]
    missing = ", ".join(item for item in items if item not in answered)
    if items:
        fault = f"without an answer: {missing}" if missing else ""
        yield judged("team answers", fault, counted(len(items), "items"))


def _scope(record: Record, path: Path, root: Path, commit: str, rev: str) -> Iterator[Fact]:
    subject = record.subject
    now = list_scope(root, commit, subject.scope)
    if hashlib.sha256(now).hexdigest() == subject.scope_sha256:
        what = named(subject.scope, _NAMED)
        yield holds("scope", f"at {rev} ({commit[:12]}) it is what was reviewed: {what}")
        return
    changed = _changed(_listing_beside(record, path), now)
    yield fails("scope", f"at {rev} ({commit[:12]}) it is not what was reviewed{changed}")


def scope_list(record: Record, path: Path) -> Fact:
    """The list of the scope beside the record is the one whose digest was signed."""
    files = sorted(file.name for file in path.parent.glob("scope*.lstree"))
    if not files:
        return unchecked("scope list", "there is no scope.lstree beside the record", required=False)
    if _listing_beside(record, path) is None:
        return fails("scope list", f"{', '.join(files)} is not the list that was recorded")
    return holds("scope list", "what is listed beside the record is what was recorded")


def _listing_beside(record: Record, path: Path) -> bytes | None:
    """The list of the scope that was written with the record; the signed digest says that it is that one."""
    for file in sorted(path.parent.glob("scope*.lstree")):
        listing = file.read_bytes()
        if hashlib.sha256(listing).hexdigest() == record.subject.scope_sha256:
            return listing
    return None


def _changed(before: bytes | None, now: bytes) -> str:
    if before is None:
        return ""
    old, new = entries(before), entries(now)
    paths = sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))
    return f": {named(paths, _NAMED)} changed"


def _migrations(record: Record, root: Path, commit: str, rev: str) -> Iterator[Fact]:
    # What is checked out counts where nothing else was asked for; a bare repo has nothing checked out.
    checked_out = rev == "HEAD" and (root / ".git").exists()
    lenient = checked_out and identity(root).autocrlf
    for migration in record.migration:
        fault = _fault(migration, file_at(root, commit, migration.path), f"at {rev}")
        if not fault and checked_out:
            fault = _work_tree_fault(migration, root, lenient=lenient)
        yield judged(f"migration {migration.path}", fault, migration.sha256[:12])
    if not record.migration:
        yield fails("migrations", "the record names none")


def _fault(migration: SealedMigration, data: bytes | None, where: str) -> str:
    if data is None:
        return f"is missing {where}"
    if hashlib.sha256(data).hexdigest() != migration.sha256:
        return f"differs {where} from what was reviewed"
    return ""


def _work_tree_fault(migration: SealedMigration, root: Path, *, lenient: bool) -> str:
    """`lenient` where git rewrites line ends on checkout."""
    file = root / migration.path
    data = file.read_bytes() if file.is_file() and not file.is_symlink() else None
    fault = _fault(migration, data, "in the work tree")
    if fault and lenient and data is not None:
        return _fault(migration, data.replace(b"\r\n", b"\n"), "in the work tree")
    return fault
