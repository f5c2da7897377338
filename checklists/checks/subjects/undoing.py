"""The way back of each migration: a file of its own, or a comment that says how."""

import re
from collections.abc import Mapping

from checklists.checks.project import Project
from checklists.repo.migrations import undoes
from checklists.sql.statements import Statement, file_source, statements

_FOLDER = re.compile(r"(?:^|[-_])(?:rollbacks?|downs?|undo|reverts?)(?:$|[-_])", re.IGNORECASE)
_VERSION = re.compile(r"^[VvUu]?([0-9]+(?:\.[0-9]+)*)")
_WRITTEN = re.compile(
    r"^\s*(?:--|\*|/\*)[\s*#=-]*(?:rollback|roll\s+back|revert|undo|down|reversal|to\s+(?:undo|revert|roll\s?back))\b",
    re.IGNORECASE | re.MULTILINE,
)
# Nothing to undo in the schema, or nothing that undoing would help.
_DATA = frozenset({"insert_stmt", "update_stmt", "delete_stmt", "select_stmt", "create_extension_stmt",
                   "comment_stmt", "variable_set_stmt", "transaction_stmt", "truncate_stmt"})  # fmt: skip


def ways_back(project: Project) -> Mapping[str, str]:
    """By migration, the file that undoes it: one named so, or in a folder named so, of the same version."""
    applied = project.layout.migrations
    by_version = {version(path): path for path in applied}
    found: dict[str, str] = {}
    for path in sorted(project.snapshot.files):
        *folders, name = path.split("/")
        named = undoes(name) or any(_FOLDER.search(folder) for folder in folders[-2:])
        if named and path.endswith(".sql") and path not in applied and (up := by_version.get(version(path))):
            found.setdefault(up, path)
    return found


def version(path: str) -> str:
    """The number that a migration's name begins with, or its name."""
    name = path.rpartition("/")[2]
    number = _VERSION.match(name)
    return number[1] if number else name


def says_how(text: str) -> bool:
    """Whether a comment of the migration begins to say how it is undone."""
    return _WRITTEN.search(text) is not None


def changes_schema(path: str, text: str) -> bool:
    """Whether it holds more than rows, extensions and comments."""
    found = statements(file_source(path, text))
    return any(not isinstance(each, Statement) or each.kind not in _DATA for each in found)
