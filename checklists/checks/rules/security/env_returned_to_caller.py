"""Endpoints that answer with a variable of the server's environment."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.endpoints import PLURALS, function_of, place, short
from checklists.checks.subjects.secret_names import is_public, is_secret
from checklists.model import Confidence, Severity
from checklists.ts.index import CallerState, Disclosure, Endpoint

CHECK = Check(
    items=("no-client-secrets", "actions-authenticated"),
    rule="env-returned-to-caller",
    severity=Severity.BLOCKER,
    sources=True,
)
_HELD = re.compile(r"(?:^|_)(?:KEY|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS|DSN)$")
# Keys that are made to be seen by visitors.
_SHOWN = re.compile(
    r"PUBLIC|PUBLISHABLE|ANON|SITE_?KEY|MAPS|MAPBOX|SEARCH|CLIENT_KEY|POSTHOG|PUSHER_KEY|SENTRY"
)


def find(project: Project) -> Iterator[Said]:
    """Every endpoint that answers anything."""
    for endpoint in project.sources.endpoints:
        function = function_of(project, endpoint)
        if function is None or not (function.replies or function.discloses):
            continue
        yield Examined(f"{PLURALS[endpoint.kind]} that answer")
        told = sorted(function.discloses, key=lambda each: (not each.chosen, each.name != "*", each.name))
        said = next((said for each in told if (said := _of(project, endpoint, each)) is not None), None)
        if said is not None:
            yield said


def _of(project: Project, endpoint: Endpoint, told: Disclosure) -> Flag | Unsure | None:
    if told.chosen and told.checked:
        because = (
            f"`{short(endpoint)}` answers with the variable of the environment that `{told.name}` names, "
            f"and whether a test leaves only harmless names is not known ({told.checked})"
        )
        return Unsure(endpoint.object, because, told.location)
    if told.chosen:
        what = f"the variable of the server's environment that its caller names (`{told.name}`): every secret"
    elif told.name == "*":
        what = "the server's whole environment: every secret"
    elif is_secret(told.name):
        what = f"the value of {told.name}: the secret"
    elif _HELD.search(told.name) and not is_public(told.name) and not _SHOWN.search(told.name):
        what = f"the value of {told.name}, by its name a secret: it"
    else:
        return None
    return _flag(project, endpoint, told, what)


def _flag(project: Project, endpoint: Endpoint, told: Disclosure, what: str) -> Flag:
    function = function_of(project, endpoint)
    asked = function is not None and any(guard.gates for guard in function.guards)
    known = asked or project.sources.callers[endpoint.object].state is CallerState.VERIFIED
    guessed = not told.chosen and told.name != "*" and not is_secret(told.name)
    who = "every signed-in user" if known else "whoever calls it"
    own = told.location.path == endpoint.location.path
    return Flag(
        endpoint.object,
        told.location if own else place(project, endpoint),
        f"`{short(endpoint)}` answers with {what} goes to {who}.",
        "Read the one variable that is needed on the server and keep it there; move helpers out of "
        "`'use server'` files, and replace what has been within reach.",
        severity=Severity.HIGH if known or guessed else None,
        confidence=Confidence.MEDIUM if guessed else None,
        within=(endpoint.object,),
    )
