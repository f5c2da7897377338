"""`.counterseal/config.toml`, field by field as it is spelled; config.schema.json says the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from checklists.model import Confidence, Severity

SCHEMA = "counterseal.config/1"

SMALL = 1000
"""Rows of a table that needs no index: its pages fit in what one read of the disk brings anyway."""


@dataclass(frozen=True, slots=True)
class Suppressed:
    """One finding, or those of one check at one object, that fail nothing, because of `reason`."""

    check: str
    object: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reclassified:
    """What a check's findings, or those at one object, weigh in this repo; None leaves the check's own."""

    check: str
    reason: str
    object: str = ""
    severity: Severity | None = None
    confidence: Confidence | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What people declare of the system, which its code does not say.

    Names are as in `inventory`: `public.countries`, `public.profiles.birthday`. `rows` are expected at most.
    """

    public_tables: tuple[str, ...] = ()
    sensitive_columns: tuple[str, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict, hash=False)

    def is_small(self, table: str) -> bool:
        """Whether a table is declared to hold so few rows that reading them all costs nothing."""
        return self.rows.get(table, SMALL + 1) <= SMALL


@dataclass(frozen=True, slots=True)
class Evidence:
    """The items that results of another scanner inform: those of a `tool`, and of a `rule` of it, where `*`
    stands for any text.
    """

    tool: str
    items: tuple[str, ...]
    rule: str = "*"


@dataclass(frozen=True, slots=True)
class Config:
    """The whole file."""

    schema: str = SCHEMA
    suppress: tuple[Suppressed, ...] = ()
    reclassify: tuple[Reclassified, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    facts: Facts = Facts()
