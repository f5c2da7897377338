"""Hands on sealed records: which ones cover a commit, and a copy of their files."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from checklists.errors import RecordError
from checklists.record.facts import Standing
from checklists.record.formats.html import as_html
from checklists.record.page import page_fact
from checklists.record.seal import REVIEWS
from checklists.record.toml import from_bytes
from checklists.repo.commits import list_scope
from checklists.review.folder import write_atomically


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


def export_html(record: Path, out: Path) -> Path:
    """Write the record's page as one HTML file, `<stem>.html` in `out`.

    Raises:
        RecordError: The page beside the record is not the one that was sealed, or the file cannot be written.
    """
    page = _page(record)
    target = out / f"{record.stem}.html"
    try:
        write_atomically(target, as_html(page).encode(), mode=0o644)
    except OSError as error:
        raise RecordError(
            f"{target} cannot be written: {error.strerror}.", "Name another folder with --out DIR."
        ) from None
    return target


def _page(record: Path) -> str:
    hint = "Name the .toml file of a sealed review, with its .md beside it."
    try:
        data = record.read_bytes()
        said = page_fact(from_bytes(data), record, data)
        page = record.with_suffix(".md").read_text("utf-8")
    except (OSError, ValueError) as error:
        raise RecordError(f"{record} cannot be read: {error}.", hint) from None
    if said.standing is Standing.FAILS:
        raise RecordError(f"{record.with_suffix('.md')}: {said.about}.", "Restore it from git.")
    return page


def _export_set(record: Path) -> Iterator[Path]:
    for file in (record, record.with_name(f"{record.name}.sig"), record.with_suffix(".md")):
        if not file.is_file():
            raise RecordError(f"{file} is missing beside the record.", "Seal again, or restore it from git.")
        yield file
    yield from sorted(record.parent.glob("scope*.lstree"))
