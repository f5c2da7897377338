"""A policy for users is evaluated for every role."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.expressions import Names, always_asks_caller, indexable_columns
from checklists.sql.questions.access import callers, clauses
from checklists.sql.questions.exposure import may_use
from checklists.sql.questions.guards import caller_functions
from checklists.sql.questions.indexing import leads_any
from checklists.sql.questions.recursion import refused
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Command, Facet, Policy, Schema, Table

CHECK = Check(
    items=("policy-roles-stated",),
    rule="policy-role-scope",
    severity=Severity.LOW,
    reads=(Facet.POLICIES, Facet.FUNCTIONS, Facet.GRANTS),
    peers=("pgrls:SEC003",),
)
# Conditions that mean one of these roles say so in words; which TO would then be right is not for a remedy.
_OTHERS = ("'anon'", "'service_role'")


def find(project: Project) -> Iterator[Said]:
    """Every policy for all roles whose every way through asks who the caller is."""
    schema, asking = project.schema, caller_functions(project.schema)
    for table in schema.tables.values():
        for policy in table.policies:
            yield Examined("policies")
            texts = [text for _, text in clauses(policy)]
            others = any(role in text for role in _OTHERS for text in texts)
            if "public" in policy.roles and not others and any(always_asks_caller(t, asking) for t in texts):
                yield _flag(schema, table, policy)


def _flag(schema: Schema, table: Table, policy: Policy) -> Flag:
    told, severity = _amounts(schema, table, policy)
    stated = "says TO PUBLIC" if policy.stated else "has no TO"
    return Flag(
        object=policy.object,
        location=policy.location,
        message=f'Policy "{policy.name}" on {policy.table} {stated}, and lets through only whom it knows by '
        f"their session: {told}.",
        remedy=f"alter policy {ident(policy.name)} on {relation(policy.table)} to authenticated;",
        severity=Severity.INFO if policy.stated else severity,
    )


def _amounts(schema: Schema, table: Table, policy: Policy) -> tuple[str, Severity | None]:
    """What the missing role comes to for a visitor."""
    if "anon" not in callers(table, policy) or not may_use(schema, table.schema, "anon"):
        return "a visitor's query fails for want of a grant before it is asked", Severity.INFO
    if not table.rls_enabled:
        return "no query asks it now, for Row Level Security is off (see `policy_without_rls`)", Severity.INFO
    if policy.command is Command.INSERT:
        return "a visitor's row is refused by it, one by one", Severity.INFO
    if policy.table in refused(schema):
        return "today each query of the table fails (see `policy_recursion`)", Severity.INFO
    tied = indexable_columns(policy.using or "", Names.of(schema, table))
    column = next((c for c in sorted(tied) if leads_any(table, c)), None)
    if column is not None:
        return f"a visitor's query finds none by the index on {column}", Severity.INFO
    return "for visitors without one it is evaluated row by row to say no", None
