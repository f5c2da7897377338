"""Everything a check may look at, as one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from checklists.repo import Layout, Snapshot
from checklists.repo.history import History
from checklists.sql.schema import Schema
from checklists.team import Team
from checklists.ts.index import SourceIndex


@dataclass(frozen=True, slots=True)
class Project:
    """One snapshot, read: `config` is the parsed supabase/config.toml, empty where there is none.

    `history` is None for files that come from no repository. `team` is what the revision says of its own
    review.
    """

    snapshot: Snapshot
    layout: Layout
    schema: Schema
    sources: SourceIndex
    config: Mapping[str, Any] = field(default_factory=dict, hash=False)
    history: History | None = None
    team: Team = field(default_factory=Team)
