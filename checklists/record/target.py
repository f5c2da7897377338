"""What a change goes into: the base's commit, its policy and signers, and what the merge would give."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from checklists.errors import RepositoryError
from checklists.record.build import Change
from checklists.record.scope import HOME
from checklists.repo.commits import file_at
from checklists.repo.merging import default_base, merge_base, merged, patch_id
from checklists.repo.repository import Repository, open_repository, resolve_base


@dataclass(frozen=True, slots=True)
class Target:
    """`base` is a full commit name, None where the repo has no such branch."""

    repository: Repository
    commit: str
    base: str | None

    def file(self, name: str) -> bytes | None:
        """A file of `.counterseal` at the base; at the commit itself where the base has none."""
        places = (self.base, self.commit) if self.base else (self.commit,)
        found = (file_at(self.repository.root, place, f"{HOME}/{name}") for place in places)
        return next((data for data in found if data is not None), None)

    def digest(self, name: str) -> str | None:
        """The SHA-256 of `file`."""
        data = self.file(name)
        return None if data is None else hashlib.sha256(data).hexdigest()

    def change(self, scope: tuple[str, ...]) -> Change | None:
        """The change as a record names it; a shallow clone knows its base alone."""
        if self.base is None or self.base == self.commit:
            return None
        try:
            with merged(self.repository, self.base, self.commit) as merge:
                parted = merge_base(merge.store, merge.base, merge.head)
                named = patch_id(merge.store, parted, merge.head, scope) if parted else None
                return Change(merge.base, merge.tree or None, named)
        except RepositoryError:
            return Change(self.base)


def target_of(root: Path, commit: str, base: str | None = None) -> Target:
    """The base that was named, or the repo's main branch.

    Raises:
        RepositoryError: What was named is no revision.
    """
    repository = open_repository(root)
    name = base or default_base(repository)
    return Target(repository, commit, resolve_base(repository, name) if name else None)
