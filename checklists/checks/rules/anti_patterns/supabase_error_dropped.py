"""Nobody looks at the error of a Supabase call, or the call is never sent."""

import re
from collections.abc import Iterator
from functools import lru_cache

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.bystanders import is_script, is_test
from checklists.checks.subjects.places import function_name, operation, query_object, target
from checklists.model import Severity
from checklists.ts.index import Query, SourceIndex
from checklists.ts.objects import entries

CHECK = Check(
    items=("unhandled-errors",),
    rule="supabase-error-handled",
    severity=Severity.MEDIUM,
    sources=True,
    peers=("typescript-eslint:no-floating-promises",),
)

_APIS = frozenset({"auth", "functions", "storage", "supabase"})
# An error and "nobody is signed in" come to the same: both leave `user` empty, and that is what is tested.
_IDENTITY = frozenset({"getClaims", "getSession", "getUser", "getAuthenticatorAssuranceLevel"})
_ASKED = frozenset({"getClaims", "getUser"})
_HARMLESS = frozenset({"getPublicUrl", "onAuthStateChange", "signOut", "startAutoRefresh", "stopAutoRefresh"})
_READS = frozenset({"createSignedUrl", "createSignedUrls", "download", "list", "select"})
_BEFORE, _AFTER = 5, 4
_TOLERATED = re.compile(
    r"(?://|\*).*(?:best[- ]?effort|opportunistic|non-?(?:fatal|blocking|critical)|fire[- ]and[- ]forget"
    r"|tolerant|swallow|ignore)",
    re.IGNORECASE,
)
_EMPTY_CATCH = re.compile(r"\bcatch\b[^{\n]*\{\s*(?://[^\n]*\s*|/\*.*?\*/\s*)*\}", re.DOTALL)
_SEEN = re.compile(r"^(?:last_?\w+|updated_?at|\w*_?seen_?at)$", re.IGNORECASE)

# A count of what was looked at: nobody loses anything where it stands still.
_COUNTED = re.compile(r"(?:^|_)(?:increment|bump|count|track|view|views|log)(?:_|$)")


def find(project: Project) -> Iterator[Said]:
    """Every call of a Supabase client whose result is at hand."""
    for query in project.sources.queries():
        if query.api not in _APIS or query.operation in _HARMLESS or is_test(query.location.path):
            continue
        yield Examined("Supabase calls")
        if not query.awaited and query.error_read is False and query.api == "supabase":
            yield _never_sent(query)
        elif query.error_read is False and not _is_tested_otherwise(project.sources, query):
            yield _dropped(project.sources, query)


def _is_tested_otherwise(sources: SourceIndex, query: Query) -> bool:
    """`getUser` tells by an empty user, a look-up by refusing when nothing comes back."""
    if query.operation in _IDENTITY:
        return True
    function = sources.functions.get(query.function)
    if function is not None and _is_session(query):
        return any(each.operation in _ASKED and _is_after(each, query) for each in function.queries)
    return function is not None and query.api == "supabase" and _is_probe(query, function.text)


def _is_after(later: Query, query: Query) -> bool:
    """Whether it asks, further down in the same file, who the session is of."""
    return later.location.path == query.location.path and later.location.line > query.location.line


def _is_probe(query: Query, text: str) -> bool:
    """`const { data: old } = …maybeSingle(); if (!old) throw`: nothing found and failed alike refuse."""
    if not query.result or query.operation not in ("rpc", "select"):
        return False
    names = "|".join(re.escape(name) for name in query.result)
    one = query.single or query.operation == "rpc"
    refuses = "return|throw|redirect|notFound" if one else "throw"  # an empty list is there, and no refusal
    return re.search(rf"if\s*\(\s*!\s*(?:{names})\b[^{{;]*\)\s*\{{?\s*(?:{refuses})", text) is not None


def _is_given_up(sources: SourceIndex, query: Query) -> bool:
    """Whether the code says that it may fail: in words beside it, by a `catch` that does nothing, or as it
    writes no more than when something was last seen.
    """
    module = sources.modules.get(query.location.path)
    lines = _lines(module.text) if module is not None else ()
    before = lines[max(query.location.line - _BEFORE, 0) : query.location.line - 1]
    after = "\n".join(lines[query.location.line - 1 : query.location.end_line + _AFTER])
    written = entries(query.payload) or {}
    return (
        any(_TOLERATED.search(line) for line in before)
        or _EMPTY_CATCH.search(after) is not None
        or (bool(written) and all(_SEEN.match(name) for name in written))
    )


@lru_cache(maxsize=4)
def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n"))


def _dropped(sources: SourceIndex, query: Query) -> Flag:
    """A function whose rows are taken was called for them; a script's run is watched."""
    reads = query.operation in _READS or (query.operation == "rpc" and bool(query.result))
    script = is_script(query.location.path)
    least = Severity.INFO if script else Severity.LOW
    consequence = (
        "a failed read looks like an empty one." if reads else "the code goes on as if it had happened."
    )
    return Flag(
        object=query_object(query),
        location=query.location,
        message=f"{function_name(query)} does not look at the error of {query.operation} on "
        f"{target(query)}: Supabase "
        f"calls do not throw, so {consequence}",
        remedy="Take the error and act on it: const { data, error } = await …; if (error) …; or add "
        ".throwOnError().",
        severity=least
        if reads or _is_session(query)
        else Severity.LOW
        if script or _is_given_up(sources, query)
        else None,
    )


def _is_session(query: Query) -> bool:
    """A session that could not be made or renewed shows at the next test of the user."""
    return query.api == "auth" and not query.operation.startswith("admin.")


def _never_sent(query: Query) -> Flag:
    return Flag(
        object=query_object(query),
        location=query.location,
        message=f"{function_name(query)} builds {operation(query)} on {target(query)} and never sends "
        "it: a Supabase query "
        "runs only when it is awaited.",
        remedy="Await it: const { error } = await …; if (error) ….",
        severity=Severity.MEDIUM if _COUNTED.search(query.table or "") else Severity.HIGH,
    )
