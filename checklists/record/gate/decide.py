"""The gate: reads the base, the records and the merge, and says whether the change may go on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from checklists.errors import RepositoryError
from checklists.record.gate.base import Base, read_base
from checklists.record.gate.collect import RECORDS, Candidate, every
from checklists.record.gate.glass import Glass, broken_glass
from checklists.record.gate.people import superseded
from checklists.record.gate.requirement import Requirement
from checklists.record.gate.requirements import requirements
from checklists.record.gate.signoffs import SignOff, sign_off
from checklists.record.gate.vouch import Refused, Vouched, vouch
from checklists.record.gate.waivers import Approval
from checklists.record.model import Decision
from checklists.record.scope import backend_of, entries
from checklists.record.staleness.states import item_states
from checklists.record.staleness.trees import StoredTree, recorded_listing
from checklists.repo.authors import authors_of
from checklists.repo.merging import Merge, check_whole, default_base, merged
from checklists.repo.repository import Repository, open_repository


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate says. `head` is a full commit name, `tree` what the merge gives, empty in conflict.

    `signed` are the records that the base's signers made, those that count first; `refused` the others.
    """

    base: Base
    head: str
    tree: str
    authors: frozenset[str]
    requirements: tuple[Requirement, ...]
    signed: tuple[SignOff, ...]
    refused: tuple[Refused, ...]
    glass: Glass | None = None

    @property
    def holds(self) -> bool:
        """Whether every requirement does."""
        return all(each.holds for each in self.requirements)

    @property
    def open(self) -> bool:
        """Whether the change may go on, be it by breaking the glass."""
        return self.holds or self.glass is not None

    @property
    def in_order(self) -> tuple[Requirement, ...]:
        """The requirements, those that close the gate first."""
        return tuple(sorted(self.requirements, key=lambda each: each.holds))


def gate(
    path: Path,
    *,
    rev: str = "HEAD",
    base: str | None = None,
    now: datetime,
    folders: Iterable[Path] = (),
) -> Gate:
    """Decide on a revision; `now` is the moment at which waivers must hold, with its time zone.

    Records are read from the revision, its base and the commits between; from the work tree as well where the
    revision is HEAD, and from `folders`.

    Raises:
        RepositoryError: A revision is not there, or histories do not meet.
        CountersealError: The base has no policy, or that or what its team asks cannot be read.
    """
    repository = open_repository(path)
    name = base or _base_of(repository)
    with merged(repository, name, rev) as merge:
        work_tree = repository.root if rev == "HEAD" and not repository.bare else None
        check_whole(merge.store, merge.base, merge.head)
        found = every(merge.store, merge.base, merge.head, work_tree, folders)
        return _gate(read_base(merge.store, name, merge.base), merge, found, now, work_tree)


def _base_of(repository: Repository) -> str:
    found = default_base(repository)
    if found is None:
        raise RepositoryError(
            f"{repository.root} has no branch main or master, here or at origin, so it is not known what the "
            "change goes into.",
            "Name it: --base BRANCH",
        )
    return found


def _gate(
    base: Base, merge: Merge, candidates: tuple[Candidate, ...], now: datetime, work_tree: Path | None
) -> Gate:
    said = [vouch(each, base) for each in candidates]
    vouched = tuple(each for each in said if isinstance(each, Vouched))
    authors = authors_of(merge.store, merge.base, merge.head, RECORDS)
    approval = Approval(
        base.policy.waivers,
        frozenset(each.principal for each in vouched if each.record.verdict is Decision.APPROVE),
        authors,
        now.astimezone(UTC).date(),
        base.team.items,
        _backends(merge),
    )
    replaced = superseded(vouched)
    tree = StoredTree(merge.store, merge.tree or merge.head)
    signed = [
        sign_off(
            each,
            item_states(
                each.record,
                recorded_listing(each.record, merge.store, each.candidate.listings),
                tree,
                base.policy.scope,
                base.team,
            ),
            base,
            approval,
            replaced,
        )
        for each in vouched
    ]
    ordered = tuple(sorted(signed, key=_worth))
    return Gate(
        base,
        merge.head,
        merge.tree,
        authors,
        tuple(requirements(base, merge, ordered)),
        ordered,
        tuple(each for each in said if isinstance(each, Refused)),
        broken_glass(base, merge, tree, now, work_tree),
    )


def _backends(merge: Merge) -> frozenset[str]:
    """The Supabase folders whose migrations merging would change."""
    trees = (merge.base, merge.tree or merge.head)
    before, after = (entries(merge.store.listing(each, ())) for each in trees)
    touched = (path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    return frozenset(found for path in touched if (found := backend_of(path)) is not None)


def _worth(sign: SignOff) -> tuple[int, int, float]:
    """Those that count first, then those that lack the least, the newest first."""
    return len(sign.faults), len(sign.lacking), -sign.vouched.record.signed_at.timestamp()
