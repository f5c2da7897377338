"""A function that is declared IMMUTABLE reads who is calling."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.definers import named
from checklists.model import Severity
from checklists.sql.questions.exposure import user_functions
from checklists.sql.questions.guards import asks_caller
from checklists.sql.schema import Facet, Function

CHECK = Check(
    items=("definer-helpers",),
    rule="rls-initplan",
    severity=Severity.HIGH,
    reads=(Facet.FUNCTIONS,),
    peers=("pgrls:SEC046",),
)


def find(project: Project) -> Iterator[Said]:
    """Every IMMUTABLE function whose body, or a function that it calls, reads the session."""
    for function in user_functions(project.schema):
        if function.volatility != "immutable":
            continue
        yield Examined("immutable functions")
        if asks_caller(project.schema, function):
            yield _flag(function)


def _flag(function: Function) -> Flag:
    return Flag(
        object=function.object,
        location=function.location,
        message=f"{function.signature} is IMMUTABLE and reads the session: Postgres may work it out once, "
        "when it "
        "plans, and keep the answer for the next caller of the plan.",
        remedy=f"alter function {named(function)} stable;",
    )
