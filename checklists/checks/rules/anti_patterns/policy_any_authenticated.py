"""A write policy asks only whether the caller is signed in."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.expressions import Names
from checklists.sql.questions.access import (
    WRITES,
    callers,
    column_is_free,
    commands_of,
    is_narrowed,
    owner_of,
    person_columns,
)
from checklists.sql.questions.openness import Openness, openness, write_clauses
from checklists.sql.quoting import ident, listed, relation
from checklists.sql.schema import Command, Facet, Policy, Schema, Table

CHECK = Check(
    items=("permissive-policies", "ownership-kept"),
    rule="policy-any-authenticated",
    severity=Severity.HIGH,
    reads=(Facet.TABLES, Facet.RLS, Facet.POLICIES),
    provable=True,
)


def find(project: Project) -> Iterator[Said]:
    """Every permissive write policy that each signed-in user passes for each row."""
    anonymous = bool(project.config.get("auth", {}).get("enable_anonymous_sign_ins"))
    for table in project.schema.user_tables():
        for policy in table.policies if table.rls_enabled else ():
            if not policy.permissive or "authenticated" not in callers(table, policy, *WRITES):
                continue
            yield Examined("policies")
            met = [openness(text, table, policy) for _, text in write_clauses(policy)]
            if Openness.SIGNED_IN in met and Openness.EVERYONE not in met:
                owners = _owners(project.schema, table)
                if policy.command is not Command.INSERT or owners:
                    yield _flag(
                        table, policy, owners or (owner_of(project.schema, table),), anonymous=anonymous
                    )


def _owners(schema: Schema, table: Table) -> tuple[str, ...]:
    """The columns that tie a row to a user and that an insert may choose."""
    columns = sorted(person_columns(table, Names.of(schema, table)))
    return tuple(c for c in columns if column_is_free(schema, table, c, Command.INSERT, "authenticated"))


def _flag(table: Table, policy: Policy, owners: tuple[str, ...], *, anonymous: bool) -> Flag:
    verbs = {Command.INSERT: "insert", Command.UPDATE: "change", Command.DELETE: "delete"}
    may = f"{' and '.join(verbs[c] for c in commands_of(policy) if c in verbs)} anybody's rows of"
    if policy.command is Command.INSERT:
        may = f"insert rows in anybody's name ({listed(owners)}) into"
    whoever = " Anonymous sign-ins are on, so that is every visitor." if anonymous else ""
    return Flag(
        object=policy.object,
        location=policy.location,
        message=f'Policy "{policy.name}" asks only whether the caller is signed in: every account may {may} '
        f"{table.qualified}.{whoever}",
        remedy=f"alter policy {ident(policy.name)} on {relation(table.qualified)}\n"
        f"  … ({ident(owners[0])} = (select auth.uid()));\n"
        "with the column that holds the row's owner or organisation. If every account is meant to share "
        "these rows, waive this with that reason.",
        severity=Severity.LOW if is_narrowed(table, policy, "authenticated") else None,
    )
