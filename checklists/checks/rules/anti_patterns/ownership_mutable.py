"""A user may update a row so that it is no longer tied to them, or to their organisation."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.ownership import ROLE, Update, changeable, updates, widenings
from checklists.sql.quoting import ident, listed, relation
from checklists.sql.schema import Facet, Schema, Table, holds

CHECK = Check(
    items=("permissive-policies", "ownership-kept"),
    rule="ownership-immutable",
    severity=Severity.HIGH,
    reads=(Facet.TABLES, Facet.RLS, Facet.POLICIES, Facet.GRANTS, Facet.TRIGGERS),
    provable=True,
)


def find(project: Project) -> Iterator[Said]:
    """Every update policy whose USING binds a column that its WITH CHECK lets go."""
    for table in project.schema.user_tables():
        if not table.rls_enabled or not holds(table.grants, ROLE, "UPDATE"):
            continue
        found = updates(project.schema, table)
        widening = {lax.policy.name for lax, _, _ in widenings(project.schema, table)}
        yield Examined("policies", len(found))
        for each in found:
            columns = _let_go(project.schema, table, each)
            if columns and each.policy.name not in widening:
                yield _flag(table, each, columns)


def _let_go(schema: Schema, table: Table, each: Update) -> tuple[str, ...]:
    return changeable(schema, table, each.let_go) if each.policy.check is not None else ()


def _flag(table: Table, each: Update, columns: tuple[str, ...]) -> Flag:
    policy = each.policy
    return Flag(
        object=policy.object,
        location=policy.location,
        message=f'Policy "{policy.name}" finds the rows of {table.qualified} by {listed(columns)} but does '
        "not check the new value: whoever may update a row can hand it to someone else, or plant it with "
        "them.",
        remedy=f"alter policy {ident(policy.name)} on {relation(table.qualified)}\n"
        f"  with check (({policy.using}) and ({policy.check}));\n"
        "If handing rows over is a feature, say so in a waiver.",
    )
