"""A row that is marked as deleted keeps its unique key."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.softdelete import SoftTable, soft_tables
from checklists.checks.subjects.usage import queries_of
from checklists.model import Confidence, Severity
from checklists.sql.questions.accounts import account_tables
from checklists.sql.questions.conventions import key_of
from checklists.sql.quoting import columns, ident, listed, relation
from checklists.sql.schema import ConstraintKind, Facet, Index, Table

CHECK = Check(
    items=("soft-delete",),
    rule="soft-delete-enforced",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(Facet.TABLES, Facet.INDEXES, Facet.CONSTRAINTS, Facet.FUNCTIONS),
    also=(Input.SOURCES,),
)

# Numbers of documents, which are never given twice.
_NUMBER = frozenset({"number", "invoice_number", "order_number", "receipt_number", "reference_number"})


def find(project: Project) -> Iterator[Said]:
    """Every unique key that counts marked rows, where nothing brings such rows back."""
    accounts = account_tables(project.schema)
    for soft in soft_tables(project):
        if soft.table.qualified in accounts:
            continue  # the name of an account is kept on purpose while the account can come back
        for index in soft.table.indexes:
            if not index.unique or index.primary or soft.column.name in index.columns:
                continue
            yield Examined("unique keys")
            if not soft.places or soft.revives or _is_partial(index) or _NUMBER & {*index.columns}:
                continue
            if _is_made_up(soft.table, index):
                continue
            if not _is_upserted(project, soft.table, index):
                yield _flag(soft, index)


def _is_partial(index: Index) -> bool:
    return index.predicate is not None


def _is_made_up(table: Table, index: Index) -> bool:
    """Whether the value is an id of its own, which no second row would ask for."""
    if len(index.columns) > 1:
        return set(index.columns) >= set(key_of(table)) != set()
    column = table.column(index.columns[0]) if index.columns else None
    foreign = {c for key in table.of_kind(ConstraintKind.FOREIGN_KEY) for c in key.columns}
    if column is None or column.name in foreign:
        return column is None
    return column.type == "uuid" or column.name.endswith(("id", "token", "hash", "key")) or column.identity


def _is_upserted(project: Project, table: Table, index: Index) -> bool:
    """Whether code meets the row that is there instead of failing."""
    upserts = (q for q in queries_of(project, table) if q.operation == "upsert")
    return any(q.on_conflict is not None and set(q.on_conflict) == set(index.columns) for q in upserts)


def _flag(soft: SoftTable, index: Index) -> Flag:
    table, name, column = soft.table, ident(index.name), ident(soft.column.name)
    kept = f"not {column}" if soft.column.type == "boolean" else f"{column} is null"
    drop = (
        f"alter table {relation(table.qualified)} drop constraint {name};"
        if index.constraint
        else f"drop index {relation(f'{index.schema}.{index.name}')};"
    )
    return Flag(
        object=f"index:{index.schema}.{index.name}",
        location=index.location,
        message=f"A row of {table.qualified} that is marked in {soft.column.name} keeps its "
        f"{listed(index.columns)}: a new one with the same fails with 23505, and users see no reason.",
        remedy=f"{drop}\ncreate unique index {name} on {relation(table.qualified)} "
        f"({columns(index.columns)})\n"
        f"  where {kept};",
        related=soft.places[:3],
    )
