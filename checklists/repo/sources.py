"""Which TypeScript and JavaScript files are the repo's own running code."""

import re
from collections.abc import Iterator

from checklists.repo.selection import SOURCE_SUFFIXES, suffix_of
from checklists.repo.snapshot import Snapshot, SourceFile

_JAVASCRIPT = frozenset({".js", ".mjs", ".cjs"})
_NEVER = frozenset(
    {"node_modules", "__tests__", "__mocks__", "__fixtures__", "__snapshots__", "__generated__", ".storybook",
     ".next", ".nuxt", ".output", ".svelte-kit", ".turbo", ".vercel", "cypress", "playwright"}
)  # fmt: skip
# Names that a route may bear as well: app/api/test/route.ts is served, whatever it is called.
_UNLESS_ROUTED = frozenset(
    {
        "test",
        "tests",
        "e2e",
        "spec",
        "specs",
        "fixtures",
        "mocks",
        "stories",
        "examples",
        "vendor",
        "third_party",
    }
)
_ROUTED_BELOW = frozenset({"app", "pages", "routes", "api"})
_BUILT = frozenset(
    {"dist", "build", "out", "public", "static", "coverage", "vendor", "storybook-static", "wwwroot"}
)
_NAME = re.compile(
    r"\.(?:test|spec|stories|story|e2e|cy|bench|min|bundle|d)\.[cm]?[jt]sx?$|^\.pnp\.c?js$"
    r"|^(?:vitest|jest|playwright|cypress)\.[\w.-]+$",
    re.IGNORECASE,
)
_SUPABASE_TYPES = re.compile(r"^export type Json =", re.MULTILINE)
_LONGEST_LINE = 5000


def own_sources(snapshot: Snapshot) -> tuple[str, ...]:
    """The paths, sorted; tests, stories, generated, built, bundled and vendored files are left out."""
    return tuple(sorted(_own(snapshot)))


def _own(snapshot: Snapshot) -> Iterator[str]:
    for path, file in snapshot.files.items():
        *folders, name = path.split("/")
        suffix = suffix_of(name)
        if suffix not in SOURCE_SUFFIXES or _NAME.search(name):
            continue
        if not (_is_aside(folders, suffix) or _is_made(file, suffix)):
            yield path


def _is_aside(folders: list[str], suffix: str) -> bool:
    """Whether it lies among tests, examples, or what a build wrote."""
    if not _NEVER.isdisjoint(folders) or (suffix in _JAVASCRIPT and not _BUILT.isdisjoint(folders)):
        return True
    for folder in folders:
        if folder in _ROUTED_BELOW:
            return False
        if folder in _UNLESS_ROUTED:
            return True
    return False


def _is_made(file: SourceFile, suffix: str) -> bool:
    """Whether `supabase gen types` or a bundler wrote it; a comment that says so is not believed."""
    if _SUPABASE_TYPES.search(file.text[:600]) and "Tables: {" in file.text:
        return True
    return suffix in _JAVASCRIPT and any(len(line) > _LONGEST_LINE for line in file.text.split("\n", 200))
