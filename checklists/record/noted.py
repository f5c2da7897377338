"""Sealed records mirrored to git notes: on the recorded commit, each TOML with its signature below it.

The bytes are those of the files, one record after another: the armour's own lines part them, as in git's
signed tags. Page and scope list are left out: the one follows from the record, the other from the commit.
"""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from checklists.errors import RecordError
from checklists.record.facts import Fact, fails, holds
from checklists.record.model import Record
from checklists.record.toml import from_bytes
from checklists.repo.commits import commit_named
from checklists.repo.notes import NOTES_REF, read_note, write_note
from checklists.repo.repository import open_repository

_BEGIN, _END = b"\n-----BEGIN ", b"\n-----END "
_FILE_NAME = re.compile(r"[A-Za-z0-9][\w.@+-]{0,120}", re.ASCII)


def mirror(file: Path, repo: Path) -> str:
    """Write a sealed record to the note of its commit, below those that are there; the commit's full name.

    Raises:
        RecordError: It is no signed record, its commit is not in the repo, or the note holds what is none.
        RepositoryError: git cannot read or write the note.
    """
    try:
        data, signature = file.read_bytes(), file.with_name(f"{file.name}.sig").read_bytes()
        record = from_bytes(data)
    except (OSError, ValueError) as error:
        hint = "Name the .toml file of a sealed review, with its .sig beside it."
        raise RecordError(f"{file} cannot be read: {error}.", hint) from None
    root, commit = open_repository(repo).root, record.subject.commit
    if (found := commit_named(root, commit)) is None or found[0] != commit:
        raise RecordError(
            f"{file} is of commit {commit[:12]}, which is not in {root}.",
            "Name the clone that has it with --repo PATH; a note hangs on a commit.",
        )
    note = read_note(root, commit) or b""
    pair = (data, signature)
    there = split(note)
    if pair not in there:
        _refuse_another(record, there, commit)
        write_note(root, commit, note + data + signature.rstrip(b"\n") + b"\n")
    return commit


def split(note: bytes) -> tuple[tuple[bytes, bytes], ...]:
    """The TOML and the signature of each record in a note.

    Raises:
        RecordError: There is something else in it.
    """
    found = []
    toml, *rest = note.split(_BEGIN)
    for part in rest:
        armour, end, tail = part.partition(_END)
        label, _, following = tail.partition(b"\n")
        # A merge of notes puts empty lines between them, which no record begins with.
        found.append((toml.lstrip(b"\n") + b"\n", _BEGIN[1:] + armour + end + label + b"\n"))
        toml = following
    if toml.strip():
        raise RecordError(
            f"A note in {NOTES_REF} holds something that is no signed record: {toml.strip()[:40]!r}.",
            f"Read it with `git notes --ref={NOTES_REF} show COMMIT`, and take out what does not belong.",
        )
    return tuple(found)


@contextmanager
def unfolded(repo: Path, rev: str) -> Iterator[tuple[tuple[Path, Fact], ...]]:
    """The records in a revision's note as files, for as long as it is open, each with its note's fact.

    Raises:
        RecordError: There is no such revision, or no record in its note.
        RepositoryError: There is no repo.
    """
    root = open_repository(repo).root
    found = commit_named(root, rev)
    if found is None:
        raise RecordError(f"{root} has no revision {rev}.", "Name a branch, a tag or a commit.")
    pairs = split(read_note(root, found[0]) or b"")
    if not pairs:
        raise RecordError(
            f"{root} has no record of {found[0][:12]} in {NOTES_REF}.",
            f"Notes come when they are asked for: git fetch origin {NOTES_REF}:{NOTES_REF}",
        )
    with tempfile.TemporaryDirectory(prefix="counterseal-") as folder:
        yield tuple(
            _as_file(Path(folder) / str(number), pair, found[0]) for number, pair in enumerate(pairs, 1)
        )


def _as_file(folder: Path, pair: tuple[bytes, bytes], commit: str) -> tuple[Path, Fact]:
    """In a folder of its own: two records may claim one name."""
    fact = fails("note", "what it holds cannot be read as a record")
    with suppress(ValueError, RecursionError):
        fact = _belongs(from_bytes(pair[0]), commit)
    folder.mkdir()
    file = folder / f"{stem_of(pair[0])}.toml"
    file.write_bytes(pair[0])
    file.with_name(f"{file.name}.sig").write_bytes(pair[1])
    return file, fact


def _belongs(record: Record, commit: str) -> Fact:
    if record.subject.commit != commit:
        return fails("note", f"hangs on {commit[:12]}, and the record is of {record.subject.commit[:12]}")
    return holds("note", f"on the commit that was reviewed, {commit[:12]}")


def stem_of(data: bytes) -> str:
    """What the files of a record are named by; `record` where it has no name that a file could have."""
    try:
        stem = from_bytes(data).record_id.rpartition("/")[2]
    except (ValueError, RecursionError):
        return "record"
    return stem if _FILE_NAME.fullmatch(stem) else "record"


def _refuse_another(record: Record, there: tuple[tuple[bytes, bytes], ...], commit: str) -> None:
    for data, _ in there:
        try:
            same = from_bytes(data).record_id == record.record_id
        except (ValueError, RecursionError):
            continue  # damaged: verifying says so, and it stays as it is
        if same:
            raise RecordError(
                f"The note on {commit[:12]} holds another {record.record_id}.",
                f"See both: git notes --ref={NOTES_REF} show {commit[:12]}",
            )
