"""A queue's handler works for whoever calls it: no signature is checked."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.endpoints import place, short
from checklists.checks.subjects.places import route_address
from checklists.model import Severity
from checklists.ts.index import CallerState, Endpoint, EndpointKind, Module

CHECK = Check(
    items=("jobs-secured",),
    rule="queue-webhook-signed",
    severity=Severity.HIGH,
    sources=True,
)
_QSTASH = re.compile(r"^(?:npm:)?@upstash/(?:qstash|workflow)(?:[/@]|$)")
_INNGEST = re.compile(r"^(?:npm:)?inngest(?:[/@]|$)")
_VERIFIES = re.compile(r"verifySignature\w*|new Receiver\(|upstash-signature", re.IGNORECASE)
_ADDRESS = re.compile(r"\burl\s*:\s*(?:`[^`]*?|['\"][^'\"]*?|[\w.!]+\s*\+\s*['\"`])(/api/[\w/-]+)")
_UNSIGNED = re.compile(r"\bisDev\s*:\s*true\b")
_KNOWN = (CallerState.VERIFIED, CallerState.HARMLESS)


def find(project: Project) -> Iterator[Said]:
    """Every route that QStash is told to call or that is written for it, then every client of Inngest."""
    targets = _targets(project)
    for endpoint in project.sources.of_kind(EndpointKind.ROUTE):
        module = project.sources.modules[endpoint.location.path]
        if _is_handler(endpoint, module, targets):
            yield Examined("handlers of queues")
            if not _VERIFIES.search(module.text):
                yield from _say(project, endpoint)
    for use in project.sources.uses:
        if use.name == "new Inngest" and _INNGEST.match(use.package):
            yield Examined("clients of Inngest")
            if use.arguments and _UNSIGNED.search(use.arguments[0]):
                yield Flag(
                    f"call:{use.function}/Inngest",
                    use.location,
                    "The client of Inngest is told that it runs in development: its handler then takes "
                    "every request, "
                    "signed or not.",
                    "Leave `isDev` out, and set INNGEST_SIGNING_KEY where it runs.",
                )


def _targets(project: Project) -> frozenset[str]:
    """The addresses of this app that it asks QStash to call."""
    texts = (" ".join(use.arguments) for use in project.sources.uses if use.name == "publishJSON")
    return frozenset(address for text in texts for address in _ADDRESS.findall(text))


def _is_handler(endpoint: Endpoint, module: Module, targets: frozenset[str]) -> bool:
    if endpoint.name.endswith(("#GET", "#HEAD", "#OPTIONS")):
        return False
    if route_address(module.path) in targets:
        return True
    receives = any(
        _QSTASH.match(each.specifier)
        and any(name.startswith(("verify", "Receiver")) for _, name in each.names)
        for each in module.imports
    )
    return receives or "upstash-signature" in module.text.lower()


def _say(project: Project, endpoint: Endpoint) -> Iterator[Said]:
    caller = project.sources.callers[endpoint.object]
    if caller.state in _KNOWN:
        return
    if caller.state is CallerState.UNKNOWN:
        yield Unsure(
            endpoint.object, caller.because or "who calls it cannot be told", place(project, endpoint)
        )
        return
    yield Flag(
        endpoint.object,
        place(project, endpoint),
        f"QStash calls `{short(endpoint)}`, and so can anyone: nothing checks the signature of the request.",
        "export const POST = verifySignatureAppRouter(handler), or check the raw body with a Receiver.",
        within=(endpoint.object,),
    )
