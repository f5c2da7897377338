"""A table has restrictive policies only, and those never let a row through."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.quoting import listed, relation
from checklists.sql.schema import Facet

CHECK = Check(
    items=("rls-enabled", "policies-cover-commands"),
    rule="rls-enabled-no-policy",
    severity=Severity.INFO,
    reads=(Facet.TABLES, Facet.RLS, Facet.POLICIES),
)
_REMEDY = """If users need rows of {0}, a permissive policy that says which:
create policy "…" on {0} for select to authenticated using (…);
If not, the restrictive ones add nothing and may go."""


def find(project: Project) -> Iterator[Said]:
    """Every table with RLS on which no policy is permissive."""
    for table in project.schema.user_tables():
        if not table.rls_enabled or not table.policies:
            continue
        yield Examined("tables")
        if any(policy.permissive for policy in table.policies):
            continue
        names = listed(tuple(f'"{policy.name}"' for policy in table.policies))
        yield Flag(
            object=table.object,
            location=table.policies[0].location,
            message=f"All policies of {table.qualified} ({names}) are restrictive. Those only narrow what a "
            "permissive policy lets through, so users get no row.",
            remedy=_REMEDY.format(relation(table.qualified)),
        )
