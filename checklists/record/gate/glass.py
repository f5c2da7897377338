"""Breaking the glass: one signed sentence that opens the gate for some hours, recorded beside the reviews."""

import hashlib
import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import tomli_w

from checklists.codec import from_plain, to_plain
from checklists.errors import RecordError
from checklists.record.gate.base import Base
from checklists.record.gate.collect import Candidate, committed, lying_in
from checklists.record.gate.vouch import key_of
from checklists.record.keys import Key
from checklists.record.principal import check_principal, file_stem
from checklists.record.scope import HOME
from checklists.record.signing import sign
from checklists.record.staleness.states import Tree
from checklists.repo.merging import Merge
from checklists.review.folder import write_atomically

SCHEMA = "counterseal.break-glass/1"
NAMESPACE = "counterseal-break-glass"
"""A namespace of its own: who may sign reviews may not therefore break the glass."""
FOLDER = f"{HOME}/break-glass"


@dataclass(frozen=True, slots=True)
class Glass:
    """Who opens the gate for a commit and its scope, why, and from when on for how many hours."""

    schema: str
    commit: str
    scope: tuple[str, ...]
    scope_sha256: str
    by: str
    reason: str
    at: datetime
    hours: int

    @property
    def until(self) -> datetime:
        """When the gate closes again."""
        return self.at + timedelta(hours=self.hours)


def broken_glass(base: Base, merge: Merge, tree: Tree, now: datetime, work_tree: Path | None) -> Glass | None:
    """The first that opens the gate: signed by one of the policy's few, for this scope, and not run out."""
    found = [*committed(merge.store, merge.head, FOLDER)]
    if work_tree is not None:
        found += lying_in(work_tree / FOLDER, FOLDER)
    for candidate in found:
        glass = _read(candidate)
        if glass is not None and _opens(glass, candidate, base, tree, now):
            return glass
    return None


def _opens(glass: Glass, candidate: Candidate, base: Base, tree: Tree, now: datetime) -> bool:
    asked = base.policy.break_glass
    scope = hashlib.sha256(tree.listing(glass.scope)).hexdigest()
    return (
        glass.by in asked.members
        and bool(glass.scope)
        and bool(glass.reason.strip())
        and 0 < glass.hours <= asked.hours
        and glass.at <= now < glass.until
        and scope == glass.scope_sha256
        and not key_of(
            candidate.data, candidate.signature, glass.by, base.for_namespace(NAMESPACE), NAMESPACE
        )[1]
    )


def _read(candidate: Candidate) -> Glass | None:
    try:
        glass = from_plain(Glass, tomllib.loads(candidate.data.decode()))
    except (ValueError, RecursionError):
        return None
    return glass if glass.schema == SCHEMA and glass.at.tzinfo is not None else None


def break_glass(glass: Glass, key: Key, root: Path) -> Path:
    """Sign it and write it, to be committed with the change; the file.

    Raises:
        RecordError: There is no reason, or the folder cannot be written.
        SigningError: The key does not sign.
    """
    check_principal(glass.by)
    if not glass.reason.strip():
        raise RecordError("Breaking the glass needs a reason.", 'Add --reason "…".')
    data = tomli_w.dumps(to_plain(glass)).encode()
    signature = sign(data, key, NAMESPACE)
    folder = root / FOLDER
    stem = f"{glass.commit[:12]}-{file_stem(glass.by)}"
    number = 1 + sum(
        bool(re.fullmatch(rf"{re.escape(stem)}-\d+\.toml", p.name)) for p in folder.glob("*.toml")
    )
    file = folder / f"{stem}-{number}.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(file.with_name(f"{file.name}.sig"), signature, mode=0o644)
        write_atomically(file, data, mode=0o644)
    except OSError as error:
        raise RecordError(f"{folder} cannot be written: {error.strerror}.", "Check its rights.") from error
    return file
