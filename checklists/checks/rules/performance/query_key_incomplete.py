"""React Query fetches by an id that its key does not hold, or shares one client on the server."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.apps import dependencies
from checklists.checks.subjects.places import named
from checklists.model import Severity
from checklists.ts.index import SourceIndex, Use
from checklists.ts.objects import entries

CHECK = Check(
    items=("caches-scoped",),
    rule="cache-key-scope",
    severity=Severity.LOW,
    sources=True,
    peers=("@tanstack/eslint-plugin-query:exhaustive-deps",),
)
_QUERIES = frozenset(
    {"fetchQuery", "prefetchQuery", "queryOptions", "useInfiniteQuery", "useQuery", "useSuspenseQuery"}
)
# What fetches while a page is rendered; `useQuery` waits for the browser.
_ON_SERVER = frozenset(
    {
        "HydrationBoundary", "dehydrate", "ensureQueryData", "fetchQuery", "prefetchInfiniteQuery",
        "prefetchQuery", "usePrefetchQuery", "useSuspenseInfiniteQuery", "useSuspenseQueries",
        "useSuspenseQuery",
    }
)  # fmt: skip
_ID = re.compile(r"(?<![.\w$'\"`])([a-z][\w$]*(?:Id|ID|_id|Slug|slug|Ids))\b(?!\s*(?:[(:]|=(?![=>])))")
_MADE = re.compile(r"\b(?:const|let)\s+([^=;]+?)=|(?:^|[(,])\s*\(?([\w$,\s{}:]*)\)?\s*=>")
# Columns of an embedded select are named in text, and nothing of it varies.
_TEXT = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|`(?:[^`\\$]|\\.|\$(?!\{))*`")
_PACKAGE = re.compile(r"^@tanstack/\w+-query$")


def find(project: Project) -> Iterator[Said]:
    """Every query of React Query that is written out, then clients at the top of files."""
    for use in project.sources.uses:
        if not _PACKAGE.match(use.package):
            continue
        if use.name in _QUERIES:
            yield Examined("React Query keys")
            missing = _missing(use)
            if missing:
                yield _flag(use, missing)
        elif use.name == "new QueryClient" and use.function.endswith("#module"):
            yield Examined("React Query clients")
            if "next" in dependencies(project, use.location.path):
                yield _shared(project.sources, use)


def _missing(use: Use) -> str:
    """An id from around the function that decides what is fetched and is not in the key."""
    options = entries(use.arguments[0]) if use.arguments else None
    if options is None or not options.get("queryKey", "").startswith("[") or "queryFn" not in options:
        return ""
    key, fetch = options["queryKey"], options["queryFn"]
    if "..." in key:
        return ""
    made = " ".join(first or second for first, second in _MADE.findall(fetch))
    for name in _ID.findall(_TEXT.sub("''", fetch)):
        if name not in key and not re.search(rf"\b{re.escape(name)}\b", made):
            return str(name)
    return ""


def _flag(use: Use, missing: str) -> Flag:
    return Flag(
        f"call:{use.function}/{use.name}",
        use.location,
        f"{named(use.function)} fetches by `{missing}`, and its queryKey does not hold it: after it "
        "changes, the rows of the "
        "last one are shown.",
        f"Add `{missing}` to the queryKey.",
    )


def _shared(sources: SourceIndex, use: Use) -> Flag:
    """Medium where something is fetched on the server; a note where only the browser loads the file."""
    path = use.location.path
    imports = [each for module in sources.modules.values() for each in module.imports if each.target == path]
    late = bool(imports) and all(each.dynamic or each.type_only for each in imports)
    fetched = any(each.name in _ON_SERVER and _PACKAGE.match(each.package) for each in sources.uses)
    return Flag(
        f"call:{use.function}/QueryClient",
        use.location,
        f"{path} makes one QueryClient for the whole module: on the server all requests share it, and what "
        "one user's page fetches there is left for the next.",
        "Make it in the component's state (`useState(() => new QueryClient())`), and anew for each request "
        "on the server.",
        severity=Severity.INFO if late else Severity.MEDIUM if fetched else None,
    )
