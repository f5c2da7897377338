"""`.counterseal/baseline.toml`: the backlog that a team started from, by check and object."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import tomli_w

from checklists.codec import to_plain
from checklists.model import Aside, Finding

SCHEMA = "counterseal.baseline/1"


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was known at `commit`: for each check the objects, with `#2` and up for further occurrences."""

    schema: str = SCHEMA
    commit: str = ""
    findings: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the findings."""
        return frozenset(f"{check}:{name}" for check, names in self.findings.items() for name in names)


def baseline_of(findings: Iterable[Finding], commit: str) -> Baseline:
    """The backlog that these findings are, but for notes and suppressed ones, which fail nothing anyway."""
    known: dict[str, list[str]] = {}
    for finding in findings:
        if finding.fails or finding.aside is Aside.BASELINED:
            known.setdefault(finding.check, []).append(finding.id.removeprefix(f"{finding.check}:"))
    return Baseline(commit=commit, findings={check: tuple(sorted(known[check])) for check in sorted(known)})


def baseline_toml(baseline: Baseline) -> str:
    """The file: an object a line, sorted, so that it diffs well."""
    return re.sub(r"(?m)^ {4}", "  ", tomli_w.dumps(to_plain(baseline)))
