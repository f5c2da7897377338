"""A function looks up names along its caller's search_path."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.exposure import user_functions
from checklists.sql.quoting import relation
from checklists.sql.schema import Facet, Function

CHECK = Check(
    items=("injection-impossible",),
    rule="definer-search-path",
    severity=Severity.HIGH,
    reads=(Facet.FUNCTIONS,),
    peers=("splinter:0011_function_search_path_mutable",),
)


def find(project: Project) -> Iterator[Said]:
    """Every function without a pinned search_path; it matters where the function runs as its owner."""
    for function in user_functions(project.schema):
        if function.kind == "aggregate":
            continue
        yield Examined("functions")
        if function.search_path is None:
            yield _flag(function)


def _flag(function: Function) -> Flag:
    definer = function.security_definer
    why = (
        "runs with its owner's rights and finds unqualified names along its caller's search_path: whoever "
        "can create an object in a schema ahead of yours decides which code runs with those rights."
        if definer
        else "finds unqualified names along its caller's search_path. It runs with the caller's own "
        "rights, so this is a matter of tidiness, and pinning the path keeps a SQL function from being "
        "inlined."
    )
    kind = "procedure" if function.kind == "procedure" else "function"
    arguments = ", ".join(function.arguments)
    return Flag(
        object=function.object,
        location=function.location,
        message=f"{function.signature} {why}",
        remedy=f"alter {kind} {relation(function.qualified)}({arguments}) set search_path = '';\n"
        "and write the schema before every name in its body. CREATE OR REPLACE without SET clears the "
        "setting.",
        severity=None if definer else Severity.INFO,
    )
