"""A policy is for a role that holds no privilege it could use."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.access import clauses, commands_of
from checklists.sql.questions.exposure import is_served
from checklists.sql.quoting import listed, relation
from checklists.sql.schema import API_ROLES, Facet, Policy, Table, holds

CHECK = Check(
    items=("grants-least-privilege", "policies-cover-commands"),
    rule="least-privilege-grants",
    severity=Severity.MEDIUM,
    reads=(Facet.TABLES, Facet.POLICIES, Facet.GRANTS),
)


def find(project: Project) -> Iterator[Said]:
    """Every permissive policy that names API roles, none of which may run any command that it governs."""
    for table in project.schema.exposed_tables():
        if not is_served(project.schema, table.schema) or not table.rls_enabled:
            continue
        for policy in table.policies:
            roles = tuple(role for role in policy.roles if role in API_ROLES)
            if not roles or not policy.permissive or _admits_nobody(policy):
                continue
            yield Examined("policies")
            if not _is_of_use(table, policy, roles):
                yield _flag(table, policy, roles)


def _admits_nobody(policy: Policy) -> bool:
    """Whether it says no to everybody on purpose."""
    return all(text.strip("() ").lower() == "false" for _, text in clauses(policy))


def _is_of_use(table: Table, policy: Policy, roles: tuple[str, ...]) -> bool:
    return any(holds(table.grants, role, command.value) for role in roles for command in commands_of(policy))


def _flag(table: Table, policy: Policy, roles: tuple[str, ...]) -> Flag:
    commands = ", ".join(command.value for command in commands_of(policy))
    return Flag(
        object=policy.object,
        location=policy.location,
        message=f'Policy "{policy.name}" on {policy.table} is for {commands} by {listed(roles)}, who hold no '
        "such privilege on the table: the query fails with 42501 before any policy is asked.",
        remedy=f"grant {commands.lower()} on {relation(table.qualified)} to {', '.join(roles)};\n"
        "Or drop the policy, where the revoke is what is meant.",
    )
