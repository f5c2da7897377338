"""Everything a check may look at, as one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from checklists.catalogue import Section
from checklists.live.model import Mode, Proof
from checklists.model import Item, Report
from checklists.repo import Layout, Snapshot
from checklists.repo.history import History
from checklists.sql.schema import Schema
from checklists.team import Facts, Team
from checklists.team.sarif import Scanner
from checklists.ts.index import SourceIndex


@dataclass(frozen=True, slots=True, eq=False)
class Ahead:
    """What checks said of this schema under these facts, by check, before all of the project was read; and
    the answers that they asked for on the way.
    """

    schema: Schema
    facts: Facts
    reports: Mapping[str, Report]
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Project:
    """One snapshot, read: `config` is the parsed supabase/config.toml, empty where there is none.

    `history` is None for files that come from no repository. `team` is what the revision says of its own
    review, `facts` what is declared of the system there and in the review's context. `proof` is None until
    the migrations ran. `scanners` is what other tools found, `ahead` what was asked while this was read.
    """

    snapshot: Snapshot
    layout: Layout
    schema: Schema
    sources: SourceIndex
    config: Mapping[str, Any] = field(default_factory=dict, hash=False)
    history: History | None = None
    team: Team = field(default_factory=Team)
    facts: Facts = field(default_factory=Facts)
    proof: Proof | None = None
    scanners: tuple[Scanner, ...] = ()
    ahead: Ahead | None = field(default=None, compare=False)

    @property
    def sections(self) -> tuple[Section, ...]:
        """The catalogue's sections, then the team's own."""
        return self.team.every_section

    @property
    def items(self) -> tuple[Item, ...]:
        """The items of all sections, in the order of review."""
        return self.team.items

    @property
    def replayed(self) -> bool:
        """Whether a proof ran every migration, and no statement of one was refused."""
        ran = {f.path: f for f in self.proof.files} if self.proof is not None else {}
        return bool(ran) and all(
            path in ran and ran[path].mode is not Mode.FAILED and not ran[path].skipped
            for path in self.layout.migrations
        )

    def said_ahead(self, check: str) -> Report | None:
        """What the check said while the project was read; None where it was not asked, or of another schema
        or other facts.
        """
        ahead = self.ahead
        if ahead is None or ahead.schema is not self.schema or ahead.facts != self.facts:
            return None
        return ahead.reports.get(check)

    def item(self, name: str) -> Item | None:
        """The item of that id."""
        return next((item for item in self.items if item.id == name), None)

    def proven(self, proof: Proof) -> "Project":
        """The project after a proof: its schema is what the catalogs hold."""
        return replace(self, proof=proof, schema=proof.schema or self.schema, ahead=None)
