"""The policy, field by field as its file spells it; `policy.schema.json` beside this file says the same."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from checklists.model import Item, Severity

SCHEMA = "counterseal.policy/1"


class Authors(StrEnum):
    """Whether who wrote the change may be among those who sign it off."""

    EXCLUDED = "excluded"
    COUNTED = "counted"


class Leniency(StrEnum):
    """Whether the gate takes what is less than it could be."""

    REFUSED = "refused"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class ReviewTerms:
    """What a change needs: `required` are ids of items or sections, all where it is empty.

    `signers` counts people, not keys. `veto`: a `reject` that nobody superseded keeps the gate closed.
    `carried` and `failing` say whether an answer counts whose scope changed around it, or that is `fail`.
    """

    required: tuple[str, ...] = ()
    signers: int = 1
    authors: Authors = Authors.EXCLUDED
    veto: bool = True
    carried: Leniency = Leniency.REFUSED
    failing: Leniency = Leniency.REFUSED


@dataclass(frozen=True, slots=True)
class Role:
    """As what people sign. `members` may sign as it, anybody who is allowed to sign where it is empty;
    `required` is what they must have answered, as in `ReviewTerms` where it is empty.
    """

    name: str
    signers: int = 1
    members: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """How many days a waiver may last, by the severity of what it waives; 0 allows none, None any.

    `warn_days` before its end a waiver is listed; `approvers` are the only ones who may approve one.
    """

    blocker: int | None = None
    high: int | None = None
    medium: int | None = None
    low: int | None = None
    info: int | None = None
    warn_days: int = 14
    approvers: tuple[str, ...] = ()

    def days(self, severity: Severity) -> int | None:
        """The most days for that severity."""
        most: int | None = getattr(self, severity.value)
        return most


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """Who may open the gate by themselves, for how many hours."""

    members: tuple[str, ...] = ()
    hours: int = 24


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole policy; `scope` are the paths that a review must cover, by default all that it reads."""

    schema: str = SCHEMA
    scope: tuple[str, ...] = ()
    review: ReviewTerms = field(default_factory=ReviewTerms)
    role: tuple[Role, ...] = ()
    waivers: Limits = field(default_factory=Limits)
    break_glass: BreakGlass = field(default_factory=BreakGlass)

    def required_of(self, asked: Iterable[Item], role: Role | None = None) -> tuple[str, ...]:
        """The ids of those of the items that must be answered, by anybody or by one role, in their order."""
        return named_items((role.required if role else ()) or self.review.required, asked)


def named_items(names: Iterable[str], asked: Iterable[Item]) -> tuple[str, ...]:
    """Those of the items that ids of items and sections name; every item for none."""
    wanted = set(names)
    return tuple(item.id for item in asked if not wanted or item.id in wanted or item.section in wanted)
