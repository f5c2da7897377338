"""Lays the team's configuration over what the checks say: nothing is hidden, and idle rows are told."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from checklists.counting import counted
from checklists.model import Aside, Finding, Gap, Report, Ruling, Status
from checklists.team import Config, Team
from checklists.team.baseline import Baseline
from checklists.team.config import Reclassified, Suppressed
from checklists.team.read import BASELINE, CONFIG

CHECK = "team_configuration"
"""Under this name the rows that match nothing are reported, at the item that asks for a complete record."""


Row = str | Suppressed | Reclassified
"""What a ruling rests on: a finding's id in the baseline, or a row of the configuration."""


def ruled(reports: Iterable[Report], team: Team) -> Iterator[Report]:
    """The reports with a ruling on each finding that the team speaks of, then one on rows that match none."""
    if team.config == Config() and team.baseline == Baseline():
        yield from reports
        return
    known, matched = team.baseline.ids, set[Row]()
    for report in reports:
        findings = []
        for finding in report.findings:
            told, rows = _ruled(finding, team.config, known)
            findings.append(told)
            matched.update(rows)
        yield replace(report, findings=tuple(findings))
    yield _unmatched(team, known, matched)


def _ruled(finding: Finding, config: Config, known: frozenset[str]) -> tuple[Finding, list[Row]]:
    """The finding as the team sees it, and the rows that made it so."""
    weights = [row for row in config.reclassify if _weighs(row, finding)]
    told = finding
    for row in weights:
        told = _weighed(finding, told, row)
    rows: list[Row] = [*weights]
    suppressed = next((row for row in config.suppress if _is_of(row, finding)), None)
    if suppressed is not None:
        return _set_aside(told, Aside.SUPPRESSED, suppressed.reason), [*rows, suppressed]
    if finding.id in known:
        return _set_aside(told, Aside.BASELINED), [*rows, finding.id]
    return told, rows


def _weighs(row: Reclassified, finding: Finding) -> bool:
    return row.check == finding.check and row.object in ("", finding.object)


def _set_aside(finding: Finding, aside: Aside, reason: str = "") -> Finding:
    before = finding.ruling or Ruling()
    return replace(finding, ruling=replace(before, aside=aside, reason=reason or before.reason))


def _is_of(row: Suppressed, finding: Finding) -> bool:
    return row.check == finding.check and row.object in (finding.object, _own_name(finding))


def _own_name(finding: Finding) -> str:
    """The object with its occurrence, as in the id."""
    return finding.id.removeprefix(f"{finding.check}:")


def _weighed(said: Finding, told: Finding, row: Reclassified) -> Finding:
    """What was `told` so far, as the row has it; the ruling keeps what the check `said`."""
    severity, confidence = row.severity or told.severity, row.confidence or told.confidence
    ruling = Ruling(
        reason=row.reason,
        severity_was=said.severity if severity is not said.severity else None,
        confidence_was=said.confidence if confidence is not said.confidence else None,
    )
    return replace(told, severity=severity, confidence=confidence, ruling=ruling)


def _unmatched(team: Team, known: frozenset[str], matched: set[Row]) -> Report:
    gaps = tuple(_idle(team, known, matched))
    rows = len(team.config.suppress) + len(team.config.reclassify) + len(known)
    status = Status.UNDETERMINED if gaps else Status.CLEAR if rows else Status.NOT_APPLICABLE
    examined = (("settings of the team", rows),) if rows else ()
    return Report(CHECK, "review-record-sections", ("record-complete",), status, gaps=gaps, examined=examined)


def _idle(team: Team, known: frozenset[str], matched: set[Row]) -> Iterator[Gap]:
    """What the team wrote that no finding answers to any more."""
    for row in team.config.suppress:
        if row not in matched:
            yield Gap(CONFIG, f"it suppresses {row.check} at {row.object}, where nothing is flagged")
    for each in team.config.reclassify:
        if each not in matched:
            at = f" at {each.object}" if each.object else ""
            yield Gap(CONFIG, f"it reclassifies {each.check}{at}, which flags nothing")
    gone = known - {row for row in matched if isinstance(row, str)}
    if gone:
        yield Gap(
            BASELINE,
            f"{len(gone)} of its {counted(len(known), 'findings')} are not found any more: write it anew",
        )
