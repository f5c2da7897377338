"""Which files of a revision the review reads, by path alone."""

import re

MAX_BYTES = 4 * 1024 * 1024
"""Larger files are named with a fault and not read."""
MAX_TOTAL = 512 * 1024 * 1024
"""What comes after so many bytes is named and not read; large public repos hold under 20 MB."""

SOURCE_SUFFIXES = frozenset({".ts", ".tsx", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs", ".svelte", ".vue"})
SQL_SUFFIXES = frozenset({".sql", ".pg"})  # pgTAP tests may end in .pg
_OTHER_FOLDERS = frozenset({"node_modules", ".git", ".yarn", ".pnpm-store"})
_CONFIGURATION = re.compile(
    r"""^(?:
        config\.toml | package\.json | [jt]sconfig[^/]*\.json | deno\.jsonc? | import_map\.json | vercel\.json
      | _journal\.json | pnpm-workspace\.yaml | \.env(?:\..+)? | \.gitignore
    )$""",
    re.VERBOSE,
)
_FOLDERS_READ_WHOLE = (".github/workflows/", ".counterseal/")


def is_read(path: str) -> bool:
    """Whether the review looks into the file: SQL, TypeScript, JavaScript, and what configures them."""
    *folders, name = path.split("/")
    if not _OTHER_FOLDERS.isdisjoint(folders):
        return False
    suffix = suffix_of(name)
    if suffix in SOURCE_SUFFIXES:
        return not name.endswith((".min.js", ".d.ts"))
    return suffix in SQL_SUFFIXES or bool(_CONFIGURATION.match(name)) or path.startswith(_FOLDERS_READ_WHOLE)


def suffix_of(name: str) -> str:
    """The part of a file name from its last dot on, in lower case."""
    stem, dot, ending = name.rpartition(".")
    return f"{dot}{ending}".lower() if stem else ""
