"""A table does not say when its rows were made or changed."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.usage import changes_rows
from checklists.model import Severity
from checklists.sql.questions.basetypes import base_type
from checklists.sql.questions.conventions import created_column, is_join, is_log, is_passing, updated_column
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Column, Facet, Schema, Table, TableKind

CHECK = Check(
    items=("audit-timestamps",),
    rule="audit-timestamps",
    severity=Severity.LOW,
    reads=(Facet.TABLES, Facet.CONSTRAINTS),
    also=(Input.SOURCES,),
)
_NOW = ("now(", "current_timestamp", "clock_timestamp(", "transaction_timestamp(", "statement_timestamp(")


def find(project: Project) -> Iterator[Said]:
    """Every table without `created_at`, or without `updated_at` though its rows are changed."""
    for table in project.schema.user_tables():
        if table.kind is TableKind.FOREIGN or table.partition_of or is_join(table):
            continue
        yield Examined("tables")
        missing = [] if _made(table) is not None else ["created_at"]
        if updated_column(table) is None and _is_kept(table) and changes_rows(project, table):
            missing.append("updated_at")
        if missing:
            yield _lacking(table, missing)
        elif (created := created_column(table)) is not None and (why := _loose(project.schema, created)):
            yield _unsure_of(table, created, why)


def _made(table: Table) -> Column | None:
    """The column that says when a row was made, by its name or its default."""
    own = (c for c in table.columns if _is_now(c) and c is not updated_column(table))
    return created_column(table) or next(own, None)


def _is_kept(table: Table) -> bool:
    return not is_log(table) and not is_passing(table)


def _is_now(column: Column) -> bool:
    default = (column.default or "").lower()
    return any(now in default for now in _NOW)


def _loose(schema: Schema, column: Column) -> str:
    """What lets `created_at` be missing or wrong; its type is for `naive_timestamp` to say."""
    if not base_type(schema, column.type).startswith("timestamp"):
        return ""
    if not _is_now(column):
        return "has no default, so that a row says what a client sends, or nothing"
    return "" if column.not_null else "may be NULL, so that a row need not say when it was made"


def _lacking(table: Table, missing: list[str]) -> Flag:
    added = ", ".join(f"add column {name} timestamptz not null default now()" for name in missing)
    told = {"created_at": "was made", "updated_at": "was last changed"}
    return Flag(
        object=table.object,
        location=table.location,
        message=f"{table.qualified} has no {' and no '.join(missing)}: nobody can tell when a row "
        f"{' or '.join(told[name] for name in missing)}.",
        remedy=f"alter table {relation(table.qualified)} {added};",
    )


def _unsure_of(table: Table, column: Column, why: str) -> Flag:
    name = ident(column.name)
    return Flag(
        object=table.object,
        location=column.location or table.location,
        message=f"{table.qualified}.{column.name} {why}.",
        remedy=f"alter table {relation(table.qualified)} alter column {name} set default now(), "
        f"alter column {name} set not null;",
        severity=Severity.INFO,
    )
