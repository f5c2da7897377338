"""What one user may see is kept in a cache that serves everybody."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.caching import Cached, cached
from checklists.checks.subjects.endpoints import function_of, place, short
from checklists.checks.subjects.steering import without_strings
from checklists.checks.subjects.usage import table_of
from checklists.model import Confidence, Severity
from checklists.sql.expressions import Names
from checklists.sql.questions.access import caller_columns
from checklists.sql.schema import Command, Facet
from checklists.ts.index import CallerState, Endpoint, Function, Key, Query

CHECK = Check(
    items=("caches-scoped", "cache-headers"),
    rule="shared-cache-user-data",
    severity=Severity.BLOCKER,
    reads=(Facet.RLS, Facet.TABLES),
    sources=True,
)
_ASKS = frozenset({"getUser", "getClaims", "getSession"})
_CLIENT = re.compile(r"Supabase\w*Client|\bsupabase\w*\s*(?::|$)|\bclient\w*\s*(?::|$)", re.IGNORECASE)
_WHO = re.compile(
    r"(?<![.\w$])((?:user|session|claims|member|account|tenant|org|profile)\w*(?:[?!]?\.\w+)*)", re.IGNORECASE
)
_SHARED = re.compile(r"\bpublic\b[^'\"`\n]*max-age|\bs-maxage=(?!0\b)", re.IGNORECASE)
_HEADER = re.compile(
    r"""['"]?(?:CDN-|Vercel-CDN-)?Cache-Control['"]?\s*[:,]\s*(?:\n\s*)?(['"`][^'"`\n]*['"`]|\w+)""",
    re.IGNORECASE,
)
_KEYED = (
    "Give the function the verified user's id as a parameter, filter by it, and let it be part of the key"
)


def find(project: Project) -> Iterator[Said]:
    """Every function that the server caches, then every endpoint whose answer others may keep."""
    for each in cached(project):
        yield Examined("cached functions")
        flag = _of_cached(project, each)
        if flag is not None:
            yield flag
    for endpoint in project.sources.endpoints:
        function = function_of(project, endpoint)
        if function is not None and _is_kept(project, function):
            yield Examined("answers that shared caches may keep")
            if _is_personal(project, endpoint, function):
                yield _answer(project, endpoint)


def _of_cached(project: Project, each: Cached) -> Flag | None:
    asks = any(query.api == "auth" and query.operation in _ASKS for query in each.queries)
    handed = [parameter for parameter in each.parameters if _CLIENT.search(parameter)]
    keyed = len(handed) < len(each.parameters)
    if handed and not keyed and not _WHO.search(without_strings(each.keys)):
        return _flag(
            each,
            f"is handed a client ({handed[0].strip()}) that is no part of its key: the first caller's rows "
            "are "
            "everyone's until it expires",
        )
    captured = _captured(each)
    if captured:
        return _flag(
            each,
            f"reads by `{captured}`, which is neither a parameter nor part of its key: the first caller's "
            "rows "
            "are everyone's until it expires",
        )
    if (asks or any(query.key is Key.USER for query in each.queries)) and not keyed:
        return _flag(each, "acts as the user who calls it, and keeps the answer under one key for all")
    wide = next((query for query in each.queries if not each.parameters and _is_wide(project, query)), None)
    if wide is None:
        return None
    return _flag(
        each,
        f"reads {wide.table} with the service role and no condition, though its policies show each caller "
        "only "
        "rows of their own: everyone gets all of them",
        Severity.HIGH,
        Confidence.MEDIUM,
    )


def _captured(each: Cached) -> str:
    """A variable from around the function that a filter names a user by, and that the key does not hold."""
    if each.how != "unstable_cache":
        return ""  # the compiler makes what `'use cache'` takes from around it part of the key
    known = " ".join((*each.parameters, each.keys))
    for query in each.queries:
        for _, _, value in query.filters:
            found = _WHO.match(value)
            root = re.match(r"[\w$]+", value)
            if found is None or root is None or query.location.path != each.location.path:
                continue
            made = re.search(rf"\b(?:const|let|var)\b[^=;\n]*\b{re.escape(root[0])}\b[^=;\n]*=", each.text)
            if made is None and not re.search(rf"\b{re.escape(root[0])}\b", known):
                return found[0]
    return ""


def _is_wide(project: Project, query: Query) -> bool:
    table = table_of(project, query)
    if table is None or query.key is not Key.SERVICE or query.operation != "select" or query.filters:
        return False
    if query.single or "head: true" in query.text or not table.rls_enabled:
        return False
    readable = [policy for policy in table.policies if policy.permissive and policy.governs(Command.SELECT)]
    bound = caller_columns(table, Names.of(project.schema, table))
    return bool(readable and bound) and not any(policy.applies_to("anon") for policy in readable)


def _is_kept(project: Project, function: Function) -> bool:
    module = project.sources.modules[function.location.path]
    if "cache-control" not in module.text.lower():
        return False
    for value in _HEADER.findall(function.text):
        text = value
        if value[:1] not in "'\"`":
            declared = re.search(
                rf"\b{re.escape(value)}\b[^=\n]*=\s*([^\n]*(?:\n\s+['\"`][^\n]*)?)", module.text
            )
            text = declared[1] if declared else ""
        if _SHARED.search(text):
            return True
    return False


def _is_personal(project: Project, endpoint: Endpoint, function: Function) -> bool:
    """Whether the answer is for one user: they must be known, or the query runs with their own rights."""
    caller = project.sources.callers[endpoint.object]
    known = caller.state is CallerState.VERIFIED and bool(set(caller.bases) & _ASKS)
    reads = [query for query in function.queries if query.operation == "select"]
    mine = any(_WHO.match(value) and "user" in value.lower() for q in reads for _, _, value in q.filters)
    return known and (mine or any(query.key is Key.USER for query in reads))


def _flag(
    each: Cached, what: str, severity: Severity | None = None, confidence: Confidence | None = None
) -> Flag:
    return Flag(
        f"call:{each.function}/{each.how.strip(chr(39)).replace(' ', '_')}",
        each.location,
        f"{each.name} is cached with {each.how} and {what}.",
        f"{_KEYED}; or drop the cache.",
        severity=severity,
        confidence=confidence,
    )


def _answer(project: Project, endpoint: Endpoint) -> Flag:
    return Flag(
        endpoint.object,
        place(project, endpoint),
        f"`{short(endpoint)}` answers a known caller with what is theirs, and its Cache-Control lets every "
        "cache on the way keep it and serve it to the next one.",
        "Answer with `Cache-Control: private, no-store`.",
        within=(endpoint.object,),
    )
