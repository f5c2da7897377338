"""A user's data is kept in a key-value store under a key that names no user, or for ever."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.places import named
from checklists.model import Confidence, Severity
from checklists.ts.index import Function, Key, Use

CHECK = Check(
    items=("caches-scoped",),
    rule="cache-key-scope",
    severity=Severity.HIGH,
    sources=True,
)
_STORE = re.compile(r"redis|@vercel/kv|@upstash/")
_WRITES = frozenset({"hset", "mset", "set", "setex"})
_FIXED = re.compile(r"""^(?:'[^']*'|"[^"]*"|`[^`$]*`)$""")
_EXPIRES = re.compile(r"\b(?:ex|px|exat|pxat|EX|PX|keepTtl|nx)\b")
_LATER = re.compile(r"\.(?:expire|pexpire|expireat)\(")
_MINE = re.compile(
    r"\b(?:user|session|claims)\w*[?!]?\.(?:id|sub|email)\b|\bauth\.(?:getUser|getClaims|getSession)\("
)


def find(project: Project) -> Iterator[Said]:
    """Every value that is written to Redis or Vercel KV."""
    for use in project.sources.uses:
        if use.name not in _WRITES or not _STORE.search(use.package) or len(use.arguments) < 2:
            continue
        yield Examined("values written to a key-value store")
        function = project.sources.functions.get(use.function)
        if function is not None and _FIXED.match(use.arguments[0]) and _is_personal(function):
            yield _shared(use)
        elif use.name == "set" and not _expires(use, function):
            yield _lasting(use)


def _is_personal(function: Function) -> bool:
    """Whether the function reads for the one who calls it."""
    return bool(_MINE.search(function.text)) or any(query.key is Key.USER for query in function.queries)


def _expires(use: Use, function: Function | None) -> bool:
    options = " ".join(use.arguments[2:])
    if options.isidentifier() or _EXPIRES.search(options):
        return True
    return function is not None and _LATER.search(function.text) is not None


def _shared(use: Use) -> Flag:
    return Flag(
        f"call:{use.function}/{use.name}",
        use.location,
        f"{named(use.function)} reads for the user who calls it and keeps the result under "
        f"{use.arguments[0]}, which is "
        "the same for everybody: the next user gets it.",
        "Put the verified user's or organisation's id into the key: `dash:${user.id}`.",
    )


def _lasting(use: Use) -> Flag:
    return Flag(
        f"call:{use.function}/{use.name}",
        use.location,
        f"{named(use.function)} keeps {use.arguments[0]} without an end: what changes or is deleted in the "
        "database stays in the store until it is written again.",
        "Give it a time to live: { ex: 60 }.",
        severity=Severity.INFO if _FIXED.match(use.arguments[0]) else Severity.LOW,
        confidence=Confidence.MEDIUM,
    )
