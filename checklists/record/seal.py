"""Seals a review: gathers what the record names, signs its bytes, writes record, signature and page."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from checklists.checks.project import Project
from checklists.errors import RecordError
from checklists.record.build import Frame, build
from checklists.record.keys import Key, Scheme
from checklists.record.latest import latest_of
from checklists.record.markdown import page_body, page_end
from checklists.record.model import Decision, Record, Reviewer, SealedMigration
from checklists.record.policy import policy_scope
from checklists.record.principal import check_principal, file_stem
from checklists.record.scope import HOME as _HOME
from checklists.record.scope import scope_of_paths
from checklists.record.signing import sign
from checklists.record.target import target_of
from checklists.record.toml import to_bytes
from checklists.repo.commits import file_at, list_scope
from checklists.review.draft import Draft
from checklists.review.folder import write_atomically

HOME = Path(_HOME)
REVIEWS = HOME / "reviews"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A record ready to be signed: its bytes will not change any more."""

    record: Record
    toml: bytes
    page: str
    scope_listing: bytes
    folder: Path

    @property
    def stem(self) -> str:
        """The file name that record, signature and page share."""
        return self.record.record_id.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Sealed:
    """The files of a sealed review."""

    record: Path
    signature: Path
    page: Path
    scope: Path


def prepare(  # noqa: PLR0913 - what the caller is asked, each by name
    draft: Draft,
    project: Project,
    reviewer: Reviewer,
    decision: Decision,
    *,
    scheme: Scheme = Scheme.SSH,
    out: Path | None = None,
    at: datetime | None = None,
    reason: str = "",
    base: str | None = None,
) -> Prepared:
    """The record as it will be signed; nothing is written yet.

    `base` is the revision that the change goes into; by default the repo's main branch, where it has one.

    Raises:
        RecordError: Items are open, the work tree is dirty, the reviewer's address cannot name a signer, or
            items fail and no `reason` says why the commit is approved.
        RepositoryError: git cannot list the scope.
    """
    check_principal(reviewer.email)
    root, commit = Path(project.snapshot.root), project.snapshot.subject.commit
    folder = folder_of(project, out)
    target = target_of(root, commit, base)
    scope = scope_of(project, policy_scope(target.file("policy.toml")))
    earlier = latest_of(root, reviewer.email)
    frame = Frame(
        record_id=f"{commit[:12]}/{_next_name(folder, reviewer.email)}",
        at=(at or datetime.now(UTC)).replace(microsecond=0),
        scope=scope,
        scope_listing=list_scope(root, commit, scope),
        migrations=tuple(_migrations(project)),
        previous=earlier.sha256 if earlier else None,
        change=target.change(scope),
        policy_sha256=target.digest("policy.toml"),
        signers_sha256=target.digest("allowed_signers"),
        reason=reason,
    )
    record = build(draft, project, reviewer, decision, frame)
    body = page_body(record, project, scheme)
    record = replace(record, page_sha256=hashlib.sha256(body.encode()).hexdigest())
    data = to_bytes(record)
    return Prepared(record, data, body + page_end(record, data, scheme), frame.scope_listing, folder)


def seal(prepared: Prepared, key: Key) -> Sealed:
    """Sign, then write; nothing is written where the signature is refused.

    Raises:
        SigningError: The key does not sign.
        RecordError: The folder cannot be written, or another record took the name.
    """
    signature = sign(prepared.toml, key)
    folder, stem = prepared.folder, prepared.stem
    files = Sealed(
        folder / f"{stem}.toml", folder / f"{stem}.toml.sig", folder / f"{stem}.md", _scope_file(prepared)
    )
    if files.record.exists():
        raise RecordError(
            f"{files.record} was written in the meantime.", "Seal again: it takes the next number."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _keep_bytes(folder)
        write_atomically(files.scope, prepared.scope_listing, mode=0o644)
        write_atomically(files.page, prepared.page.encode(), mode=0o644)
        write_atomically(files.signature, signature, mode=0o644)
        write_atomically(files.record, prepared.toml, mode=0o644)
    except OSError as error:
        raise RecordError(
            f"The record cannot be written to {folder}: {error.strerror}.",
            "Name another folder with --out DIR.",
        ) from error
    return files


def _migrations(project: Project) -> Iterator[SealedMigration]:
    root, commit = Path(project.snapshot.root), project.snapshot.subject.commit
    for order, path in enumerate(project.layout.migrations, 1):
        file = project.snapshot.files[path]
        # A file that was not read (too large, a link) has no bytes in the snapshot; a record names all.
        data = file_at(root, commit, path) if file.fault and not file.data else file.data
        if data is None:
            raise RecordError(
                f"{path} {file.fault}, so a record cannot name it.", "Rename or restore the file."
            )
        yield SealedMigration(order, path, file.blob, hashlib.sha256(data).hexdigest())


def _keep_bytes(folder: Path) -> None:
    """Let git's line end conversion leave records alone: it would break their signatures."""
    home = next((above for above in folder.parents if above.name == HOME.name), None)
    # Among the records: who commits it with theirs writes no part of the change.
    kept = REVIEWS.relative_to(HOME) / ".gitattributes"
    if home is not None and not (home / kept).exists():
        (home / kept).parent.mkdir(exist_ok=True)
        write_atomically(home / kept, b"* -text\n", mode=0o644)


def scope_of(project: Project, globs: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The folders and files that hold what the review read, or those that the policy names."""
    return scope_of_paths((*project.snapshot.files, *project.layout.migrations), globs)


def folder_of(project: Project, out: Path | None = None) -> Path:
    """Where records of the project's commit go."""
    return out or Path(project.snapshot.root) / REVIEWS / project.snapshot.subject.commit[:12]


def newest_in(folder: Path, email: str) -> Path | None:
    """The reviewer's record with the highest number; None where there is none."""
    number = _highest(folder, email)
    return folder / f"{file_stem(email)}-{number}.toml" if number else None


def _next_name(folder: Path, email: str) -> str:
    return f"{file_stem(email)}-{_highest(folder, email) + 1}"


def _highest(folder: Path, email: str) -> int:
    pattern = re.compile(rf"{re.escape(file_stem(email))}-(\d+)\.toml")
    taken = (int(found[1]) for path in folder.glob("*.toml") if (found := pattern.fullmatch(path.name)))
    return max(taken, default=0)


def _scope_file(prepared: Prepared) -> Path:
    """`scope.lstree`, or another name where a record of the same commit has another scope."""
    usual = prepared.folder / "scope.lstree"
    if not usual.exists() or usual.read_bytes() == prepared.scope_listing:
        return usual
    return prepared.folder / f"scope-{prepared.record.subject.scope_sha256[:12]}.lstree"
