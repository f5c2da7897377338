"""A policy for users is evaluated for every role."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.expressions import always_asks_caller
from checklists.sql.questions.access import clauses
from checklists.sql.questions.guards import caller_functions
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Facet, Policy

CHECK = Check(
    items=("policy-roles-stated",),
    rule="policy-role-scope",
    severity=Severity.LOW,
    reads=(Facet.POLICIES, Facet.FUNCTIONS),
    peers=("pgrls:SEC003",),
)
# Conditions that mean one of these roles say so in words; which TO would then be right is not for a remedy.
_OTHERS = ("'anon'", "'service_role'")


def find(project: Project) -> Iterator[Said]:
    """Every policy without TO whose every way through asks who the caller is."""
    asking = caller_functions(project.schema)
    for policy in project.schema.policies():
        yield Examined("policies")
        texts = [text for _, text in clauses(policy)]
        others = any(role in text for role in _OTHERS for text in texts)
        if "public" in policy.roles and not others and any(always_asks_caller(t, asking) for t in texts):
            yield _flag(policy)


def _flag(policy: Policy) -> Flag:
    return Flag(
        object=policy.object,
        location=policy.location,
        message=f'Policy "{policy.name}" on {policy.table} has no TO, and lets through only whom it knows by '
        "their session: for visitors without one it is evaluated row by row to say no.",
        remedy=f"alter policy {ident(policy.name)} on {relation(policy.table)} to authenticated;",
    )
