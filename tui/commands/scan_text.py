"""A scan as calm text: first what is above the fold, then the rest as counts, then the items."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

import click

from checklists.counting import counted
from checklists.live.model import Proof
from checklists.model import ASIDE, Confidence, Finding, Item, Severity, Suggestion, Verdict
from checklists.repo import Layout, Snapshot
from checklists.review.groups import Group, grouped
from checklists.review.scan import Scan
from tui.commands.text import subject_line, wrapped
from tui.glyphs import WORDS, Glyphs, choose_glyphs
from tui.grouping import short_object
from tui.text import one_line

_ORDER = (Verdict.FAIL, Verdict.UNDETERMINED, Verdict.PASS, Verdict.NOT_APPLICABLE)
_COLOURS = {
    Verdict.FAIL: "red", Verdict.UNDETERMINED: "yellow", Verdict.PASS: "green", Verdict.NOT_APPLICABLE: None,
}  # fmt: skip
_NAMED = 5
"""Objects of a group, and unread files, that are named before the rest is counted."""


def scan_text(scan: Scan, *, everything: bool = False) -> Iterator[str]:
    """The whole scan; with `everything` each finding is shown, else those above the fold by their groups."""
    yield subject_line(scan)
    yield from _proven(scan.project.proof)
    yield from _left_aside(scan.project.layout)
    yield from _unread(scan.project.snapshot)
    groups = grouped(scan.findings)
    first = [group for group in groups if everything or group.above_fold]
    rest = [group for group in groups if group not in first and group.aside is None]
    aside = sorted((g for g in groups if g not in first and g.aside), key=lambda group: group.aside or "")
    if first:
        yield from _heading("all findings" if everything else "first to look at", first)
    for group in first:
        yield from _group(group, everything=everything)
    if rest:
        yield from _heading("below the fold", rest, " (--all shows them)")
        yield from _counts(rest)
    if aside:
        yield from _heading("set aside by the team", aside, " (--all shows them)")
        for reason, same in groupby(aside, lambda group: group.aside):
            yield f"{ASIDE[reason]}:" if reason else ""
            yield from _counts(list(same))
    yield from _verdicts(scan)
    yield ""
    yield totals(scan)


def _proven(proof: Proof | None) -> Iterator[str]:
    """With which proof."""
    if proof is not None:
        claims = f"{counted(len(proof.claims), 'claims')}, {len(proof.refuted)} refuted"
        kept = "; it was made of this revision before, and --static leaves it aside" if proof.recalled else ""
        yield from wrapped(f"With the proof on Postgres {proof.server}: {claims}{kept}.", "")


def totals(scan: Scan) -> str:
    """How many items of each kind, and how many findings."""
    verdicts = [suggestion.verdict for suggestion in scan.suggestions.values()]
    counts = ", ".join(f"{verdicts.count(each)} {WORDS[each]}" for each in _ORDER if each in verdicts)
    return f"{counted(len(verdicts), 'items')}: {counts}; {counted(len(scan.findings), 'findings')}."


def _left_aside(layout: Layout) -> Iterator[str]:
    """A repo's other Supabase projects, which this review does not cover."""
    others = [one_line(folder) for folder in layout.choices if folder != layout.supabase_dir]
    if others:
        chosen = one_line(layout.supabase_dir or "the folder given")
        yield f"Only {chosen} is reviewed, not {', '.join(others)}; choose with --supabase-dir."


def _unread(snapshot: Snapshot) -> Iterator[str]:
    """The files that the suggestions could not take into account, on one line."""
    files = snapshot.unread
    if files:
        named = [f"{one_line(file.path)} {file.fault}" for file in files[:_NAMED]]
        named += [f"{len(files) - _NAMED} more"] * (len(files) > _NAMED)
        yield f"{counted(len(files), 'files')} could not be read: {'; '.join(named)}."


def _heading(title: str, groups: list[Group], after: str = "") -> Iterator[str]:
    findings = sum(len(group.findings) for group in groups)
    yield ""
    counts = f"  {counted(len(groups), 'groups')}, {counted(findings, 'findings')}{after}"
    yield click.style(title.upper(), bold=True) + click.style(counts, dim=True)


def _group(group: Group, *, everything: bool) -> Iterator[str]:
    colour = "red" if group.severity.rank <= Severity.HIGH.rank else None
    sure = "" if group.confidence is Confidence.HIGH else f", {group.confidence} confidence"
    sure += f", {ASIDE[group.aside]}" if group.aside else ""
    count = f" \N{MULTIPLICATION SIGN} {len(group.findings)}" if len(group.findings) > 1 else ""
    severity = click.style(f"{group.severity.value:<8}", fg=colour, bold=bool(colour))
    yield f"{severity}{group.check}{count}{click.style(sure, dim=True)}"
    if everything:
        for finding in group.findings:
            yield f"        {one_line(str(finding.location))}"
            yield from wrapped(finding.message, "            ")
            if finding.ruling is not None:
                yield from wrapped(f"team: {finding.ruling.words}", "            ")
        return
    yield from wrapped(group.findings[0].message, "        ")
    yield click.style(f"        {one_line(str(group.findings[0].location))}", dim=True)
    if len(group.findings) > 1:
        yield from wrapped(f"also {_named(group.findings[1:])}", "        ")


def _named(findings: tuple[Finding, ...]) -> str:
    names = list(dict.fromkeys(short_object(each.object) for each in findings))
    more = [f"{len(names) - _NAMED} more"] * (len(names) > _NAMED)
    return ", ".join([one_line(name) for name in names[:_NAMED]] + more)


def _counts(groups: list[Group]) -> Iterator[str]:
    """One line a severity: each check with its count."""
    for severity, same in groupby(groups, lambda group: group.severity):
        checks = ", ".join(f"{group.check} {len(group.findings)}" for group in same)
        first, *others = wrapped(checks, " " * 8)
        yield f"{severity.value:<8}{first.lstrip()}"
        yield from others


def _verdicts(scan: Scan) -> Iterator[str]:
    glyphs = choose_glyphs()
    for verdict in _ORDER:
        asked = (item for item in scan.project.items if item.id in scan.suggestions)
        group = [item for item in asked if scan.suggestions[item.id].verdict is verdict]
        if not group:
            continue
        yield ""
        yield click.style(WORDS[verdict].upper(), fg=_COLOURS[verdict], bold=True)
        if verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE):
            yield from wrapped(", ".join(item.id for item in group), "  ")
            continue
        for item in sorted(group, key=lambda each: each.severity.rank):
            yield from _item(item, scan.suggestions[item.id], glyphs)


def _item(item: Item, said: Suggestion, glyphs: Glyphs) -> Iterator[str]:
    mark = click.style(glyphs.verdict(said.verdict), fg=_COLOURS[said.verdict])
    yield f"{mark} {item.title}  {click.style(f'{item.id}, {item.severity.value}', dim=True)}"
    if said.verdict is Verdict.UNDETERMINED:
        yield from wrapped(said.because, "    ")
    else:
        checks = Counter(finding.check for finding in said.findings)
        yield from wrapped(", ".join(f"{check} {count}" for check, count in checks.items()), "    ")
