"""Hands on sealed records: which ones cover a commit, and a copy of their files."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from checklists.errors import RecordError
from checklists.record.seal import REVIEWS
from checklists.record.toml import from_bytes
from checklists.repo.commits import list_scope


def records_of(root: Path, commit: str) -> tuple[Path, ...]:
    """The sealed records in the repo's work tree whose scope a commit still holds as it was reviewed."""
    return tuple(sorted(path for path in (root / REVIEWS).glob("*/*.toml") if _covers(path, root, commit)))


def _covers(path: Path, root: Path, commit: str) -> bool:
    try:
        subject = from_bytes(path.read_bytes()).subject
    except (OSError, ValueError):
        return False
    return hashlib.sha256(list_scope(root, commit, subject.scope)).hexdigest() == subject.scope_sha256


def export(record: Path, out: Path) -> tuple[Path, ...]:
    """Copy a sealed record with its signature, page and scope, byte for byte.

    Raises:
        RecordError: A file is missing, or `out` holds another of that name.
    """
    files = tuple(_export_set(record))
    try:
        out.mkdir(parents=True, exist_ok=True)
        for file in files:
            target = out / file.name
            if target.exists() and target.read_bytes() != file.read_bytes():
                raise RecordError(
                    f"{target} is there already, and differs.", "Name an empty folder with --out DIR."
                )
            if not target.exists():
                shutil.copyfile(file, target)
    except OSError as error:
        raise RecordError(
            f"The record cannot be copied to {out}: {error.strerror}.", "Name another folder with --out DIR."
        ) from error
    return tuple(out / file.name for file in files)


def _export_set(record: Path) -> Iterator[Path]:
    for file in (record, record.with_name(f"{record.name}.sig"), record.with_suffix(".md")):
        if not file.is_file():
            raise RecordError(f"{file} is missing beside the record.", "Seal again, or restore it from git.")
        yield file
    yield from sorted(record.parent.glob("scope*.lstree"))
