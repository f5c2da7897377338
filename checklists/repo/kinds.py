"""What a file of a revision is to the review, by its path alone."""

import re
from enum import StrEnum

from checklists.repo.selection import SOURCE_SUFFIXES, SQL_SUFFIXES, is_read, suffix_of

# What resolves imports and says which framework runs the sources.
_RESOLVES = re.compile(
    r"^(?:package\.json|[jt]sconfig[^/]*\.json|deno\.jsonc?|import_map\.json|pnpm-workspace\.yaml)$"
)
_JOURNAL = "_journal.json"  # Drizzle's list of migrations, in their order
_TEAM = ".counterseal/"  # what a team suppresses or adds


class Kind(StrEnum):
    """`SETTINGS` can change every answer, `UNREAD` none, for the review does not look into it."""

    MIGRATION = "migration"
    SOURCE = "source"
    SETTINGS = "settings"
    OTHER = "other"
    UNREAD = "unread"


def kind_of(path: str, migration_folders: frozenset[str]) -> Kind:
    """The kind of a file; `migration_folders` are the folders of the migrations that are applied."""
    folder, _, name = path.rpartition("/")
    if not is_read(path):
        return Kind.UNREAD
    if path.startswith(_TEAM):
        return Kind.SETTINGS
    if name == _JOURNAL or (suffix_of(name) in SQL_SUFFIXES and _within(folder, migration_folders)):
        return Kind.MIGRATION
    if suffix_of(name) in SOURCE_SUFFIXES or _RESOLVES.match(name):
        return Kind.SOURCE
    return Kind.SETTINGS if name in ("config.toml", "roles.sql") else Kind.OTHER


def _within(folder: str, migration_folders: frozenset[str]) -> bool:
    return any(folder == each or folder.startswith(f"{each}/") or not each for each in migration_folders)
