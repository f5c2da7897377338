"""Several policies hold the same sub-query."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.expressions import Names, searches
from checklists.sql.questions.access import clauses
from checklists.sql.schema import Facet, Policy, Schema

CHECK = Check(
    items=("policy-logic-shared",),
    rule="policy-helper-dedup",
    severity=Severity.INFO,
    reads=(Facet.POLICIES,),
)
_MANY = 3


def find(project: Project) -> Iterator[Said]:
    """Every sub-query that at least three policies hold, the name of their own table aside."""
    for (relation, _), policies in _repeated(project.schema).items():
        yield Examined("sub-queries")
        if len(policies) >= _MANY:
            yield _flag(relation, policies)


def _repeated(schema: Schema) -> dict[tuple[str, str], tuple[Policy, ...]]:
    """The policies that hold a sub-query, by the relation that it reads and by its text."""
    found: dict[tuple[str, str], dict[Policy, None]] = {}
    for table in schema.tables.values():
        names = Names.of(schema, table)
        for policy in table.policies:
            for _, text in clauses(policy):
                for search in searches(text, names):
                    found.setdefault(search, {})[policy] = None
    return {search: tuple(policies) for search, policies in found.items()}


def _flag(relation: str, policies: tuple[Policy, ...]) -> Flag:
    tables = len({policy.table for policy in policies})
    on = f"{tables} tables" if tables > 1 else policies[0].table
    return Flag(
        object=f"table:{relation}",
        location=policies[0].location,
        message=f"{len(policies)} policies on {on} hold the same search of {relation}: a change to the rule "
        "is "
        f"{len(policies)} changes, and the one that is forgotten is the one that matters.",
        remedy="A STABLE SECURITY DEFINER function in a schema that is not exposed, with set search_path = "
        "'', "
        "that lists what the caller may see; and in the policies:\n  using (org_id in (select "
        "private.my_org_ids()))",
        related=tuple(policy.location for policy in policies[1:]),
    )
