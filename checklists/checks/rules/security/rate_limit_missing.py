"""Endpoints that cost money or can be guessed at, without a limit in the code."""

import re
from collections.abc import Iterator
from functools import lru_cache

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.endpoints import function_of, place, short
from checklists.checks.subjects.gateways import asking
from checklists.checks.subjects.servers import unread_servers
from checklists.checks.subjects.steered import takes_nothing
from checklists.model import Confidence, Severity
from checklists.ts.index import FOR_ANYONE, CallerState, Effect, Endpoint, EndpointKind, Function

CHECK = Check(
    items=("rate-limits",),
    rule="rate-limit-sensitive",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    sources=True,
)
_CREDENTIALS = frozenset(
    {"signInWithOtp", "signInWithPassword", "signUp", "resetPasswordForEmail", "resend", "verifyOtp"}
)
# Cron jobs and webhooks: whoever holds the secret is no stranger.
_MACHINES = frozenset({"secret", "signature"})
_ADMIN = frozenset({"admin.inviteUserByEmail", "admin.generateLink", "admin.createUser"})
_LIMITER = re.compile(
    r"rate_?-?limit|limiter\b|throttl|ratelimit|\barcjet\b|\baj\.protect\b|turnstile|captcha|checkBotId|rejectBots|"
    r"check_limit|too many requests|\b429\b",
    re.IGNORECASE,
)
_PACKAGES = re.compile(r"upstash/ratelimit|arcjet|rate-limit|bottleneck|botid")
_MEMORY = re.compile(
    r"(?:const|let)\s+\w*(?:rate|limit|hits|attempts|requests|bucket)\w*[^=\n]*=\s*new (?:Map|LRUCache)\b",
    re.IGNORECASE,
)
_STORES = re.compile(r"redis|kv\b|upstash|supabase|postgres|\.rpc\(", re.IGNORECASE)
_SENT = re.compile(r"\b(?:req|request)\.(?:json|text|formData)\(|\breq\.body\b|\bc\.req\.json\(")
# What is in a set of stored ids, or was found in a table, is left out.
_PASSES_OVER = re.compile(
    r"\.filter\(\s*\(?\w+[^)=]*\)?\s*=>\s*!\s*\w+\.has\(|\bif\s*\(\s*(?:exist\w*|already\w*|known|seen|found|processed)\s*\)"
    r"\s*\{?\s*(?:[\w.]+\+\+;?\s*)?continue\b"
)
_WHAT = {
    "mail": "sends mail",
    "message": "sends messages",
    "AI": "runs an AI model",
}
_INVITING = {
    "admin.inviteUserByEmail": "invites users by mail",
    "admin.createUser": "creates users",
    "admin.generateLink": "makes sign-in links",
}


def find(project: Project) -> Iterator[Said]:
    """Every endpoint that signs in, sends mail or messages, or runs an AI model."""
    everywhere = _is_limited_everywhere(project)
    for endpoint in project.sources.endpoints:
        function = function_of(project, endpoint)
        caller = project.sources.callers[endpoint.object]
        effect = next((each for each in caller.effects if _is_sensitive(endpoint, each)), None)
        if function is None or effect is None or (caller.bases and set(caller.bases) <= _MACHINES):
            continue
        yield Examined("sensitive endpoints")
        reached = project.sources.reach(function.id)
        limiter = next((each for each in reached if _limits(each.text)), None)
        if limiter is None and not everywhere:
            yield _flag(project, endpoint, effect)
        elif limiter is not None and _is_in_memory(project, reached):
            yield _in_memory(project, endpoint)
    yield from unread_servers(project, EndpointKind.ROUTE)


@lru_cache(maxsize=16384)
def _limits(text: str) -> bool:
    """Whether the code speaks of a limit; most of it is reached from many endpoints."""
    return _LIMITER.search(text) is not None


def _is_sensitive(endpoint: Endpoint, effect: Effect) -> bool:
    if effect.operation == "verifyOtp" and endpoint.kind is EndpointKind.ROUTE:
        return False  # the link in a mail carries a long token, which nobody guesses
    if effect.kind == "credentials":
        return effect.operation in _CREDENTIALS
    return effect.kind in ("mail", "message", "AI") or (effect.kind == "auth" and effect.operation in _ADMIN)


def _is_limited_everywhere(project: Project) -> bool:
    """A middleware with a limiter stands before every endpoint."""
    modules = project.sources.modules.values()
    return any(
        re.search(r"(?:^|/)(?:middleware|proxy)\.\w+$", module.path)
        and any(
            _PACKAGES.search(each.specifier) or _LIMITER.search(each.specifier) for each in module.imports
        )
        for module in modules
    )


def _is_in_memory(project: Project, reached: tuple[Function, ...]) -> bool:
    """The only store of the limiter is a Map in the module, which each instance has for itself."""
    limiters = [each for each in reached if re.search(r"limit|throttle", each.name, re.IGNORECASE)]
    texts = {each.location.path: project.sources.modules[each.location.path].text for each in limiters}
    return bool(texts) and all(_MEMORY.search(text) and not _STORES.search(text) for text in texts.values())


def _flag(project: Project, endpoint: Endpoint, effect: Effect) -> Flag:
    what = _WHAT.get(effect.kind) or _INVITING.get(effect.operation, f"calls `auth.{effect.operation}`")
    known = project.sources.callers[endpoint.object].state is CallerState.VERIFIED
    known = known or _is_done_once(project, endpoint)
    lent = effect.kind == "credentials"
    paid = _pays_for_anybody(project, endpoint, effect)
    open_to_all = " Nobody is asked who they are: whoever finds it spends the budget." if paid else ""
    return Flag(
        endpoint.object,
        place(project, endpoint),
        f"`{short(endpoint)}` {what}, and no limiter is called before it.{open_to_all}"
        f"{' Supabase Auth has limits of its own, for the whole project.' if lent else ''}",
        "Limit by verified user or trusted address before the work (`@upstash/ratelimit`, Arcjet, a "
        "counter in Postgres).",
        severity=Severity.LOW if known or lent else Severity.HIGH if paid else None,
        confidence=Confidence.LOW if known or lent else None,
        within=(endpoint.object,),
        related=(effect.location,),
    )


def _is_done_once(project: Project, endpoint: Endpoint) -> bool:
    """Whether a caller chooses nothing, and what was done before is passed over: asking again is free."""
    function = function_of(project, endpoint)
    if function is None or not takes_nothing(endpoint, function):
        return False
    return any(_PASSES_OVER.search(each.text) for each in project.sources.reach(function.id))


def _pays_for_anybody(project: Project, endpoint: Endpoint, effect: Effect) -> bool:
    """Whether it sends a model what its caller wrote, and asks for no session and no secret."""
    caller = project.sources.callers[endpoint.object]
    function = function_of(project, endpoint)
    public = caller.state is CallerState.UNVERIFIED or caller.because.startswith(FOR_ANYONE)
    asked = caller.bases or not (public or caller.state is CallerState.HARMLESS)
    return (
        effect.kind == "AI"
        and endpoint.kind is EndpointKind.ROUTE
        and not asked
        and function is not None
        and _SENT.search(function.text) is not None
        and asking(project, endpoint) is None
    )


def _in_memory(project: Project, endpoint: Endpoint) -> Flag:
    return Flag(
        endpoint.object,
        place(project, endpoint),
        f"`{short(endpoint)}` counts requests in a Map: each serverless instance starts at zero.",
        "Keep the counter where all instances see it: Redis, Vercel KV, or Postgres.",
        severity=Severity.LOW,
        within=(endpoint.object,),
    )
