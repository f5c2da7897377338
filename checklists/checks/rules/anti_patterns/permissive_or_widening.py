"""Two permissive update policies, joined by OR, allow what each of them alone forbids."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.ownership import ROLE, Update, updates, widenings
from checklists.sql.quoting import ident, listed, relation
from checklists.sql.schema import ConstraintKind, Facet, Policy, Table, holds

CHECK = Check(
    items=("permissive-policies", "ownership-kept"),
    rule="permissive-or-widening",
    severity=Severity.HIGH,
    reads=(Facet.TABLES, Facet.RLS, Facet.POLICIES, Facet.GRANTS, Facet.TRIGGERS),
    provable=True,
)


def find(project: Project) -> Iterator[Said]:
    """Every policy whose WITH CHECK undoes what another policy's WITH CHECK holds fast."""
    for table in project.schema.user_tables():
        if not table.rls_enabled or not holds(table.grants, ROLE, "UPDATE"):
            continue
        if len(updates(project.schema, table)) < 2:
            continue
        yield Examined("tables")
        for lax, strict, columns in widenings(project.schema, table):
            yield _flag(table, lax, strict, columns)


def _flag(table: Table, lax: Update, strict: Update, columns: tuple[str, ...]) -> Flag:
    one, other = lax.policy, strict.policy
    return Flag(
        object=one.object,
        location=one.location,
        message=f"Postgres joins permissive policies by OR, so a row of {table.qualified} that passes USING "
        f'of "{other.name}" may be saved under the {_named(one)} of "{one.name}", which does not tie '
        f"{listed(columns)} to the caller: its owner can hand it to anyone.",
        remedy=f"alter policy {ident(one.name)} on {relation(table.qualified)}\n"
        f"  with check (({_condition(other.effective_check)}) and ({_condition(one.effective_check)}));",
        severity=Severity.MEDIUM if all(_is_unique(table, column) for column in columns) else None,
        related=(other.location,),
    )


def _is_unique(table: Table, column: str) -> bool:
    """Whether there is one row for each value at most, so that nobody who has one can be given another."""
    kinds = (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE)
    return any(each.kind in kinds and each.columns == (column,) for each in table.constraints) or any(
        index.unique and index.columns == (column,) for index in table.indexes
    )


def _named(policy: Policy) -> str:
    return "WITH CHECK" if policy.check is not None else "USING, which is its WITH CHECK as well,"


def _condition(text: str | None) -> str:
    return text or "true"
