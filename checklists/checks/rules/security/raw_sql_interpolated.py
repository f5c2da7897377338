"""SQL text that is put together in TypeScript and run as it is."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Confidence, Severity
from checklists.ts.index import Interpolation

CHECK = Check(
    items=("injection-impossible", "sql-concatenation"),
    rule="raw-sql-ts",
    severity=Severity.HIGH,
    sources=True,
    peers=("semgrep:node-postgres-sqli", "semgrep:node-knex-sqli"),
)
_ESCAPES = re.compile(r"\bescape\w*\(|\.replace(?:All)?\(\s*(?:/'/g|[\"`]'[\"`])")
_BY_HAND = " Quotes are escaped by hand, which holds only as long as nobody forgets one."


def find(project: Project) -> Iterator[Said]:
    """Every call that runs SQL text as it is."""
    yield Examined("calls that run SQL text", project.sources.sql_calls)
    for found in project.sources.interpolations:
        traced = found.function in project.sources.within
        names = ", ".join(f"`{name}`" for name in found.names[:3])
        function = project.sources.functions.get(found.function)
        escaped = function is not None and _ESCAPES.search(function.text) is not None
        yield Flag(
            _object(found),
            found.location,
            f"`{found.callee}` runs SQL with {names} joined into its text; what stands in there becomes "
            f"part of the statement.{_BY_HAND if escaped else ''}",
            "Use placeholders (`$1`) or the driver's tagged template (sql`… ${value}`); take identifiers "
            "from a fixed list.",
            severity=Severity.MEDIUM if escaped else None,
            confidence=Confidence.HIGH if traced else Confidence.MEDIUM,
        )


def _object(found: Interpolation) -> str:
    return f"call:{found.function}/{found.callee}"
