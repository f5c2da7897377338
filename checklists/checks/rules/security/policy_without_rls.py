"""A table has policies, and Row Level Security, which would apply them, is off."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.exposure import is_served
from checklists.sql.quoting import listed, relation
from checklists.sql.schema import Facet

CHECK = Check(
    items=("rls-enabled",),
    rule="policy-without-rls",
    severity=Severity.BLOCKER,
    reads=(Facet.TABLES, Facet.RLS, Facet.POLICIES),
    peers=("splinter:0007_policy_exists_rls_disabled",),
    provable=True,
)


def find(project: Project) -> Iterator[Said]:
    """Every table with policies that are not in force."""
    for table in project.schema.user_tables():
        if not table.policies:
            continue
        yield Examined("tables")
        if table.rls_enabled:
            continue
        names = listed(tuple(f'"{policy.name}"' for policy in table.policies))
        yield Flag(
            object=table.object,
            location=table.rls_location or table.policies[0].location,
            message=f"{table.qualified} has policies ({names}) but Row Level Security is off, so Postgres "
            "never consults them: the table looks protected and is not.",
            remedy=f"alter table {relation(table.qualified)} enable row level security;",
            severity=None if is_served(project.schema, table.schema) else Severity.MEDIUM,
            related=tuple(policy.location for policy in table.policies),
        )
