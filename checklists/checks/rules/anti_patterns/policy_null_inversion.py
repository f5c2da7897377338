"""A policy is true for visitors because they have no id: auth.uid() is NULL for them."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.access import callers, clauses, is_narrowed
from checklists.sql.questions.openness import Openness, openness
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Facet

CHECK = Check(
    items=("permissive-policies",),
    rule="policy-null-inversion",
    severity=Severity.BLOCKER,
    reads=(Facet.TABLES, Facet.RLS, Facet.POLICIES),
    provable=True,
)


def find(project: Project) -> Iterator[Said]:
    """Every permissive policy that a visitor without a session passes for that very reason."""
    for table in project.schema.user_tables():
        for policy in table.policies if table.rls_enabled else ():
            if not policy.permissive or "anon" not in callers(table, policy):
                continue
            yield Examined("policies")
            open_ = [
                name
                for name, text in clauses(policy)
                if openness(text, table, policy) is Openness.NULL_CALLER
            ]
            if not open_ or is_narrowed(table, policy, "anon"):
                continue
            yield Flag(
                object=policy.object,
                location=policy.location,
                message=f'Policy "{policy.name}" on {table.qualified} is true when auth.uid() is NULL, '
                f"as it is for every visitor: {' and '.join(open_)} lets people in who are not signed in.",
                remedy=f"alter policy {ident(policy.name)} on {relation(table.qualified)} to "
                "authenticated;\n"
                "and compare with `=`, never true of NULL, instead of IS NULL, IS DISTINCT FROM or "
                "coalesce.",
            )
