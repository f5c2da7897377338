"""A policy lets every visitor, or every signed-in user, read every row: is that data public?"""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.access import callers, is_narrowed
from checklists.sql.questions.exposure import people
from checklists.sql.questions.openness import Openness, openness, read_clause
from checklists.sql.quoting import listed
from checklists.sql.schema import API_ROLES, Facet, Policy, Schema, Table

CHECK = Check(
    items=("permissive-policies",),
    rule="policy-always-true",
    severity=Severity.INFO,
    reads=(Facet.TABLES, Facet.RLS, Facet.POLICIES),
    provable=True,
)


def find(project: Project) -> Iterator[Said]:
    """Every SELECT policy that hides no row, and one question about all of them."""
    asked: list[tuple[Table, Policy]] = []
    for table, policy, text in _readers(project.schema):
        yield Examined("policies")
        who = openness(text, table, policy)
        roles = callers(table, policy)
        if who is Openness.SIGNED_IN:
            roles = tuple(role for role in roles if role == "authenticated")
        if who not in (Openness.EVERYONE, Openness.SIGNED_IN) or not roles:
            continue
        if all(is_narrowed(table, policy, role) for role in roles):
            continue
        if table.qualified in project.facts.public_tables:
            continue
        asked.append((table, policy))
        yield Flag(
            object=policy.object,
            location=policy.location,
            message=f'Policy "{policy.name}" hides nothing: {people(roles)} can read every row of '
            f"{table.qualified}.",
            remedy="Right for public data. Otherwise compare a column of the row with the caller, for "
            "example: using (created_by = (select auth.uid()))",
        )
    if asked:
        names = listed(tuple(dict.fromkeys(table.qualified for table, _ in asked)))
        count = len({table.qualified for table, _ in asked})
        tables = f"{count} table{'s' if count > 1 else ''} ({names})"
        because = f"all rows can be read in {tables}; say whether that data is public"
        yield Unsure(asked[0][1].object, because, asked[0][1].location)


def _readers(schema: Schema) -> Iterator[tuple[Table, Policy, str]]:
    for table in schema.user_tables():
        for policy in table.policies if table.rls_enabled else ():
            text = read_clause(policy)
            if text is not None and policy.permissive and any(policy.applies_to(role) for role in API_ROLES):
                yield table, policy, text
