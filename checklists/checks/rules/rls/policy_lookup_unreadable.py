"""A policy searches a table of which its callers see no row."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.expressions import relations
from checklists.sql.questions.access import callers, clauses
from checklists.sql.quoting import relation
from checklists.sql.schema import Command, Facet, Policy, Schema, Table, holds

CHECK = Check(
    items=("lookup-tables-protected",),
    rule="policy-lookup-protected",
    severity=Severity.HIGH,
    reads=(Facet.TABLES, Facet.RLS, Facet.POLICIES, Facet.GRANTS),
    provable=True,
)


def find(project: Project) -> Iterator[Said]:
    """Every table that policies search by a sub-query, and that gives none of their callers a row."""
    found: dict[str, list[tuple[Policy, str]]] = {}
    for policy, table, roles in _searches(project.schema):
        yield Examined("searches")
        why = _unreadable(table, roles)
        if why:
            found.setdefault(table.qualified, []).append((policy, why))
    for name, said in found.items():
        yield _flag(project.schema.tables[name], said)


def _searches(schema: Schema) -> Iterator[tuple[Policy, Table, tuple[str, ...]]]:
    """(policy, a table that its sub-queries read, the API roles that meet the policy)."""
    for table in schema.tables.values():
        for policy in table.policies if table.rls_enabled else ():
            roles = callers(table, policy)
            names = {name for _, text in clauses(policy) for name in relations(text)} if roles else ()
            for name in sorted(names):
                if name in schema.tables and name != table.qualified:
                    yield policy, schema.tables[name], roles


def _unreadable(table: Table, roles: tuple[str, ...]) -> str:
    """Why no role that meets the policy gets a row of the table, empty where one may."""
    granted = [role for role in roles if holds(table.grants, role, "SELECT")]
    if not granted:
        return "grant"
    if table.rls_enabled and not any(table.permissive(Command.SELECT, role) for role in granted):
        return "policy"
    return ""


def _flag(table: Table, said: list[tuple[Policy, str]]) -> Flag:
    policy, why = said[0]
    lacks, comes = (
        ("they may not SELECT from it", "every query that meets the policy fails with 42501")
        if why == "grant"
        else ("no policy of it lets them read a row", "the search finds nothing, and lets nobody through")
    )
    return Flag(
        object=table.object,
        location=table.rls_location or table.location,
        message=f'Policy "{policy.name}" on {policy.table} searches {table.qualified} with its callers\' '
        f"rights, and {lacks}: {comes}.",
        remedy=f'create policy "Own rows" on {relation(table.qualified)} for select to authenticated\n'
        "  using (user_id = (select auth.uid()));\n"
        "Or search it in a SECURITY DEFINER function outside of the exposed schemas.",
        related=tuple(each.location for each, _ in said),
    )
