"""The column that says whose row it is refers to no user, or may be empty."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.expressions import Names, owner_columns
from checklists.sql.questions.access import clauses, demands
from checklists.sql.questions.accounts import USERS
from checklists.sql.questions.basetypes import base_type
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Column, Command, ConstraintKind, Facet, Schema, Table

CHECK = Check(
    items=("ownership-columns",),
    rule="owner-column",
    severity=Severity.MEDIUM,
    reads=(Facet.TABLES, Facet.CONSTRAINTS, Facet.POLICIES),
)


def find(project: Project) -> Iterator[Said]:
    """Every column that policies compare with the caller's id, and that refers to nobody or may be NULL."""
    for table in project.schema.user_tables():
        for column, commands in _owners(project.schema, table):
            yield Examined("columns")
            keys = [k for k in table.of_kind(ConstraintKind.FOREIGN_KEY) if column.name in k.columns]
            if not keys:
                yield _unreferenced(table, column)
            elif not column.not_null and commands != {Command.SELECT} and keys[0].on_delete != "SET NULL":
                if _is_reached_otherwise(project.schema, table, column.name):
                    continue
                yield _nullable(table, column)


def _owners(schema: Schema, table: Table) -> Iterator[tuple[Column, set[Command]]]:
    """The columns by which policies know the caller, and the commands that they govern by it."""
    names = Names.of(schema, table)
    found: dict[str, set[Command]] = {}
    for policy in table.policies:
        for _, text in clauses(policy):
            for name in owner_columns(text, names):
                found.setdefault(name, set()).add(policy.command)
    for name, commands in found.items():
        column = table.column(name)
        if column is not None and base_type(schema, column.type) == "uuid":
            yield column, commands


def _is_reached_otherwise(schema: Schema, table: Table, column: str) -> bool:
    """Whether a policy lets plain callers have a row without asking for the column."""
    names = Names.of(schema, table)
    asked = (demands(policy.using, names) for policy in table.policies if policy.permissive and policy.using)
    return any(not each.gated and column not in each.columns for each in asked)


def _unreferenced(table: Table, column: Column) -> Flag:
    target = f"{relation(USERS)} (id) on delete cascade"
    return Flag(
        object=f"column:{table.qualified}.{column.name}",
        location=column.location or table.location,
        message=f"Policies know the owner of a row by {table.qualified}.{column.name}, which is no foreign "
        "key: "
        "an id of nobody can be stored, and the rows of a deleted user stay.",
        remedy=f"alter table {relation(table.qualified)} add foreign key ({ident(column.name)})\n"
        f"  references {target};",
    )


def _nullable(table: Table, column: Column) -> Flag:
    return Flag(
        object=f"column:{table.qualified}.{column.name}",
        location=column.location or table.location,
        message=f"Policies know the owner of a row by {table.qualified}.{column.name}, which may be NULL: "
        "NULL "
        "equals nobody, so that no user reaches such a row, and nothing deletes it.",
        remedy=f"alter table {relation(table.qualified)} alter column {ident(column.name)} set not null;",
        severity=Severity.LOW,
    )
