"""What is meant to undo a migration is applied like one."""

import re
from collections import Counter
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.undoing import version
from checklists.model import Location, Severity
from checklists.repo.migrations import undoes, way_back_in
from checklists.sql.statements import file_source, statements

CHECK = Check(
    items=("migrations-reversible", "migrations-replay"),
    rule="migration-down-exists",
    severity=Severity.HIGH,
)

# `20260922_award_undo.sql` with a version of its own may be a feature, or a way back that is meant to run
# where it stands; `.down.sql` never is.
_OWN_VERSION = re.compile(r"^[0-9]+_.*[_-](?:undo|rollback|revert|down)\.sql$", re.IGNORECASE)


def find(project: Project) -> Iterator[Said]:
    """Every migration that the CLI applies and whose name, or a mark within, says that it undoes one."""
    if project.layout.supabase_dir is None:
        return
    versions = Counter(version(path) for path in project.layout.migrations)
    for path in project.layout.migrations:
        yield Examined("migrations")
        name, text = path.rpartition("/")[2], project.snapshot.text(path) or ""
        if undoes(name) and (not _OWN_VERSION.search(name) or versions[version(path)] > 1):
            told = "runs in the order of names, so what it drops is gone, or not yet made"
            yield _flag(
                path, 1, f"{name} undoes a migration, and Supabase's CLI takes it for one: it {told}."
            )
        elif line := _second_way(text):
            told = "Supabase's CLI knows no such marks, and applies both, one after the other"
            yield _flag(path, line, f"{name} also holds the statements that undo it. {told}.")


def _second_way(text: str) -> int | None:
    """The line of a mark behind which there are statements, not only comments."""
    mark = way_back_in(text)
    if mark is None or not any(True for _ in statements(file_source("", text[mark:]))):
        return None
    return text.count("\n", 0, mark) + 1


def _flag(path: str, line: int, message: str) -> Flag:
    name = path.rpartition("/")[2]
    return Flag(
        object=f"migration:{name}",
        location=Location(path, line, line),
        message=message,
        remedy="Move it out of the folder: git mv … supabase/rollbacks/",
    )
