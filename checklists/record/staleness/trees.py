"""Trees as staleness compares them, and the listing of what a record was made of."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from checklists.errors import RepositoryError
from checklists.record.model import Record
from checklists.repo.git_objects import ObjectStore


@dataclass(frozen=True, slots=True)
class StoredTree:
    """A tree or commit in an object store; `states.Tree`."""

    store: ObjectStore
    name: str

    def listing(self, scope: Iterable[str]) -> bytes:
        """What git lists of the scope."""
        return self.store.listing(self.name, scope)

    def file(self, path: str) -> bytes | None:
        """The bytes of a file."""
        return self.store.file(self.name, path)

    def blob(self, name: str) -> bytes | None:
        """What the store holds by that name."""
        return next((data for _, data in self.store.blobs([name])), None)


def recorded_listing(record: Record, store: ObjectStore, beside: Iterable[bytes] = ()) -> bytes | None:
    """The listing whose digest the record holds: one that lies `beside` it, or its commit's, or None."""
    for listing in beside:
        if _is_of(record, listing):
            return listing
    try:
        listing = store.listing(record.subject.commit, record.subject.scope)
    except RepositoryError:
        return None
    return listing if _is_of(record, listing) else None


def _is_of(record: Record, listing: bytes) -> bool:
    return hashlib.sha256(listing).hexdigest() == record.subject.scope_sha256
