"""A scan as the stable, versioned JSON contract `counterseal.scan/1`; its JSON Schema lies beside this
file.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import checklists
from checklists.catalogue import digest
from checklists.checks.inventory import inventory
from checklists.checks.loading import Progress, Stage, silent
from checklists.checks.project import Project
from checklists.codec import to_plain
from checklists.collector import without_collector
from checklists.model import Aside, Finding, Item, Report, Suggestion, Verdict
from checklists.review.groups import Group, grouped
from checklists.review.looking import checks_of, look
from checklists.review.suggesting import suggest

SCHEMA = "counterseal.scan/1"


@dataclass(frozen=True)
class Scan:
    """One project, looked at: its reports and what they add up to, by item id in catalogue order."""

    project: Project
    reports: tuple[Report, ...]
    suggestions: Mapping[str, Suggestion]

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, worst and surest first."""
        every = (finding for report in self.reports for finding in report.findings)
        return tuple(sorted(every, key=lambda f: (f.severity.rank, f.confidence.rank, f.id)))

    @property
    def flagged(self) -> bool:
        """Whether anything was found that fails an item."""
        return any(suggestion.verdict is Verdict.FAIL for suggestion in self.suggestions.values())

    def within(self, sections: Collection[str]) -> "Scan":
        """The part that speaks of the items of these sections."""
        items = {item.id for item in self.project.items if item.section in sections}
        reports = tuple(report for report in self.reports if not items.isdisjoint(report.items))
        return replace(
            self, reports=reports, suggestions={i: s for i, s in self.suggestions.items() if i in items}
        )


@without_collector()
def scan(project: Project, progress: Progress = silent) -> Scan:
    """Run every check over the project and add up what they say."""
    total = len(checks_of(project))
    reports: list[Report] = []
    progress(Stage.CHECKS, 0, total)
    for each in look(project):
        reports.append(each)
        progress(Stage.CHECKS, min(len(reports), total), total)
    return Scan(project, tuple(reports), {item.id: suggest(item, reports) for item in project.items})


def as_json(scan: Scan) -> dict[str, Any]:
    """The scan as plain values, in the order in which the contract lists them."""
    snapshot, layout = scan.project.snapshot, scan.project.layout
    return {
        "schema": SCHEMA,
        "tool": {"version": checklists.__version__, "catalogue_sha256": digest()},
        "subject": {
            "commit": snapshot.subject.commit,
            "tree": snapshot.subject.tree,
            "dirty": snapshot.subject.dirty,
            "migrations": len(layout.migrations),
            "sources": len(layout.sources),
            "proof": "static" if scan.project.proof is None else "live",
        },
        "team": _team(scan),
        "items": [_item(item, scan.suggestions[item.id]) for item in scan.project.items],
        "groups": [_group(group) for group in grouped(scan.findings)],
        "findings": [_finding(finding) for finding in scan.findings],
        "undetermined": list(_undetermined(scan.reports)),
        "inventory": inventory(scan.project),
    }


def _team(scan: Scan) -> dict[str, int]:
    """How much the team has said in its files, and how many findings that set aside or weighed otherwise."""
    team, asides = scan.project.team, Counter(finding.aside for finding in scan.findings)
    rulings = [finding.ruling for finding in scan.findings if finding.ruling]
    return {
        "suppressions": len(team.config.suppress),
        "reclassifications": len(team.config.reclassify),
        "baseline": len(team.baseline.ids),
        "suppressed": asides[Aside.SUPPRESSED],
        "reclassified": sum(bool(each.severity_was or each.confidence_was) for each in rulings),
        "baselined": asides[Aside.BASELINED],
    }


def _item(item: Item, suggestion: Suggestion) -> dict[str, Any]:
    return {
        "id": item.id,
        "section": item.section,
        "title": item.title,
        "severity": item.severity.value,
        "suggestion": suggestion.verdict.value,
        "because": suggestion.because,
        "examined": dict(suggestion.examined),
        "checks": list(suggestion.checks),
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "id": group.id,
        "check": group.check,
        "rule": group.rule,
        "severity": group.severity.value,
        "confidence": group.confidence.value,
        "above_fold": group.above_fold,
        "aside": group.aside.value if group.aside else None,
        "count": len(group.findings),
        "findings": [finding.id for finding in group.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    row = {
        "id": finding.id,
        "check": finding.check,
        "rule": finding.rule,
        "items": list(finding.items),
        "object": finding.object,
        "within": list(finding.within),
        "path": finding.location.path,
        "line": finding.location.line,
        "end_line": finding.location.end_line,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "message": finding.message,
        "remedy": finding.remedy,
        "source": finding.source,
        "peers": list(finding.peers),
    }
    return row | ({"ruling": to_plain(finding.ruling)} if finding.ruling else {})


def _undetermined(reports: Iterable[Report]) -> Iterator[dict[str, Any]]:
    for each in reports:
        for gap in each.gaps:
            row = {"check": each.check, "rule": each.rule, "object": gap.object, "because": gap.because}
            yield row | ({"path": gap.location.path, "line": gap.location.line} if gap.location else {})
