"""A table does not say when its rows were made or changed."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.usage import changes_rows, queries_of, spellings
from checklists.model import Severity
from checklists.sql.questions.accounts import account_tables
from checklists.sql.questions.basetypes import base_type
from checklists.sql.questions.bodywrites import body_writes
from checklists.sql.questions.conventions import created_column, is_join, is_log, is_passing, updated_column
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Column, Command, Facet, Table, TableKind

CHECK = Check(
    items=("audit-timestamps",),
    rule="audit-timestamps",
    severity=Severity.LOW,
    reads=(Facet.TABLES, Facet.CONSTRAINTS),
    also=(Input.SOURCES,),
)
_HAPPENED = re.compile(
    r"\w+ed_(?:at|on)|(?:seen|sent|begun|run|taken|given|at|as_of)(?:_at|_on|_ts)?|ts|timestamp"
)
_NOW = ("now(", "current_timestamp", "clock_timestamp(", "transaction_timestamp(", "statement_timestamp(")


def find(project: Project) -> Iterator[Said]:
    """Every table without `created_at`, or without `updated_at` though its rows are changed."""
    for table in project.schema.user_tables():
        if table.kind is TableKind.FOREIGN or table.partition_of or is_join(table):
            continue
        yield Examined("tables")
        told = _made(table) is not None or not _is_added_to(project, table)
        missing = [] if told else ["created_at"]
        if updated_column(table) is None and _is_kept(table) and changes_rows(project, table):
            missing.append("updated_at")
        if missing:
            yield _lacking(table, missing, account=table.qualified in account_tables(project.schema))
        elif (created := created_column(table)) is not None and (why := _loose(project, table, created)):
            yield _unsure_of(table, created, why)


def _made(table: Table) -> Column | None:
    """The column that says when a row was made, by its name, its default, or since it must be written."""
    others = [column for column in table.columns if column is not updated_column(table)]
    own = (c for c in others if _is_now(c) or (c.not_null and c.type.startswith("timestamp") and _ran(c)))
    return created_column(table) or next(own, None)


def _ran(column: Column) -> bool:
    """Whether it says when something has happened (`joined_at`), not when it will (`expires_at`)."""
    return _HAPPENED.fullmatch(column.name) is not None


def _is_added_to(project: Project, table: Table) -> bool:
    """Whether code or a client adds rows; what migrations fill alone is as old as they are."""
    if any(query.operation in ("insert", "upsert") for query in queries_of(project, table)):
        return True
    if any(w.command is Command.INSERT for w in body_writes(project.schema).get(table.qualified, ())):
        return True
    if any(policy.governs(Command.INSERT) and policy.permissive for policy in table.policies):
        return True
    return next(project.sources.table_queries(), None) is None  # the app lies elsewhere


def _is_kept(table: Table) -> bool:
    return not is_log(table) and not is_passing(table)


def _is_now(column: Column) -> bool:
    default = (column.default or "").lower()
    return any(now in default for now in _NOW)


def _loose(project: Project, table: Table, column: Column) -> str:
    """What lets `created_at` be missing or wrong; its type is for `naive_timestamp` to say."""
    if not base_type(project.schema, column.type).startswith("timestamp"):
        return ""
    if not _is_now(column):
        return "has no default, so that a row says what a client sends, or nothing"
    if column.not_null or not _is_sent(project, table, column):
        return ""
    return "may be NULL, and code writes it: a row need not say when it was made"


def _is_sent(project: Project, table: Table, column: Column) -> bool:
    """Whether anything writes it beside its default."""
    named = re.compile(rf"\b(?:{'|'.join(spellings(column.name))})\b")
    added = [q.payload for q in queries_of(project, table) if q.operation in ("insert", "upsert")]
    writes = body_writes(project.schema).get(table.qualified, ())
    added += [w.text.partition(")")[0] for w in writes if w.command is Command.INSERT]
    return any(named.search(text) for text in added)


def _lacking(table: Table, missing: list[str], *, account: bool) -> Flag:
    added = ", ".join(f"add column {name} timestamptz not null default now()" for name in missing)
    told = {"created_at": "was made", "updated_at": "was last changed"}
    return Flag(
        object=table.object,
        location=table.location,
        message=f"{table.qualified} has no {' and no '.join(missing)}: nobody can tell when a row "
        f"{' or '.join(told[name] for name in missing)}.",
        remedy=f"alter table {relation(table.qualified)} {added};",
        severity=Severity.INFO if account and "created_at" in missing else None,  # auth.users tells when
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
