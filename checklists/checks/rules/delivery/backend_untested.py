"""The backend has no tests, or some of its endpoints are in none."""

import re
from collections.abc import Iterable, Iterator

from ahocorasick_rs import AhoCorasick, MatchKind  # every name in one pass over megabytes of tests

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.places import listed
from checklists.checks.subjects.tests import is_test
from checklists.counting import counted
from checklists.model import Confidence, Location, Severity
from checklists.ts.index import CallerState, Endpoint, EndpointKind

CHECK = Check(
    items=("tests-planned",),
    rule="review-record-sections",
    also=(Input.FILES,),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    sources=True,
)
_INNER = re.compile(r"[\w-]")
_PAGE = re.compile(r"(?:^|/)app/(.*?)/?page\.\w+$")
_ROUTE = re.compile(r"(?:^|/)(?:app|pages)/(api/.*?)(?:/route)?\.\w+$")


def find(project: Project) -> Iterator[Said]:
    """Every endpoint that no test names, in one finding; none at all is a finding of its own."""
    texts = {path: file.text for path, file in project.snapshot.files.items() if is_test(path, project)}
    endpoints = project.sources.endpoints
    if not endpoints and not any(project.schema.policies()):
        return
    yield Examined("endpoints", len(endpoints))
    yield Examined("test files", len(texts))
    if not texts:
        matters = not endpoints or any(_acts(project, each) for each in endpoints)
        severity = None if matters else Severity.LOW
        yield _flag("There is no test in this repo", endpoints, _place(project, endpoints), severity)
        return
    named = frozenset(_named({n for each in endpoints for n in _names(each)}, texts.values()))
    missed = [each for each in endpoints if named.isdisjoint(_names(each))]
    if missed:
        told = f"Named in no test are {len(missed)} of {counted(len(endpoints), 'endpoints')}"
        yield _flag(told, missed, missed[0].location, Severity.LOW)


def _acts(project: Project, endpoint: Endpoint) -> bool:
    """Whether it does more than to sign people in, or nothing that needs a caller."""
    caller = project.sources.callers.get(endpoint.object)
    return caller is None or caller.state not in (CallerState.CREDENTIALS, CallerState.HARMLESS)


def _place(project: Project, endpoints: tuple[Endpoint, ...]) -> Location:
    return endpoints[0].location if endpoints else Location(project.layout.migrations[0], 1, 1)


def _names(endpoint: Endpoint) -> tuple[str, ...]:
    """What a test of it would name: the route's address or folder, or the function's own name."""
    path, _, name = endpoint.name.partition("#")
    if endpoint.kind is EndpointKind.ROUTE:
        route = _ROUTE.search(path)
        address = re.split(r"[\[(]", route[1])[0].rstrip("/") if route else path
        return (address, path.removesuffix(".ts").rpartition("/")[0])
    if endpoint.kind is EndpointKind.EDGE:
        return (endpoint.name,)
    page = _PAGE.search(path)  # an action that stands in its page is tried by whoever opens that
    shown = re.sub(r"(?:^|/)[\[(][^/]*", "", page[1]).strip("/") if page else ""
    return (name, f"/{shown}") if shown else (name,)


def _named(names: Iterable[str], texts: Iterable[str]) -> Iterator[str]:
    """Those that stand in the texts: an address anywhere, a name as a word of its own."""
    sought = sorted(filter(None, names))
    search = AhoCorasick(sought, matchkind=MatchKind.Standard)
    for text in texts:
        for number, start, end in search.find_matches_as_indexes(text, overlapping=True):
            name = sought[number]
            if "/" in name or not _INNER.search(text[max(start - 1, 0) : start] + text[end : end + 1]):
                yield name


def _flag(
    told: str, missed: tuple[Endpoint, ...] | list[Endpoint], at: Location, severity: Severity | None
) -> Flag:
    names = f": {listed(each.name for each in missed)}" if missed else ""
    return Flag(
        object="tests:endpoints",
        location=at,
        message=f"{told}{names}: what they refuse, and to whom, nothing tries by their name.",
        remedy="Begin with what must be refused: no session, another user's row, input that does not parse.",
        severity=severity,
        related=tuple(each.location for each in missed[1:10]),
    )
