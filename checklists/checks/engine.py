"""Runs checks over a project: what they say becomes one report each."""

from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from checklists.apart import beside, can_copy
from checklists.checks.check import Examined, Flag, Rule, Said, Unsure
from checklists.checks.discovery import discover
from checklists.checks.idle import weighed
from checklists.checks.otherwise import either_way, other
from checklists.checks.project import Project
from checklists.checks.shown import joined
from checklists.checks.undecided import held_back
from checklists.model import Finding, Gap, Report, Status

_WORTH_A_COPY = 40  # checks: so many take longer than to copy the process


def run(project: Project, rules: Iterable[Rule] | None = None) -> Iterator[Report]:
    """One report a check, in the order given (all checks by default), as soon as each is known.

    Checks that take their time wait for git: they are begun at once, in a thread beside the others. Where a
    copy of this process can be made, it asks half of the others.
    """
    every = discover() if rules is None else tuple(rules)
    still = tuple(rule for rule in every if not rule.check.late and project.said_ahead(rule.id) is None)
    divided = len(still) >= _WORTH_A_COPY and can_copy()
    there = beside(partial(_reports, still[1::2], project)) if divided else dict  # before there are threads
    aside = ThreadPoolExecutor(max_workers=1)
    try:
        begun = {rule.id: aside.submit(report, rule, project) for rule in every if rule.check.late}
        known = {**_reports(still[::2], project), **there()} if divided else {}

        def said(rule: Rule) -> Report:
            if rule.id in begun:
                return begun[rule.id].result()
            return known.get(rule.id) or project.said_ahead(rule.id) or report(rule, project)

        told = _told_once(((rule, said(rule)) for rule in every), project)
        yield from (weighed(each, project) for each in told)
    finally:
        aside.shutdown(wait=False, cancel_futures=True)


def _reports(rules: Iterable[Rule], project: Project) -> dict[str, Report]:
    return {rule.id: report(rule, project) for rule in rules}


def _told_once(said: Iterable[tuple[Rule, Report]], project: Project) -> Iterator[Report]:
    """The reports; after a proof, those about what it tried wait until they are known to each other."""
    if project.proof is None:
        yield from (each for _, each in said)
        return
    shown: list[Report] = []
    read: list[Report] = []
    for rule, each in said:
        if rule.check.claims:
            shown.append(each)
        elif rule.check.provable:
            read.append(each)
        else:
            yield each
    yield from shown[1:]
    yield from joined(shown[0], read, project.proof.claims) if shown else read


def report(rule: Rule, project: Project) -> Report:
    """What one check says; one that fails on input it did not foresee is undetermined, never silent."""
    said = _said(rule, project)
    if not rule.check.late and (there := other(project)) is not None:
        said = list(either_way(said, _said(rule, there), project, rule.check.severity))
    examined: Counter[str] = Counter()
    said = list(held_back(said, rule.check, project))
    for each in said:
        if isinstance(each, Examined):
            examined[each.what] += each.count
    findings = tuple(_numbered(_finding(rule, flag, project) for flag in said if isinstance(flag, Flag)))
    gaps = tuple(Gap(u.object, u.because, u.location) for u in said if isinstance(u, Unsure))
    counted = tuple((what, count) for what, count in examined.items() if count)
    gaps += _inherited(rule, project)
    check = rule.check
    return Report(rule.id, check.rule, check.items, _status(findings, gaps, counted), findings, gaps, counted)


def _said(rule: Rule, project: Project) -> list[Said]:
    said: list[Said] = []
    try:
        said.extend(rule.find(project))
    except Exception as error:  # noqa: BLE001 - one faulty check must not cost the review
        said.append(Unsure(f"check:{rule.id}", f"the check itself failed: {type(error).__name__}: {error}"))
    return said


def _status(
    findings: tuple[Finding, ...], gaps: tuple[Gap, ...], counted: tuple[tuple[str, int], ...]
) -> Status:
    if findings:
        return Status.FLAGGED
    if gaps:
        return Status.UNDETERMINED
    return Status.CLEAR if counted else Status.NOT_APPLICABLE


def _inherited(rule: Rule, project: Project) -> tuple[Gap, ...]:
    """Statements and files that could not be read, where this check depends on them."""
    check = rule.check
    schema = project.schema.gaps_in(*check.reads) if check.reads else ()
    rests = check.sources and (not check.edge or project.layout.edge_functions)
    return schema + (project.sources.gaps if rests else ())


def _finding(rule: Rule, flag: Flag, project: Project) -> Finding:
    check = rule.check
    within = flag.within or _within(flag.object, project)
    return Finding(
        check=rule.id,
        rule=check.rule,
        items=check.items,
        object=flag.object,
        location=flag.location,
        severity=flag.severity or check.severity,
        confidence=flag.confidence or check.confidence,
        message=f"{flag.message}{_refused(flag, project)}" if check.reads else flag.message,
        remedy=flag.remedy,
        peers=check.peers if flag.peers is None else flag.peers,
        within=within,
        related=flag.related,
        source="live" if check.reads and project.proof is not None else "static",
    )


def _refused(flag: Flag, project: Project) -> str:
    """What a proof said to the statement that the flag is about, where it went in by its text alone."""
    for place, words in project.schema.refused:
        if place.covers(flag.location):
            return f" In the proof Postgres refused this statement: {words}."
    return ""


def _within(name: str, project: Project) -> tuple[str, ...]:
    """`call:lib/db.ts#listTenders/tenders.select` lies in what runs the function `lib/db.ts#listTenders`."""
    kind, _, rest = name.partition(":")
    if "#" not in rest:  # no place in the sources, which may not be read yet
        return ()
    return project.sources.within.get(rest.rpartition("/")[0] if kind == "call" else rest, ())


def _numbered(findings: Iterable[Finding]) -> Iterator[Finding]:
    seen: Counter[str] = Counter()
    for finding in findings:
        seen[finding.object] += 1
        yield replace(finding, occurrence=seen[finding.object])
