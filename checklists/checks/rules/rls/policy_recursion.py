"""A policy reads, directly or through others, the table that it protects."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Confidence, Severity
from checklists.sql.questions.recursion import Cycle, cycles, guarded_tables, leading_to
from checklists.sql.quoting import listed
from checklists.sql.schema import Command, Facet

CHECK = Check(
    items=("policies-recursion-free",),
    rule="rls-recursion",
    severity=Severity.HIGH,
    reads=(Facet.RLS, Facet.POLICIES, Facet.FUNCTIONS, Facet.VIEWS),
    provable=True,
)


def find(project: Project) -> Iterator[Said]:
    """Every circle of policies for reading."""
    guarded = guarded_tables(project.schema)
    if guarded:
        yield Examined("tables", guarded)
    for cycle in cycles(project.schema):
        whole = cycle.command is Command.SELECT and cycle.through is None
        others = leading_to(project.schema, cycle.policies[0].table) if whole else frozenset()
        around = {policy.table for policy in cycle.policies}
        yield _flag(cycle, tuple(sorted(others - around)))


def _flag(cycle: Cycle, others: tuple[str, ...]) -> Flag:
    first = cycle.policies[0]
    tables = tuple(dict.fromkeys(policy.table for policy in cycle.policies))
    by = f", by {cycle.through}(), which runs with its caller's rights" if cycle.through else ""
    way = f", by way of {listed(tables[1:])}" if tables[1:] else ""
    return Flag(
        object=first.object,
        location=first.location,
        message=f'Policy "{first.name}" on {first.table} reads {first.table}{way}{by}: {_fails(cycle)}.'
        f"{_drawn_in(others)}",
        remedy=f"Read {listed(tables[-1:])} in a SECURITY DEFINER function outside of the exposed schemas, "
        "with "
        "set search_path = '', that lists what the caller may see; and in the policies:\n"
        "  using (org_id in (select private.my_org_ids()))",
        confidence=Confidence.MEDIUM if cycle.through else None,
        related=tuple(policy.location for policy in cycle.policies[1:]),
    )


def _drawn_in(others: tuple[str, ...]) -> str:
    """The tables that fail with it."""
    if not others:
        return ""
    return f" It refuses every query of {listed(others)} as well, whose policies for reading lead to it."


def _fails(cycle: Cycle) -> str:
    if cycle.through:
        return "each reading asks the policy again, until the query ends with an error"
    if cycle.meets is None:
        return "Postgres refuses every query of it with 42P17, infinite recursion detected in policy"
    return (
        f'every {cycle.command} by a user fails with 42P17, for policy "{cycle.meets.name}", which it meets '
        "there, holds a sub-select as well, be it (select auth.uid())"
    )
