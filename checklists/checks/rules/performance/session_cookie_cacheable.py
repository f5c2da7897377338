"""Session cookies are set on an answer without the headers that keep caches from storing it."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.apps import requirement
from checklists.model import Severity
from checklists.ts.index import Use
from checklists.ts.objects import entries

CHECK = Check(
    items=("cache-headers",),
    rule="ssr-cookie-cache-headers",
    severity=Severity.MEDIUM,
    sources=True,
)
_PACKAGE = "@supabase/ssr"
_FIRST_WITH_HEADERS = (0, 10)
_VERSION = re.compile(r"(\d+)\.(\d+)")
_ON_RESPONSE = re.compile(
    r"\b(?:res|response|\w*Response)\b[\w.?!]*\.cookies\.set\(|\.headers\.append\(\s*['\"][Ss]et-[Cc]ookie"
)
_HEAD = re.compile(r"^\s*(?:async\s+)?(?:setAll\s*)?(?:function\s*)?\(([^)]*)\)|^\s*(?:async\s+)?(\w+)\s*=>")
_KEPT = re.compile(r"\bno-store\b")


def find(project: Project) -> Iterator[Said]:
    """Every server client of @supabase/ssr that writes cookies to a response of its own."""
    for use in project.sources.uses:
        if use.name != "createServerClient" or not use.package.startswith(_PACKAGE) or len(use.arguments) < 3:
            continue
        written = _set_all(use)
        if written is None or not _ON_RESPONSE.search(written):
            continue  # next/headers sets them in a Server Component or action, where nothing else can be set
        yield Examined("clients that set session cookies on a response")
        version = _VERSION.search(requirement(project, use.location.path, _PACKAGE))
        if _takes_headers(written) or _is_kept(project, use):
            continue
        if version is None:
            yield Unsure(
                f"call:{use.function}/{use.name}",
                "it sets session cookies and takes no headers, and the version of @supabase/ssr, which "
                "hands them over "
                "from 0.10 on, is not in the repo",
                use.location,
            )
        elif (int(version[1]), int(version[2])) >= _FIRST_WITH_HEADERS:
            yield _flag(use)


def _set_all(use: Use) -> str | None:
    cookies = (entries(use.arguments[2]) or {}).get("cookies", "")
    return (entries(cookies) or {}).get("setAll")


def _takes_headers(written: str) -> bool:
    head = _HEAD.match(written)
    return head is not None and "," in (head[1] or "").strip().rstrip(",")


def _is_kept(project: Project, use: Use) -> bool:
    function = project.sources.functions.get(use.function)
    return function is not None and _KEPT.search(function.text) is not None


def _flag(use: Use) -> Flag:
    return Flag(
        f"call:{use.function}/{use.name}",
        use.location,
        "Refreshed session cookies are set here, and the second argument of `setAll`, the headers that "
        "forbid caching, "
        "is left out: a cache that stores the answer signs the next visitor in as this user.",
        "setAll(cookies, headers) "
        "{ …; for (const [k, v] of Object.entries(headers)) response.headers.set(k, v) }",
    )
