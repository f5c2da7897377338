"""Visitors who are not signed in may call a function that runs with its owner's rights."""

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
    peers=("splinter:0028_anon_security_definer_function_executable",),
)


def find(project: Project) -> Iterator[Said]:
    """Every served SECURITY DEFINER function that anon may execute."""
    for function, roles in served_definers(project.schema):
        yield Examined("SECURITY DEFINER functions")
        if "anon" in roles:
            yield _flag(project.schema, function)


def _flag(schema: Schema, function: Function) -> Flag:
    opening = f"Anyone may call {function.signature}, which is SECURITY DEFINER and passes RLS"
    severity = Severity.INFO
    if is_trigger(function):
        told = f"{opening}; as a trigger function it only answers such a call with an error."
    elif asks_caller(schema, function):
        told = f"{opening}. Its body asks who calls; read whether it turns visitors away."
    else:
        told = f"{opening}. Its body does not ask who calls, so a visitor may do all that it does."
        severity = Severity.HIGH
    return Flag(function.object, function.location, told, _remedy(function), severity)


def _remedy(function: Function) -> str:
    named = f"{relation(function.qualified)}({', '.join(function.arguments)})"
    return (
        f"revoke execute on function {named} from public, anon;\n"
        "Name both: revoking from PUBLIC leaves Supabase's own grant to anon, and the other way round. Or "
        "move it to a schema that is not exposed, or make it SECURITY INVOKER."
    )
