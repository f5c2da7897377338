"""An endpoint sends its caller on to an address that the caller chose."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.endpoints import PLURALS, short
from checklists.checks.subjects.places import handlers, snippet
from checklists.model import Confidence, Severity
from checklists.ts.index import Endpoint, EndpointKind, Flow, Function

CHECK = Check(
    items=("auth-configured",),
    rule="auth-callback-redirect",
    severity=Severity.MEDIUM,
    sources=True,
    peers=("semgrep:javascript.express.security.audit.express-open-redirect",),
)
_REDIRECTS = re.compile(r"\b(?:permanentRedirect|redirect)\s*\(")
_ROOTED = re.compile(
    r"""\.startsWith\(\s*['"`]/['"`]|\.charAt\(0\)\s*===\s*['"`]/|\[0\]\s*===\s*['"`]/|/\^\\/"""
)
_ONE_SLASH = re.compile(
    r"""\.startsWith\(\s*['"`](?://|/\\\\)|\.includes\(\s*['"`]//|\^\\/\(\?!|\\/\(\?\!|\^\\/\[\^"""
)
_LISTED = re.compile(
    r"allow|safe|sanit|valid|trusted|whitelist|\.(?:origin|host|hostname)\s*[!=]==?|\.has\(|\]\.includes\(",
    re.IGNORECASE,
)
_TARGET = re.compile(r"next|redirect|return|callback|url|path|dest|\bto\b", re.IGNORECASE)
_REMEDY = (
    "Take a path only: it begins with one `/`, and neither `//` nor `/\\` follows; else go to a fixed page."
)


def find(project: Project) -> Iterator[Said]:
    """Every endpoint that a link can lead to and that answers with a redirect."""
    for endpoint in project.sources.endpoints:
        if endpoint.kind is EndpointKind.ACTION:
            continue  # the page that calls it says where to, not a link in somebody's mail
        found = handlers(project.sources, endpoint)
        if any(_REDIRECTS.search(function.text) for function in found):
            yield Examined(f"{PLURALS[endpoint.kind]} that redirect")
        for function in found:
            flow = next(
                (
                    each
                    for each in function.flows
                    if each.sink == "redirect" and _is_open(project, function, each)
                ),
                None,
            )
            if flow is not None:
                yield from _say(project, endpoint, function, flow)


def _is_open(project: Project, function: Function, flow: Flow) -> bool:
    """Whether a test that is in sight leaves room for another host."""
    text = _around(project, function, flow)
    if flow.use == "appended":
        return not _ROOTED.search(text)
    return not (_ROOTED.search(text) and _ONE_SLASH.search(text))


def _around(project: Project, function: Function, flow: Flow) -> str:
    helper = (
        next((f for f in project.sources.reach(function.id) if f.name == flow.via), None)
        if flow.via
        else None
    )
    return function.text + (helper.text if helper is not None else "")


def _say(project: Project, endpoint: Endpoint, function: Function, flow: Flow) -> Iterator[Said]:
    text = _around(project, function, flow)
    if flow.checked in ("helper", "parsed") or _LISTED.search(text):
        if _TARGET.search(flow.text):
            because = (
                f"`{short(endpoint)}` redirects to what its caller sends ({flow.source}), and what is tested "
                "of it is not in sight"
            )
            yield Unsure(endpoint.object, because, flow.location)
        return
    rooted = _ROOTED.search(text) is not None
    how = "`//evil.example` passes its test, and" if rooted else "nothing looks at it before, and"
    yield Flag(
        endpoint.object,
        flow.location,
        f"`{short(endpoint)}` redirects to `{snippet(flow.text, 40)}`, which its caller chose "
        f"({flow.source}): {how} a link to "
        "this site leads to any other, with the trust of a fresh sign-in.",
        _REMEDY,
        confidence=Confidence.MEDIUM if flow.checked else None,
        within=(endpoint.object,),
    )
