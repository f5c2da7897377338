"""A policy calls a helper, which says the same for all rows, once for each."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.expressions import Names, constant_calls
from checklists.sql.questions.access import clauses
from checklists.sql.questions.recursion import refused
from checklists.sql.quoting import listed
from checklists.sql.schema import Command, Facet, Policy

CHECK = Check(
    items=("policies-cheap",),
    rule="rls-initplan",
    severity=Severity.MEDIUM,
    reads=(Facet.RLS, Facet.POLICIES, Facet.FUNCTIONS),
)


def find(project: Project) -> Iterator[Said]:
    """Every policy that calls a function of the repo with nothing of the row, outside of a sub-select."""
    for table in project.schema.tables.values():
        names, broken = Names.of(project.schema, table), table.qualified in refused(project.schema)
        for policy in table.policies if table.rls_enabled else ():
            yield Examined("policies")
            found = {clause: constant_calls(text, names) for clause, text in clauses(policy)}
            called = tuple(dict.fromkeys(text for texts in found.values() for text in texts))
            if called:
                yield _flag(policy, called, only_checks=not found.get("USING"), broken=broken)


def _flag(policy: Policy, called: tuple[str, ...], *, only_checks: bool, broken: bool) -> Flag:
    found = policy.command in (Command.UPDATE, Command.DELETE)
    looked = "row that a filter finds, which is mostly one" if found else "row that a query looks at"
    when = "row that is written, which is mostly one" if only_checks else looked
    return Flag(
        object=policy.object,
        location=policy.location,
        message=f'Policy "{policy.name}" on {policy.table} calls {listed(called, 2)} again for each {when}, '
        "though no column of the row is among its arguments."
        + (" Today each query of the table fails: see `policy_recursion`." if broken else ""),
        remedy=f"(select {called[0]}) in its place: Postgres then calls it once a statement.",
        severity=Severity.INFO if only_checks or broken else Severity.LOW if found else None,
    )
