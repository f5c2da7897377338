"""The vocabulary of a check: what it declares, and the three things it can say."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from checklists.checks.project import Project
from checklists.model import Confidence, Location, Severity
from checklists.sql.schema import Facet


class Input(StrEnum):
    """A part of the revision that an answer can rest on; supabase/config.toml counts with each of them."""

    SCHEMA = "schema"
    SOURCES = "sources"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Check:
    """What a check declares of itself; its id is its file's stem.

    `items` are the catalogue items it informs, `rule` the slug of the rule it serves, `peers` the same
    rule in other tools (`splinter:0013_rls_disabled_in_public`). `reads` names the parts of the schema
    whose gaps make it undetermined, `sources` whether files that did not parse do so too; `edge` that it
    is about Edge Functions alone, so that no file matters to it where there are none. `also` names what
    it looks at besides: a change to any of its inputs makes signed answers to its items stale. `late` is for
    a check that takes its time: it runs after all others. `claims` says that it speaks of claims one by one,
    so that it has something to say while a proof still makes them; `provable` that a proof tries what it
    says, so that what both show is told as one.
    """

    items: tuple[str, ...]
    rule: str
    severity: Severity
    confidence: Confidence = Confidence.HIGH
    reads: tuple[Facet, ...] = ()
    sources: bool = False
    edge: bool = False
    peers: tuple[str, ...] = ()
    late: bool = False
    claims: bool = False
    provable: bool = False
    also: tuple[Input, ...] = ()

    @property
    def inputs(self) -> frozenset[Input]:
        """All that its report rests on; every file where nothing is declared."""
        read = {Input.SCHEMA} if self.reads else set()
        sources = {Input.SOURCES} if self.sources else set()
        return frozenset({*self.also, *read, *sources} or {Input.FILES})


@dataclass(frozen=True, slots=True)
class Examined:
    """It looked at `count` of `what` (a plural noun: "tables")."""

    what: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Flag:
    """It saw a defect. `severity`, `confidence` and `peers` only where they differ from the check's own."""

    object: str
    location: Location
    message: str
    remedy: str
    severity: Severity | None = None
    confidence: Confidence | None = None
    within: tuple[str, ...] = ()
    related: tuple[Location, ...] = field(default=())
    peers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Unsure:
    """It cannot tell, of this object, because."""

    object: str
    because: str
    location: Location | None = None


Said = Examined | Flag | Unsure
Find = Callable[[Project], Iterator[Said]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A discovered check: its id, what it declares, how it looks, and its page."""

    id: str
    section: str
    check: Check
    find: Find
    page: str

    @property
    def heading(self) -> str:
        """What the page is headed with: the defect in a few words."""
        return self.page.partition("\n")[0].removeprefix("# ")
