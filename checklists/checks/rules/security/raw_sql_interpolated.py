"""SQL text that is put together in TypeScript and run as it is."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.bystanders import is_script, is_test
from checklists.checks.subjects.steering import depends_on, sent_names
from checklists.model import Confidence, Severity
from checklists.ts.index import EndpointKind, Function, Interpolation

CHECK = Check(
    items=("injection-impossible", "sql-concatenation"),
    rule="raw-sql-ts",
    severity=Severity.HIGH,
    sources=True,
    peers=("semgrep:node-postgres-sqli", "semgrep:node-knex-sqli"),
)
_ESCAPES = re.compile(r"\bescape\w*\(|\.replace(?:All)?\(\s*(?:/'/g|[\"`]'[\"`])")
_BY_HAND = " Quotes are escaped by hand, which holds only as long as nobody forgets one."
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_CHECKED = r"\.(?:includes|has|hasOwn)\(\s*(?:\w+,\s*)?{0}\b|\bswitch\s*\(\s*{0}\b|\b{0}\s+in\s+[A-Z_]"


def find(project: Project) -> Iterator[Said]:
    """Every call that runs SQL text as it is, outside of tests."""
    yield Examined("calls that run SQL text", project.sources.sql_calls)
    for found in project.sources.interpolations:
        function = project.sources.functions.get(found.function)
        if is_test(found.location.path):
            continue
        if function is not None and all(_is_checked(name, function) for name in found.names):
            because = "what is joined into its SQL is compared with a list first: that must hold on every way"
            yield Unsure(_object(found), because, found.location)
        else:
            yield _flag(found, function, traced=found.function in project.sources.within)


def _flag(found: Interpolation, function: Function | None, *, traced: bool) -> Flag:
    names = ", ".join(f"`{name}`" for name in found.names[:3])
    escaped = function is not None and _ESCAPES.search(function.text) is not None
    sent = sent_names(function, EndpointKind.ACTION) if function is not None else frozenset()
    given = any(depends_on(name, sent) for name in found.names)
    severity = None if traced and given and not escaped else Severity.MEDIUM
    if is_script(found.location.path) or not given:
        severity = Severity.LOW
    return Flag(
        _object(found),
        found.location,
        f"`{found.callee}` runs SQL with {names} joined into its text; what stands in there becomes "
        f"part of the statement.{_BY_HAND if escaped else ''}",
        "Use placeholders (`$1`) or the driver's tagged template (sql`… ${value}`); take identifiers "
        "from a fixed list.",
        severity=severity,
        confidence=Confidence.HIGH if traced and given else Confidence.MEDIUM,
    )


def _is_checked(expression: str, function: Function) -> bool:
    """Whether the function asks of the value if it is one of a list."""
    name = _NAME.match(expression)
    return name is not None and re.search(_CHECKED.format(re.escape(name[0])), function.text) is not None


def _object(found: Interpolation) -> str:
    return f"call:{found.function}/{found.callee}"
