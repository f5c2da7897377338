"""The Data API hands out a great many rows at once."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.model import Location, Severity
from checklists.repo.config import table

CHECK = Check(
    items=("data-api-surface", "lists-bounded"),
    rule="postgrest-surface",
    severity=Severity.LOW,
    also=(Input.FILES,),
)
# supabase/cli, pkg/config/templates/config.toml: max_rows = 1000.
_MANY = 5000


def find(project: Project) -> Iterator[Said]:
    """The setting [api].max_rows, where it is far above the CLI's own."""
    rows = table(project.config, "api").get("max_rows")
    path = project.layout.config
    if path is None or not isinstance(rows, int) or isinstance(rows, bool):
        return
    yield Examined("settings")
    if rows > _MANY:
        line = _line(project.snapshot.text(path) or "")
        yield Flag(
            object="config:api.max_rows",
            location=Location(path, line, line),
            message=f"The Data API answers with up to {rows} rows: one request of anybody reads that much, "
            "and a "
            "query that forgot its limit is found late.",
            remedy="max_rows = 1000\nand range() where a list is longer.",
        )


def _line(text: str) -> int:
    return next((n for n, line in enumerate(text.splitlines(), 1) if line.lstrip().startswith("max_rows")), 1)
