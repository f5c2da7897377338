"""A helper of policies only reads, and is not declared STABLE."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.definers import named
from checklists.model import Severity
from checklists.sql.questions.access import clauses
from checklists.sql.questions.bodynames import body_names
from checklists.sql.questions.exposure import user_functions
from checklists.sql.questions.guards import called_in
from checklists.sql.questions.searching import policies_do
from checklists.sql.schema import Facet, Function, Policy, Schema

CHECK = Check(
    items=("policies-cheap",),
    rule="rls-initplan",
    severity=Severity.LOW,
    reads=(Facet.POLICIES, Facet.FUNCTIONS),
    peers=("pgrls:PERF002",),
)


def find(project: Project) -> Iterator[Said]:
    """Every VOLATILE function in a policy whose body changes nothing."""
    callers = _callers(project.schema)
    for function in user_functions(project.schema):
        policies = callers.get(function.qualified)
        if not policies:
            continue
        yield Examined("functions")
        if function.volatility == "volatile" and _only_reads(function):
            yield _flag(function, tuple(policies))


def _callers(schema: Schema) -> dict[str, dict[Policy, None]]:
    """The policies under RLS that name each function."""
    found: dict[str, dict[Policy, None]] = {}
    for table in schema.tables.values():
        for policy in table.policies if table.rls_enabled else ():
            for _, text in clauses(policy):
                for name in called_in(text):
                    found.setdefault(name, {})[policy] = None
    return found


def _only_reads(function: Function) -> bool:
    names = body_names(function)
    return names is not None and not names.changes and not names.dynamic


def _flag(function: Function, policies: tuple[Policy, ...]) -> Flag:
    does = policies_do(policies, "calls")
    return Flag(
        object=function.object,
        location=function.location,
        message=f"{does[:1].upper()}{does[1:]} {function.signature}, which only reads and is not declared "
        "STABLE: "
        "Postgres must take it to answer otherwise for each row, and compares no index with it.",
        remedy=f"alter function {named(function)} stable;",
        related=tuple(policy.location for policy in policies),
    )
