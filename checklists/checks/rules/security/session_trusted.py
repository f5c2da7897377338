"""Server code that believes a session cookie, or a token, whose signature nobody has checked."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.apps import runs_in_browser
from checklists.checks.subjects.places import named
from checklists.model import Severity
from checklists.ts.index import Function, Guard, Key, Module

CHECK = Check(
    items=("actions-authenticated",),
    rule="auth-verified-not-session",
    severity=Severity.HIGH,
    sources=True,
)
_UNSIGNED = frozenset({"getSession", "decoded"})
_ASKS = frozenset({"getUser", "getClaims", "getSession", "decoded"})
_FORWARDS = re.compile(r"access_token|provider_token|refresh_token")
_USES = re.compile(r"session\w*\s*[?!]?\.\s*user\b")
_REMEDY = (
    "Call `supabase.auth.getUser()` (or `getClaims()`), which checks the token, and test the user that it "
    "returns."
)


def find(project: Project) -> Iterator[Said]:
    """Every server function that asks Supabase who is calling."""
    for function in project.sources.functions.values():
        own = [
            guard
            for guard in function.guards
            if guard.basis in _ASKS and guard.via is None and guard.how != "wrapper"
        ]
        module = project.sources.modules.get(function.location.path)
        if not own or module is None or _is_browser(project, module, function):
            continue
        yield Examined("functions that ask who is calling")
        verified = any(guard.gates and guard.basis not in _UNSIGNED and not guard.error_only for guard in own)
        for guard in own:
            skipped = verified or (_is_idle(guard, own) and not _acts(function))
            flag = None if skipped else _flag(project, function, guard)
            if flag is not None:
                yield flag
                break


def _is_browser(project: Project, module: Module, function: Function) -> bool:
    if "use client" in module.directives or module.path in project.sources.reachable_from_client:
        return True
    return function.id not in project.sources.within and runs_in_browser(project, module.path)


def _flag(project: Project, function: Function, guard: Guard) -> Flag | None:
    if guard.hollow:
        return _hollow(project, function, guard)
    if guard.error_only:
        if all(query.api == "auth" for query in function.queries):
            return None  # it hands the user on, for its caller to test
        return None if _is_told(function, guard) else _error_only(project, function, guard)
    if guard.basis not in _UNSIGNED or not guard.gates:
        return None
    if guard.basis == "getSession" and _FORWARDS.search(function.text) and not _USES.search(function.text):
        return None
    from_cookie = guard.basis == "getSession"
    what = "getSession() reads it from the cookie" if from_cookie else "the token is only decoded"
    message = (
        f"`{named(function.id)}` lets callers through on an identity that nobody has checked: {what}, and "
        "the sender can write there what they like."
    )
    severity = _severity(function) if from_cookie else None
    return Flag(_object(project, function, guard), guard.location, message, _REMEDY, severity=severity)


def _severity(function: Function) -> Severity | None:
    """Less where RLS looks at the token itself: it refuses a forged one, whatever the cookie says."""
    tables = [query for query in function.queries if query.api != "auth"]
    if any(query.key in (Key.SERVICE, Key.OWNER) for query in tables):
        return None
    if any(query.operation != "select" for query in tables):
        return Severity.MEDIUM
    return Severity.MEDIUM if _USES.search(function.text) and not tables else Severity.LOW


def _is_idle(guard: Guard, own: list[Guard]) -> bool:
    """Whether it decides nothing, or stands where one that decides nothing has let its caller in."""
    first, last = guard.covers
    around = (each.covers for each in own if each.idle and each.location == guard.location)
    return not guard.hollow and any(start <= first and last <= end for start, end in around)


def _is_told(function: Function, guard: Guard) -> bool:
    """Whether the error only chooses a word: `error ? "down" : "up"` of a probe lets nobody in."""
    first, last = guard.covers
    return first == last and not any(first <= each.location.line <= last for each in function.queries)


def _acts(function: Function) -> bool:
    """Whether it writes, or reads with more than the caller's own rights, which check the session's token."""
    return any(
        query.api != "auth" and (query.operation != "select" or query.key in (Key.SERVICE, Key.OWNER))
        for query in function.queries
    )


def _hollow(project: Project, function: Function, guard: Guard) -> Flag:
    message = (
        f"`{named(function.id)}` tests the answer of {guard.basis}() instead of the user in it: "
        f"{guard.because}, so everyone passes."
    )
    remedy = f"Take the user out of it and test that. {_REMEDY}"
    severity = None if _acts(function) else Severity.LOW
    return Flag(_object(project, function, guard), guard.location, message, remedy, severity=severity)


def _error_only(project: Project, function: Function, guard: Guard) -> Flag:
    if guard.gates:
        message = f"`{named(function.id)}` tests the error of {guard.basis}() and never the user."
        return Flag(
            _object(project, function, guard), guard.location, message, _REMEDY, severity=Severity.LOW
        )
    message = (
        f"`{named(function.id)}` tests only the error of {guard.basis}(): without a session there is none, "
        "and a stranger gets through."
    )
    return Flag(_object(project, function, guard), guard.location, message, _REMEDY)


def _object(project: Project, function: Function, guard: Guard) -> str:
    endpoint = next((each for each in project.sources.endpoints if each.function == function.id), None)
    return endpoint.object if endpoint is not None else f"call:{function.id}/{guard.basis}"
