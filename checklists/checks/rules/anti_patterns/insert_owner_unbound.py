"""A signed-in user may insert rows in someone else's name."""

from collections.abc import Iterator
from dataclasses import replace

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.expressions import Names, own_or_none, owner_columns
from checklists.sql.questions.access import caller_columns, clauses, column_is_free, demands, never_null
from checklists.sql.questions.openness import Openness, admits_nothing, openness
from checklists.sql.quoting import ident, listed, relation
from checklists.sql.schema import Command, Facet, Policy, Schema, Table, holds

CHECK = Check(
    items=("permissive-policies", "ownership-kept"),
    rule="insert-owner-binding",
    severity=Severity.HIGH,
    reads=(Facet.TABLES, Facet.RLS, Facet.POLICIES, Facet.GRANTS, Facet.TRIGGERS),
    provable=True,
)
_ROLE = "authenticated"


def find(project: Project) -> Iterator[Said]:
    """Every insert policy that leaves the column free by which the table's other policies know the owner."""
    for table in project.schema.user_tables():
        if not table.rls_enabled or not holds(table.grants, _ROLE, "INSERT"):
            continue
        names = Names.of(project.schema, table)
        for policy in table.permissive(Command.INSERT, _ROLE):
            yield Examined("policies")
            columns = _free(project.schema, table, policy, names)
            if columns:
                yield _weighed(table, policy, columns, names)


def _weighed(table: Table, policy: Policy, columns: tuple[str, ...], names: Names) -> Flag:
    """Less where the column may hold no other's id, or everybody reads the rows."""
    anyones = tuple(c for c in columns if c not in own_or_none(policy.effective_check or "", names))
    if not anyones:
        return replace(
            _flag(table, policy, columns),
            message=f'Policy "{policy.name}" lets a signed-in user insert a row into {table.qualified} that '
            f"has NULL in {listed(columns)}, and so is nobody's; another's id is refused.",
            severity=Severity.LOW,
        )
    flag = _flag(table, policy, anyones)
    return replace(flag, severity=Severity.MEDIUM) if _is_shared(table) else flag


def _is_shared(table: Table) -> bool:
    """Whether every signed-in user reads all of it: a wrong name there is a wrong name, and no more."""
    reads = ((p.using, p) for p in table.permissive(Command.SELECT, _ROLE) if p.using)
    return any(openness(using, table, policy) is not Openness.CLOSED for using, policy in reads)


def _free(schema: Schema, table: Table, policy: Policy, names: Names) -> tuple[str, ...]:
    check = policy.effective_check
    demanded = demands(check, names)
    if check is None or not demanded.free or openness(check, table, policy) is not Openness.CLOSED:
        return ()
    if admits_nothing(policy, Command.INSERT, _ROLE):
        return ()
    others = {text for p in table.policies if p is not policy for _, text in clauses(p)}
    owners = {column for text in others for column in owner_columns(text, names)} & caller_columns(
        table, names
    )
    held = {
        column
        for each in table.restrictive(Command.INSERT, _ROLE)
        for column in demands(each.effective_check, names).columns
    }
    held |= own_or_none(check, names) & never_null(table)
    return tuple(c for c in sorted(owners - held) if column_is_free(schema, table, c, Command.INSERT, _ROLE))


def _flag(table: Table, policy: Policy, columns: tuple[str, ...]) -> Flag:
    return Flag(
        object=policy.object,
        location=policy.location,
        message=f'Policy "{policy.name}" lets a signed-in user insert into {table.qualified} with any '
        f"{listed(columns)}, the column by which its other policies know the owner: rows can be planted "
        "in someone else's name.",
        remedy=f"alter policy {ident(policy.name)} on {relation(table.qualified)}\n"
        f"  with check (({policy.effective_check}) and {ident(columns[0])} = (select auth.uid()));",
    )
