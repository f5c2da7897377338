"""Edge functions for which the platform's token check is off, and that verify no caller themselves."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.model import Location, Severity
from checklists.ts.index import CallerState, EndpointKind

CHECK = Check(
    items=("service-role-contained", "actions-authenticated", "edge-callers-verified"),
    rule="edge-fn-verify-jwt-off",
    severity=Severity.HIGH,
    sources=True,
    edge=True,
)
_BEFORE_SIGN_IN = re.compile(
    r"(?:^|[-_])(?:passkey|webauthn|login|log-?in|sign-?in|sign-?up|otp|magic-?link|forgot|recover|oauth|callback)",
    re.IGNORECASE,
)
_OPEN = (CallerState.UNVERIFIED, CallerState.RLS_ONLY)


def find(project: Project) -> Iterator[Said]:
    """Every edge function with `verify_jwt = false` in config.toml."""
    settings = project.config.get("functions")
    for endpoint in project.sources.of_kind(EndpointKind.EDGE):
        own = settings.get(endpoint.name) if isinstance(settings, dict) else None
        if not isinstance(own, dict) or own.get("verify_jwt") is not False:
            continue
        yield Examined("functions with verify_jwt off")
        caller = project.sources.callers[endpoint.object]
        place = _place(project, endpoint.name) or endpoint.location
        if caller.state in _OPEN:
            early = _BEFORE_SIGN_IN.search(endpoint.name) is not None
            more = " By its name it is a step before there is a session: read what it tells." if early else ""
            yield Flag(
                endpoint.object,
                place,
                f"verify_jwt is off for `{endpoint.name}`, and the function verifies no caller itself: it "
                f"runs for anyone, without even the public key.{more}",
                "Verify a signature, a secret or a user in the function, or turn verify_jwt on.",
                severity=Severity.LOW if early else None,
                within=(endpoint.object,),
            )
        elif caller.state is CallerState.UNKNOWN:
            yield Unsure(endpoint.object, f"verify_jwt is off, and {caller.because}", place)


def _place(project: Project, name: str) -> Location | None:
    """The function's section in config.toml."""
    path = project.layout.config
    text = project.snapshot.text(path) if path is not None else None
    if path is None or text is None:
        return None
    for number, line in enumerate(text.splitlines(), 1):
        if line.replace('"', "").replace(" ", "").startswith(f"[functions.{name}]"):
            return Location(path, number, number + 1)
    return None
