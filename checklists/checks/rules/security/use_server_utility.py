"""Helpers that a 'use server' directive has published as endpoints."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.endpoints import function_of, place, short
from checklists.checks.subjects.reached import is_reached
from checklists.model import Confidence, Location, Severity
from checklists.ts.index import CallerState, Endpoint, EndpointKind, Function, Module

CHECK = Check(
    items=("actions-authenticated",),
    rule="use-server-surface",
    severity=Severity.HIGH,
    sources=True,
)
# Values that no browser can send: a function that takes one is called by the server's own code.
_INTERNAL = re.compile(
    r":\s*(?:Typed)?(?:SupabaseClient|ServerClient|PostgresJsDatabase|PgTransaction|Pool|NextRequest|Request)\b"
)
_HANDLER = re.compile(r"(?:^|/)route\.\w+#(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$")
_WILDCARD = re.compile(r"allowedOrigins\s*:\s*\[[^\]]*['\"`]\*['\"`]")
_REMEDY = (
    "Remove `'use server'` from the file and import `server-only` in it; keep thin actions in a file "
    "of their own."
)


def find(project: Project) -> Iterator[Said]:
    """Every exported function of a file-level `'use server'` module, and Next's list of allowed origins."""
    for endpoint in project.sources.of_kind(EndpointKind.ACTION):
        module = project.sources.modules.get(endpoint.name.partition("#")[0])
        function = function_of(project, endpoint)
        if module is None or function is None or "use server" not in module.directives:
            continue
        if _HANDLER.search(endpoint.name):
            continue  # a route handler is an endpoint without the directive too
        yield Examined("exports of 'use server' files")
        why = _why(project, endpoint, function)
        if why is not None:
            message, severity = why
            yield Flag(endpoint.object, place(project, endpoint), message, _REMEDY, severity=severity)
    for module in project.sources.modules.values():
        yield from _origins(module)


def _why(project: Project, endpoint: Endpoint, function: Function) -> tuple[str, Severity] | None:
    internal = next((p for p in function.parameters if _INTERNAL.search(p)), None)
    known = project.sources.callers[endpoint.object].state is CallerState.VERIFIED
    flow = next(
        (
            f
            for f in function.flows
            if f.use in ("address", "text")
            and f.sink in ("fetch", "sql")
            and f.source.startswith("parameter")
        ),
        None,
    )
    if flow is not None and not flow.checked and not known:
        what = "fetches an address" if flow.sink == "fetch" else "runs SQL"
        message = (
            f"`{short(endpoint)}` is a public endpoint that {what} made of its arguments; `'use server'` "
            "publishes it."
        )
        return message, Severity.HIGH if is_reached(project, endpoint) else Severity.MEDIUM
    if internal is not None:
        message = (
            f"`{short(endpoint)}` takes `{internal.partition('=')[0].strip()}`, so it is a helper for "
            "server code; "
            "`'use server'` publishes it as an endpoint all the same."
        )
        return message, Severity.LOW if known else Severity.MEDIUM
    return None


def _origins(module: Module) -> Iterator[Said]:
    if not re.search(r"(?:^|/)next\.config\.\w+$", module.path) or "allowedOrigins" not in module.text:
        return
    yield Examined("lists of allowed origins")
    found = _WILDCARD.search(module.text)
    if found:
        line = module.text.count("\n", 0, found.start()) + 1
        yield Flag(
            "config:serverActions.allowedOrigins",
            Location(module.path, line, line),
            "Server actions accept requests from every origin: the check that stops other sites is off.",
            "Name the origins that forward requests to this app, without a wildcard.",
            confidence=Confidence.HIGH,
        )
