"""What other scanners found, as evidence on the items that it matches; none of it lets an item pass."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from checklists.checks.discovery import discover
from checklists.checks.project import Project
from checklists.counting import counted, named
from checklists.model import Finding, Gap, Location, Report, Severity, Status
from checklists.team.config import Evidence
from checklists.team.sarif import Result, Scanner

CHECK = "other_scanners"
"""Under this name results that match no item are reported, at the item that asks for a complete record."""
SOURCE = "sarif"
_SHOWN = 8
# Weaknesses that an item of the catalogue asks about (https://cwe.mitre.org): what is not here is for a team
# to say.
_BY_CWE = {
    20: "input-validated", 89: "injection-impossible", 116: "injection-impossible", 209: "errors-masked",
    210: "errors-masked", 259: "no-client-secrets", 287: "actions-authenticated",
    306: "actions-authenticated", 307: "rate-limits", 321: "no-client-secrets", 346: "cors-configured",
    434: "uploads-validated", 497: "errors-masked", 532: "errors-masked", 564: "injection-impossible",
    601: "auth-configured", 639: "actions-authenticated", 703: "unhandled-errors", 755: "unhandled-errors",
    770: "rate-limits", 798: "no-client-secrets", 799: "rate-limits", 862: "actions-authenticated",
    863: "actions-authenticated", 942: "cors-configured", 943: "injection-impossible",
    1284: "input-validated",
}  # fmt: skip
_OF_SECRETS = ("gitleaks", "trufflehog", "detect-secrets")
_OF_MIGRATIONS = ("squawk",)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A result that informs no item, and why."""

    tool: str
    result: Result
    because: str


def evidence(project: Project) -> Iterator[Report]:
    """One report for each rule of a tool whose results match items, then one on those that match none.

    A report is undetermined: what is flagged fails an item, and silence of another tool says nothing.
    """
    groups: dict[tuple[str, str, tuple[str, ...]], list[tuple[Result, str]]] = {}
    left: list[Unmatched] = []
    for scanner in project.scanners:
        for result in scanner.results:
            items, path, because = _placed(project, scanner, result)
            if because:
                left.append(Unmatched(scanner.tool, result, because))
            else:
                groups.setdefault((scanner.tool, result.rule, items), []).append((result, path))
    for (tool, rule, items), found in groups.items():
        findings = tuple(_findings(tool, rule, items, found))
        examined = ((f"results of {tool}", len(findings)),)
        yield Report(_check(tool, rule), rule, items, Status.UNDETERMINED, findings, examined=examined)
    if project.scanners:
        gaps = tuple(_gaps(project, left))
        yield Report(CHECK, CHECK, ("record-complete",), Status.UNDETERMINED, gaps=gaps)


def unmatched(project: Project) -> Iterator[Unmatched]:
    """The results that inform no item."""
    for scanner in project.scanners:
        for result in scanner.results:
            because = _placed(project, scanner, result)[2]
            if because:
                yield Unmatched(scanner.tool, result, because)


def _placed(project: Project, scanner: Scanner, result: Result) -> tuple[tuple[str, ...], str, str]:
    """The items, the path in the repo, and why there is none of either."""
    items = items_of(project, scanner.tool, result)
    path = (result.path or "").removeprefix(f"{project.snapshot.root.rstrip('/')}/")
    if not items:
        return (), "", "no item asks about it"
    if path not in project.snapshot.files:
        return (), "", "it is at no file that the review reads"
    return items, path, ""


def items_of(project: Project, tool: str, result: Result) -> tuple[str, ...]:
    """By the team's own rows; else by what the tool is for, the checks whose peer the rule is, or its CWE."""
    known = {item.id for item in project.items}
    said = [each for each in project.team.config.evidence if _means(each, tool, result.rule)]
    if said:
        return tuple(dict.fromkeys(item for each in said for item in each.items if item in known))
    found = list(_known_of(_slug(tool), result))
    return tuple(dict.fromkeys(item for item in found if item in known))


def _known_of(tool: str, result: Result) -> Iterator[str]:
    """The items of a result that a team says nothing of."""
    if tool in _OF_SECRETS:
        yield "no-client-secrets"
        return
    peer = f"{tool}:{result.rule}"
    peers = [item for rule in discover() if peer in rule.check.peers for item in rule.check.items]
    yield from peers or (_BY_CWE[cwe] for cwe in result.cwes if cwe in _BY_CWE)
    if tool in _OF_MIGRATIONS and not peers:
        yield "migrations-safe"


def _means(row: Evidence, tool: str, rule: str) -> bool:
    return fnmatchcase(tool.lower(), row.tool.lower()) and fnmatchcase(rule, row.rule)


def _findings(
    tool: str, rule: str, items: tuple[str, ...], found: list[tuple[Result, str]]
) -> Iterator[Finding]:
    seen: Counter[str] = Counter()
    for result, path in sorted(found, key=lambda each: (each[1], each[0].line, each[0].message)):
        seen[path] += 1
        told = " (suppressed there)" if result.suppressed else ""
        yield Finding(
            _check(tool, rule), rule, items, f"file:{path}", Location(path, result.line, result.end_line),
            Severity.INFO if result.suppressed else result.severity, result.confidence,
            f"{tool}{told}: {result.message or result.title}",
            f"What to do is for {tool} to say, under {rule}.",
            peers=(f"{_slug(tool)}:{rule}",), occurrence=seen[path], source=SOURCE,
        )  # fmt: skip


def _gaps(project: Project, left: list[Unmatched]) -> Iterator[Gap]:
    by_tool: dict[str, Counter[str]] = {}
    for each in left:
        by_tool.setdefault(each.tool, Counter())[each.result.rule] += 1
    for tool, rules in by_tool.items():
        told = named([f"{rule} ({count})" for rule, count in rules.most_common()], _SHOWN)
        yield Gap(f"scanner:{tool}", f"{counted(rules.total(), 'results')} that inform no item here: {told}")
    commit = project.snapshot.subject.commit
    for scanner in project.scanners:
        if scanner.commit and scanner.commit != commit:
            yield Gap(f"scanner:{scanner.tool}", f"it looked at {scanner.commit[:12]}, not at {commit[:12]}")


def _check(tool: str, rule: str) -> str:
    return f"{_slug(tool)}/{rule}"


def _slug(tool: str) -> str:
    """`Semgrep OSS` as checks name it among their peers: `semgrep`."""
    plain = re.sub(r"[^a-z0-9]+", "-", tool.lower()).strip("-")
    return plain.removesuffix("-oss").removesuffix("-pro")
