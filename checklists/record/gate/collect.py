"""Every record that may speak for a change, also one that the change itself took away."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from checklists.errors import RecordError, RepositoryError
from checklists.record.noted import split, stem_of
from checklists.record.scope import HOME, entries
from checklists.repo.git_objects import ObjectStore
from checklists.repo.notes import NOTES_REF, notes_on
from checklists.repo.source_file import readable_path

FOLDER = f"{HOME}/reviews"
RECORDS = re.compile(
    rb"\.counterseal/reviews/(?:\.gitattributes|[0-9a-f]{12}/[^/]+\.(?:toml|toml\.sig|md|lstree))"
)
"""What sealing writes: a commit of nothing else is the reviewer's own, and no part of the change."""
_LARGEST = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Candidate:
    """The bytes of a record and of what lies beside it; nothing of it is believed yet."""

    path: str
    data: bytes
    signature: bytes | None
    listings: tuple[bytes, ...] = ()
    page: bytes | None = None

    @property
    def sha256(self) -> str:
        """What `previous` of a later record names it by."""
        return hashlib.sha256(self.data).hexdigest()


def committed(store: ObjectStore, commit: str, folder: str = FOLDER) -> Iterator[Candidate]:
    """The records in a commit or tree."""
    blobs = {path: what.split(" ")[1] for path, what in entries(store.listing(commit, (folder,))).items()}
    contents = dict(store.blobs(set(blobs.values())))
    yield from _candidates({path: contents[blob] for path, blob in blobs.items() if blob in contents})


def removed(store: ObjectStore, base: str, head: str, folder: str = FOLDER) -> Iterator[Candidate]:
    """Records that a commit on the way from base to head held: deleting a rejection does not undo it."""
    asked = ("log", "-m", "--full-history", "--raw", "-z", "--no-abbrev", "--no-renames", "--format=")
    said = store.git(*asked, f"{base}..{head}", "--", folder)
    versions: dict[str, set[str]] = defaultdict(set)
    parts = iter(said.split(b"\0"))
    for part in parts:
        facts = part.strip().decode("ascii", "replace").split(" ")
        if facts[0].startswith(":") and len(facts) == 5:
            path = readable_path(next(parts, b""))[0]
            versions[path] |= {blob for blob in facts[2:4] if set(blob) != {"0"}}
    contents = dict(store.blobs({blob for blobs in versions.values() for blob in blobs}))
    for path in [path for path in versions if path.endswith(".toml")]:
        signatures = [contents[blob] for blob in versions[f"{path}.sig"] if blob in contents]
        for data in (contents[blob] for blob in versions[path] if blob in contents):
            yield from (Candidate(path, data, signature) for signature in signatures)


def lying_in(folder: Path, shown: str) -> Iterator[Candidate]:
    """The records below a folder on disk, links left aside; `shown` is how messages name it."""
    files = {
        f"{shown}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= _LARGEST
    }
    yield from _candidates(files)


def noted(store: ObjectStore, wanted: Callable[[str], bool]) -> Iterator[Candidate]:
    """The records in the notes of those commits that are wanted; believed no more than any other."""
    for commit, note in notes_on(store, wanted):
        folder = f"{NOTES_REF}/{commit[:12]}"
        try:
            pairs = split(note)
        except RecordError:
            yield Candidate(f"{folder}/note", note, None)
            continue
        for data, signature in pairs:
            yield Candidate(f"{folder}/{stem_of(data)}.toml", data, signature)


def every(
    store: ObjectStore, base: str, head: str, work_tree: Path | None, folders: Iterable[Path] = ()
) -> tuple[Candidate, ...]:
    """The records of head, base and the commits between, files and notes, then those on disk; each once."""
    found = [*committed(store, head), *committed(store, base), *removed(store, base, head)]
    between = {base, head, *store.git("rev-list", head, f"^{base}").decode().split()}
    found += noted(store, between.__contains__)
    if work_tree is not None:
        found += lying_in(work_tree / FOLDER, FOLDER)
    for folder in folders:
        if not folder.is_dir():
            raise RepositoryError(f"There is no folder {folder}.", "Name a folder of records with --records.")
        found += lying_in(folder, str(folder))
    unique = {(each.data, each.signature): each for each in reversed(found)}
    return tuple(reversed(unique.values()))


def _candidates(files: dict[str, bytes]) -> Iterator[Candidate]:
    for path, data in sorted(files.items()):
        if path.endswith(".toml"):
            folder = path.rpartition("/")[0]
            listings = tuple(
                each
                for name, each in files.items()
                if name.startswith(f"{folder}/scope") and name.endswith(".lstree")
            )
            page = files.get(f"{path.removesuffix('.toml')}.md")
            yield Candidate(path, data, files.get(f"{path}.sig"), listings, page)
