"""Any signed-in user may call a function that runs with its owner's rights."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.exposure import served_definers
from checklists.sql.guards import asks_caller, is_trigger
from checklists.sql.quoting import relation
from checklists.sql.schema import Facet, Function, Schema

CHECK = Check(
    items=("rls-enabled",),
    rule="definer-function-exposed",
    severity=Severity.HIGH,
    reads=(Facet.FUNCTIONS, Facet.GRANTS),
    peers=("splinter:0029_authenticated_security_definer_function_executable",),
)


def find(project: Project) -> Iterator[Said]:
    """Every served SECURITY DEFINER function that authenticated may execute."""
    for function, roles in served_definers(project.schema):
        yield Examined("SECURITY DEFINER functions")
        if "authenticated" in roles:
            yield _flag(project.schema, function, visitors="anon" in roles)


def _flag(schema: Schema, function: Function, *, visitors: bool) -> Flag:
    opening = f"Signed-in users may call {function.signature}, which is SECURITY DEFINER and passes RLS"
    severity = Severity.INFO
    if is_trigger(function):
        told = f"{opening}; as a trigger function it only answers such a call with an error."
    elif asks_caller(schema, function):
        told = f"{opening}. Its body asks who calls; read whether it asks for enough."
    elif visitors:
        told = f"{opening}. Visitors may as well, which is the graver fault."
    else:
        told = f"{opening}. Its body does not ask who calls, so every account may do what it does."
        severity = Severity.HIGH
    named = f"{relation(function.qualified)}({', '.join(function.arguments)})"
    return Flag(
        object=function.object,
        location=function.location,
        message=told,
        remedy=f"revoke execute on function {named} from public, anon, authenticated;\n"
        "or test auth.uid() against the row in its body, or move it to a schema that is not exposed.",
        severity=severity,
    )
