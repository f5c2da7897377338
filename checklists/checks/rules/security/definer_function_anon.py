"""Visitors who are not signed in may call a function that runs with its owner's rights."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.definer_weight import weighed
from checklists.checks.subjects.definers import remedy
from checklists.model import Severity
from checklists.sql.questions.exposure import served_definers
from checklists.sql.questions.guards import asks_caller, is_trigger
from checklists.sql.questions.openguards import passed_by_visitors
from checklists.sql.schema import Facet, Function, Schema

CHECK = Check(
    items=("rls-enabled", "definer-helpers"),
    rule="definer-function-exposed",
    severity=Severity.HIGH,
    reads=(Facet.FUNCTIONS, Facet.GRANTS, Facet.POLICIES),
    peers=("splinter:0028_anon_security_definer_function_executable",),
    provable=True,
)


def find(project: Project) -> Iterator[Said]:
    """Every served SECURITY DEFINER function that anon may execute."""
    for function, roles in served_definers(project.schema):
        yield Examined("functions")
        if "anon" in roles:
            yield _flag(project.schema, function)


def _flag(schema: Schema, function: Function) -> Flag:
    opening = f"Visitors may call {function.signature}, which passes RLS (SECURITY DEFINER)."
    severity, mend = Severity.INFO, remedy(schema, function, "anon")
    if is_trigger(function):
        told = f"{function.signature} is a trigger function: a visitor's call of it only fails."
    elif (asks := asks_caller(schema, function)) and (test := passed_by_visitors(schema, function)):
        amounts, severity = weighed(
            schema, function, "anon", "What it does then, a visitor may do as if nobody had asked."
        )
        told = (
            f"{opening} Its body turns others away by `{test}`, which is never true for a visitor, whose id "
            f"is NULL: IF goes on. {amounts}"
        )
        mend += "\nIS DISTINCT FROM in place of `<>` turns visitors away as well."
    elif asks:
        told = f"{opening} Its body asks who calls; read whether it turns visitors away."
    else:
        amounts, severity = weighed(
            schema,
            function,
            "anon",
            "Its body does not ask who calls, so a visitor may do all that it does.",
        )
        told = f"{opening} {amounts}"
    return Flag(function.object, function.location, told, mend, severity)
