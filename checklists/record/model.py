"""The record: what a sealed review says, field by field as its TOML file spells it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from checklists.model import Aside, Confidence, Justification, Outcome, Severity, Triage, Verdict
from checklists.record.proven import SealedProof
from checklists.review.draft import Context

SCHEMA = "counterseal.record/1"
NAMESPACE = "counterseal-review"
"""What the signature is for; a signature made for another purpose does not count."""


class Decision(StrEnum):
    """What the reviewer says of the commit as a whole."""

    APPROVE = "approve"
    REJECT = "reject"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who seals: the address is the principal that a signature is checked for."""

    email: str
    name: str
    role: str = "reviewer"


@dataclass(frozen=True, slots=True)
class SealedSubject:
    """The commit; `scope` are the paths that were read, `scope_sha256` the digest of how git lists them.

    `base` is the commit that the change would be merged into, `merge_tree` what that would give, `patch_id`
    git's name for the difference; they are missing where there was no base, or the two conflict.
    """

    commit: str
    tree: str
    scope: tuple[str, ...]
    scope_sha256: str
    sources: int
    dirty: bool = False
    supabase_dir: str | None = None
    base: str | None = None
    merge_tree: str | None = None
    patch_id: str | None = None


@dataclass(frozen=True, slots=True)
class Library:
    """A library whose version can change what a check says."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class OtherScanner:
    """Another tool whose results were evidence: the SHA-256 of its SARIF, and how many results that held."""

    tool: str
    version: str
    sha256: str
    results: int


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the suggestions were made with; `proof` is static or live."""

    tool: str
    catalogue_sha256: str
    proof: str
    library: tuple[Library, ...] = ()
    scanner: tuple[OtherScanner, ...] = ()
    policy_sha256: str | None = None
    signers_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class SealedMigration:
    """One migration in the order of application: git's name for it, and the SHA-256 of its bytes."""

    order: int
    path: str
    blob: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Lines of a file that an item rests on, and the SHA-256 of their text."""

    path: str
    line: int
    end_line: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SealedItem:
    """One answered question. `fingerprint` stands for the suggestion, its findings and what was undecided;
    `annotation` is a note that decided nothing; `opened` says whether the evidence was shown; `question` is
    the SHA-256 of what the catalogue asked; `carried` names the record that the answer was taken over from.
    """

    id: str
    title: str
    severity: Severity
    suggestion: Verdict
    because: str
    answer: Outcome
    opened: bool
    fingerprint: str
    note: str = ""
    annotation: str = ""
    examined: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    question: str = ""
    carried: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class SealedFinding:
    """One finding as it was shown; `items` names the items whose answers stand beside it.

    `triage` and its `reason` are missing unless the reviewer judged this very finding, `ruling` unless the
    team's configuration set it `aside` or weighed it otherwise than its check does.
    """

    id: str
    check: str
    object: str
    path: str
    line: int
    severity: Severity
    confidence: Confidence
    message: str
    items: tuple[str, ...]
    triage: Triage | None = None
    reason: str = ""
    ruling: str = ""
    aside: Aside | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """An item that is not met, or a finding, that may stand until a day; on `expires` it holds no more."""

    justification: Justification
    reason: str
    approved_by: str
    issued: date
    expires: date
    item: str = ""
    finding: str = ""

    @property
    def of(self) -> str:
        """What is waived: the id of the item or of the finding."""
        return self.item or self.finding


@dataclass(frozen=True, slots=True)
class Record:
    """A sealed review. `signed_at` is a claim; `previous` the SHA-256 of the record that it continues.

    `reason` is why the verdict stands, where it was said; `page_sha256` the digest of the Markdown page up to
    its Verify section, which in turn quotes the digest of this record.
    """

    schema: str
    record_id: str
    verdict: Decision
    reviewer: str
    name: str
    role: str
    signed_at: datetime
    statement: str
    subject: SealedSubject
    inputs: Inputs
    context: Context
    reason: str = ""
    previous: str | None = None
    page_sha256: str | None = None
    migration: tuple[SealedMigration, ...] = ()
    item: tuple[SealedItem, ...] = ()
    finding: tuple[SealedFinding, ...] = ()
    waiver: tuple[Waiver, ...] = ()
    proof: SealedProof | None = None

    def answered(self, outcome: Outcome) -> tuple[SealedItem, ...]:
        """The items with that answer, in order."""
        return tuple(item for item in self.item if item.answer is outcome)
