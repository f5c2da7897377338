"""A file among the migrations has a name that Supabase's CLI passes over."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.counting import counted
from checklists.model import Location, Severity

CHECK = Check(items=("migrations-replay",), rule="migration-replays", severity=Severity.MEDIUM)
_SHOWN = 10


def find(project: Project) -> Iterator[Said]:
    """The files that lie beside the migrations and are skipped for their name, in one finding."""
    layout = project.layout
    if layout.supabase_dir is None:
        return
    yield Examined("migrations", len(layout.migrations) + len(layout.passed_over))
    if not layout.passed_over:
        return
    versions = [path for path in layout.passed_over if path.rpartition("/")[2][0].isdecimal()]
    first, *others = (Location(path, 1, 1) for path in versions or layout.passed_over)
    folder, _, name = first.path.rpartition("/")
    those = "this file" if not others else f"this file and {counted(len(others), 'others')}"
    yield Flag(
        object=f"migrations:{folder}",
        location=first,
        message=f"Supabase's CLI skips {those}: a migration is called <digits>_name.sql, and {name} is not. "
        "A database that the CLI builds is without what stands there, unless something else applies it.",
        remedy="Give it a version of its own, digits alone: supabase migration new …",
        severity=None if versions else Severity.LOW,
        related=tuple(others[:_SHOWN]),
    )
