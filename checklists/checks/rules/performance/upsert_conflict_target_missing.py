"""An upsert names, or falls back on, columns that no unique index of its table covers."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.places import function_name, query_object
from checklists.checks.subjects.usage import table_of
from checklists.model import Confidence, Severity
from checklists.sql.quoting import columns, relation
from checklists.sql.schema import ConstraintKind, Facet, Index, Table
from checklists.ts.index import Query
from checklists.ts.objects import entries

CHECK = Check(
    items=("batch-writes",),
    rule="upsert-conflict-target",
    severity=Severity.HIGH,
    reads=(Facet.TABLES, Facet.INDEXES, Facet.CONSTRAINTS),
    sources=True,
)


def find(project: Project) -> Iterator[Said]:
    """Every upsert of a Supabase client into a table that the migrations build."""
    for query in project.sources.table_queries():
        table = table_of(project, query) if query.operation == "upsert" else None
        if table is None or query.api != "supabase":
            continue
        yield Examined("upserts")
        if query.on_conflict is not None:
            flag = _of_target(query, table) or _of_generated(project, query, table)
        else:
            flag = _of_default(query, table) if "onConflict" not in query.text else None
        if flag is not None:
            yield flag


def _of_target(query: Query, table: Table) -> Flag | None:
    """Columns that are named, and that no unique index has as its own."""
    wanted = frozenset(query.on_conflict or ())
    unique = [index for index in table.indexes if index.unique and frozenset(index.columns) == wanted]
    if not wanted or any(index.predicate is None for index in unique):
        return None
    named = ", ".join(query.on_conflict or ())
    unknown = sorted(name for name in wanted if table.column(name) is None)
    state = "42703" if unknown else "42P10"
    if unknown:
        why = f"it has no column {unknown[0]}"
    elif unique:
        why = f"{unique[0].name} holds only some of its rows, and PostgREST cannot name its condition"
    else:
        why = f"nothing of it is unique by {'these columns' if len(wanted) > 1 else 'this column'}"
    return Flag(
        object=query_object(query),
        location=query.location,
        message=f"{function_name(query)} upserts into {table.qualified} on conflict of ({named}), but {why}: "
        f"Postgres refuses every such statement ({state}).",
        remedy=_remedy(table, query.on_conflict or (), unknown),
        related=(unique[0].location if unique else table.location,),
    )


def _remedy(table: Table, named: tuple[str, ...], unknown: list[str]) -> str:
    by_name = next((i for i in table.indexes if i.unique and i.predicate is None and i.name in unknown), None)
    if by_name is not None:
        return f"onConflict takes columns, not the name of a constraint: '{','.join(by_name.columns)}'."
    if unknown:
        return "Name the columns of a unique constraint, as the table has them."
    return f"alter table {relation(table.qualified)} add unique ({columns(named)});"


def _of_generated(project: Project, query: Query, table: Table) -> Flag | None:
    """The target is a key that the database makes up, and the rows come from whoever calls the function."""
    key = next(iter(table.of_kind(ConstraintKind.PRIMARY_KEY)), None)
    function = project.sources.functions.get(query.function)
    if key is None or function is None or set(key.columns) != set(query.on_conflict or ()):
        return None
    handed = any(re.match(rf"\s*{re.escape(query.payload)}\b", each) for each in function.parameters)
    if not query.payload.isidentifier() or not handed or not _is_made(table, key.columns):
        return None
    named = ", ".join(key.columns)
    return Flag(
        object=query_object(query),
        location=query.location,
        message=f"{function_name(query)} upserts what it is handed into {table.qualified} on conflict of "
        f"({named}), which the database makes up: a row without one is new each time, and one with "
        "an id of the caller's choice replaces the row that has it, as far as UPDATE policies go.",
        remedy="Name what makes two rows the same (a unique constraint over natural columns), and take ids "
        "from the database only.",
        severity=Severity.LOW,
        confidence=Confidence.MEDIUM,
        related=(key.location,),
    )


def _of_default(query: Query, table: Table) -> Flag | None:
    """No target is named, so the primary key is meant, and the row is written without it."""
    key = next(iter(table.of_kind(ConstraintKind.PRIMARY_KEY)), None)
    written = entries(query.payload)
    if (
        key is None
        or written is None
        or not _is_made(table, key.columns)
        or written.keys() & set(key.columns)
    ):
        return None
    natural = next((index for index in table.indexes if _is_natural(index, written.keys())), None)
    if natural is None:
        return None
    named = ",".join(natural.columns)
    return Flag(
        object=query_object(query),
        location=query.location,
        message=f"{function_name(query)} upserts into {table.qualified} without its primary key "
        f"({', '.join(key.columns)}) and names no other target: a second row with the same {named} is no "
        "update, it fails (23505).",
        remedy=f"Name what makes the row the same: .upsert(row, {{ onConflict: '{named}' }}).",
        severity=Severity.MEDIUM,
        related=(natural.location,),
    )


def _is_made(table: Table, names: tuple[str, ...]) -> bool:
    """Whether the database fills the columns in by itself."""
    found = [table.column(name) for name in names]
    return all(column is not None and (column.default is not None or column.identity) for column in found)


def _is_natural(index: Index, written: object) -> bool:
    """A whole unique index over columns that are written, besides the primary key."""
    return (
        index.unique and not index.primary and index.predicate is None and set(index.columns) <= set(written)  # type: ignore[call-overload]
    )
