"""The words of the product as frozen values: item, finding, report, suggestion, answer."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Severity(StrEnum):
    """How bad a defect is if it is real."""

    BLOCKER = "blocker"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst, so that sorting by rank puts the worst first."""
        return _SEVERITIES[self]


class Confidence(StrEnum):
    """How sure a check is that what it saw is real."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the surest."""
        return _CONFIDENCES[self]


_SEVERITIES = {each: rank for rank, each in enumerate(Severity)}
_CONFIDENCES = {each: rank for rank, each in enumerate(Confidence)}


class Status(StrEnum):
    """What one check says of one snapshot."""

    FLAGGED = "flagged"
    CLEAR = "clear"
    NOT_APPLICABLE = "not_applicable"
    UNDETERMINED = "undetermined"


class Verdict(StrEnum):
    """What the reports add up to for one item."""

    PASS = "pass"  # noqa: S105 - not a password
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    UNDETERMINED = "undetermined"


class Outcome(StrEnum):
    """What the reviewer answers."""

    PASS = "pass"  # noqa: S105 - not a password
    FAIL = "fail"
    WAIVED = "waived"
    NOT_APPLICABLE = "not_applicable"


class Triage(StrEnum):
    """What the reviewer says of one finding; an answer to an item says nothing of each finding behind it."""

    TRUE_POSITIVE = "true_positive"
    FALSE_POSITIVE = "false_positive"
    ACCEPTED_RISK = "accepted_risk"


class Justification(StrEnum):
    """Why an item may stand although it is not met."""

    FALSE_POSITIVE = "false_positive"
    ACCEPTED_RISK = "accepted_risk"
    COMPENSATING_CONTROL = "compensating_control"
    NOT_REACHABLE = "not_reachable"
    TEST_ONLY = "test_only"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """Lines of one file of the snapshot; the first line is 1, `end_line` is included."""

    path: str
    line: int
    end_line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"

    def covers(self, other: "Location") -> bool:
        """Whether the first line of the other is one of its lines."""
        return self.path == other.path and self.line <= other.line <= self.end_line


REHEARSED = "rehearsed migrations"
"""What a check examined of which every migration ran in a proof."""


@dataclass(frozen=True, slots=True)
class Item:
    """One question the reviewer must answer.

    `lines` cites the specification, `automatic` says whether a machine alone may suggest `pass`; where it may
    not, a clear result is suggested as `undetermined`, with `human` saying what only a person can know.
    `decided_by` names the checks that look at what the item asks, where others only look beside it: these can
    fail it, and never pass it. `proven` is what is left for a person once every migration ran in a proof.
    """

    id: str
    section: str
    title: str
    question: str
    why: str
    severity: Severity
    lines: tuple[str, ...]
    automatic: bool = True
    human: str = ""
    decided_by: tuple[str, ...] = ()
    proven: str = ""


class Aside(StrEnum):
    """Why a finding fails nothing although it is there."""

    SUPPRESSED = "suppressed"
    BASELINED = "baselined"


ASIDE = {Aside.SUPPRESSED: "suppressed", Aside.BASELINED: "in the baseline"}
"""Why, as people read it."""


def fails_items(severity: Severity, aside: Aside | None) -> bool:
    """Whether a finding fails the items that it informs: notes and what the team set aside fail none."""
    return severity is not Severity.INFO and aside is None


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the team's configuration says of a finding: `reason` is theirs, and what `was` is the check's."""

    aside: Aside | None = None
    reason: str = ""
    severity_was: Severity | None = None
    confidence_was: Confidence | None = None

    @property
    def words(self) -> str:
        """For people, as in "suppressed: Posts are public"."""
        was = [each.value for each in (self.severity_was, self.confidence_was) if each]
        aside = ASIDE[self.aside] if self.aside else ""
        said = ", ".join(filter(None, (aside, f"the check says {', '.join(was)}" if was else "")))
        return ": ".join(filter(None, (said, self.reason)))


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect that a check saw, at one object and one place.

    Identified by check and object, never by line, so that notes survive rescans and rebases; further
    findings of one check on one object carry an occurrence number.
    """

    check: str
    rule: str
    items: tuple[str, ...]
    object: str
    location: Location
    severity: Severity
    confidence: Confidence
    message: str
    remedy: str
    peers: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    related: tuple[Location, ...] = ()
    occurrence: int = 1
    source: str = "static"
    ruling: Ruling | None = None

    @property
    def aside(self) -> Aside | None:
        """Why it fails nothing, where the team has set it aside."""
        return self.ruling.aside if self.ruling else None

    @property
    def fails(self) -> bool:
        """Whether it fails the items that it informs."""
        return fails_items(self.severity, self.aside)

    @property
    def id(self) -> str:
        """The stable name: `check:object`, with `#2` and up for further occurrences."""
        suffix = f"#{self.occurrence}" if self.occurrence > 1 else ""
        return f"{self.check}:{self.object}{suffix}"


@dataclass(frozen=True, slots=True)
class Gap:
    """What could not be decided, where, and why; `object` is a name like a finding's, or `file:PATH`."""

    object: str
    because: str
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What one check says of one snapshot: its status, and how much it looked at ("41 tables")."""

    check: str
    rule: str
    items: tuple[str, ...]
    status: Status
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    examined: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the reports add up to for one item: the worst of its children, with the reason in words."""

    item: str
    verdict: Verdict
    because: str
    examined: tuple[tuple[str, int], ...]
    checks: tuple[str, ...]
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The reviewer's own: an outcome, whether it confirms the suggestion, and the words that go with it.

    `note` is required when the answer overrides the suggestion; `reason` and `expires` when it is `waived`.
    `suggested` is the verdict that the reviewer saw, `commit` what they saw it at; `carried` names the sealed
    record that the answer was taken over from. A waiver's `approved_by` is the reviewer where it is empty.
    """

    outcome: Outcome
    suggested: Verdict
    note: str = ""
    reason: str = ""
    expires: date | None = None
    justification: Justification | None = None
    approved_by: str = ""
    commit: str = field(default="", compare=False)
    carried: str = field(default="", compare=False)

    @property
    def confirms(self) -> bool:
        """True where the reviewer agrees with the suggestion that was shown."""
        return self.outcome.value == self.suggested.value


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the reviewer says of one finding.

    All but `true_positive` need a reason; an accepted risk needs the day on which it ends as well, and may
    name who accepted it. `commit` is what was shown when it was given.
    """

    triage: Triage
    reason: str = ""
    expires: date | None = None
    approved_by: str = ""
    commit: str = field(default="", compare=False)
