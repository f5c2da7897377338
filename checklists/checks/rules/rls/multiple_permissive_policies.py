"""Several permissive policies of a table answer the same question."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.expressions import Names, row_searches
from checklists.sql.questions.access import WRITES
from checklists.sql.quoting import listed
from checklists.sql.schema import Command, Facet, Policy, Schema, Table, TableKind

CHECK = Check(
    items=("policies-cheap",),
    rule="multiple-permissive-policies",
    severity=Severity.LOW,
    reads=(Facet.RLS, Facet.POLICIES),
    peers=("splinter:0006_multiple_permissive_policies",),
)
# Roles that no policy holds back (roles.sql: bypassrls).
_BYPASSING = frozenset({"service_role", "postgres", "supabase_admin"})


def find(project: Project) -> Iterator[Said]:
    """Every table on which one command of one role meets more than one permissive policy."""
    for table in project.schema.user_tables():
        if not table.policies or table.kind is not TableKind.TABLE:
            continue
        yield Examined("tables")
        found = {command: _together(table, command) for command in (Command.SELECT, *WRITES)}
        crowded = {command: policies for command, policies in found.items() if policies}
        if crowded:
            costly = any(_search(project.schema, table, policies) for policies in crowded.values())
            yield _flag(table, crowded, costly=costly)


def _search(schema: Schema, table: Table, policies: tuple[Policy, ...]) -> bool:
    """Whether at least two of them search another table, or call a function of the repo, for each row."""
    names = Names.of(schema, table)
    texts = (policy.using or policy.check or "" for policy in policies)
    return sum(1 for text in texts if row_searches(text, names)) > 1


def _together(table: Table, command: Command) -> tuple[Policy, ...]:
    """The permissive policies that one role meets at once, of the role that meets most."""
    named = {role for policy in table.policies for role in policy.roles} - _BYPASSING
    met = (table.permissive(command, role) for role in sorted(named))
    return max((policies for policies in met if len(policies) > 1), key=len, default=())


def _flag(table: Table, crowded: dict[Command, tuple[Policy, ...]], *, costly: bool) -> Flag:
    policies = tuple(dict.fromkeys(policy for found in crowded.values() for policy in found))
    numbers = listed(tuple(f"{len(found)} for {command}" for command, found in crowded.items()), most=4)
    runs = (
        "A query runs each of them until one lets the row through, and a row passes when any of them does."
        if table.rls_enabled
        else "No query runs any of them now, for Row Level Security is off: see `policy_without_rls`."
    )
    return Flag(
        object=table.object,
        location=policies[-1].location,
        message=f"On {table.qualified} one role meets several permissive policies at once: {numbers}. {runs}",
        remedy="One policy a command, its conditions joined by OR; move what FOR ALL covers twice into "
        "policies of their own commands. Do not merge policies of different commands: that may widen "
        "what DELETE reaches.",
        severity=None if costly and table.rls_enabled else Severity.INFO,
        related=tuple(policy.location for policy in policies[:-1]),
    )
