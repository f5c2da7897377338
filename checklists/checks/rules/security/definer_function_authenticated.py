"""Any signed-in user may call a function that runs with its owner's rights."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.definer_weight import weighed
from checklists.checks.subjects.definers import remedy
from checklists.model import Severity
from checklists.sql.questions.exposure import served_definers
from checklists.sql.questions.guards import asks_caller, is_trigger
from checklists.sql.schema import Facet, Function, Schema

CHECK = Check(
    items=("rls-enabled", "definer-helpers"),
    rule="definer-function-exposed",
    severity=Severity.HIGH,
    reads=(Facet.FUNCTIONS, Facet.GRANTS, Facet.POLICIES),
    peers=("splinter:0029_authenticated_security_definer_function_executable",),
    provable=True,
)


def find(project: Project) -> Iterator[Said]:
    """Every served SECURITY DEFINER function that authenticated may execute."""
    for function, roles in served_definers(project.schema):
        yield Examined("functions")
        if "authenticated" in roles:
            yield _flag(project.schema, function, visitors="anon" in roles)


def _flag(schema: Schema, function: Function, *, visitors: bool) -> Flag:
    opening = f"Signed-in users may call {function.signature}"
    severity = Severity.INFO
    if is_trigger(function):
        told = f"{function.signature} is a trigger function: a user's call of it only fails."
    elif visitors:
        told = f"{opening}, as visitors may: see `definer_function_anon`."
    elif asks_caller(schema, function):
        told = (
            f"{opening}, which passes RLS (SECURITY DEFINER). Its body asks who calls; read whether it "
            "asks for enough."
        )
    else:
        amounts, severity = weighed(
            schema,
            function,
            "authenticated",
            "Its body does not ask who calls, so every account may do all that it does.",
        )
        told = f"{opening}, which passes RLS (SECURITY DEFINER). {amounts}"
    mend = remedy(schema, function, *(("anon",) if visitors else ()), "authenticated")
    return Flag(function.object, function.location, told, mend, severity)
