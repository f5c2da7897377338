"""A reviewer's newest record: in the work tree, or in the note of a commit that HEAD comes from."""

import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from checklists.errors import CountersealError
from checklists.record.gate.collect import FOLDER, Candidate, noted
from checklists.record.principal import file_stem
from checklists.repo.commits import commit_named
from checklists.repo.git_command import GitFailure
from checklists.repo.git_objects import ObjectStore, object_store
from checklists.repo.repository import open_repository


def latest_of(root: Path, email: str) -> Candidate | None:
    """The newest by the time that it claims; nothing of it is believed yet."""
    stem = file_stem(email)
    found = {each.data: each for each in (*_in_notes(root, stem), *_in_work_tree(root, stem))}
    dated = [(claim, each.path, each) for each in found.values() if (claim := _claims(each)) is not None]
    return max(dated, key=lambda row: row[:2])[2] if dated else None


def _in_work_tree(root: Path, stem: str) -> Iterator[Candidate]:
    for path in sorted((root / FOLDER).glob(f"*/{stem}-*.toml")):
        try:
            data = path.read_bytes()
        except OSError:
            continue
        signature = path.with_name(f"{path.name}.sig")
        beside = tuple(file.read_bytes() for file in sorted(path.parent.glob("scope*.lstree")))
        shown = f"{FOLDER}/{path.parent.name}/{path.name}"
        yield Candidate(shown, data, signature.read_bytes() if signature.is_file() else None, beside)


def _in_notes(root: Path, stem: str) -> Iterator[Candidate]:
    try:
        head = commit_named(root, "HEAD")
        if head is None:
            return
        with object_store(open_repository(root)) as store:
            found = list(noted(store, lambda commit: _leads_to(store, commit, head[0])))
    except CountersealError:  # notes that cannot be read are told by who is asked for them
        return
    yield from (each for each in found if each.path.rpartition("/")[2].startswith(f"{stem}-"))


def _leads_to(store: ObjectStore, commit: str, head: str) -> bool:
    try:
        store.attempt("merge-base", "--is-ancestor", commit, head)
    except GitFailure:
        return False
    return True


def _claims(each: Candidate) -> datetime | None:
    try:
        at = tomllib.loads(each.data.decode()).get("signed_at")
    except (ValueError, RecursionError):
        return None
    return at if isinstance(at, datetime) and at.tzinfo else None
