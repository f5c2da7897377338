"""Schemas whose parsed values are written to a table that they do not fit."""

import re
from collections.abc import Iterator
from dataclasses import replace

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.places import query_object, snippet
from checklists.model import Confidence, Severity
from checklists.sql.questions.values import allowed_values
from checklists.sql.schema import Column, Facet, Table
from checklists.ts.index import Query, SchemaField, Validation

CHECK = Check(
    items=("input-validated", "shared-schemas"),
    rule="zod-db-parity",
    severity=Severity.MEDIUM,
    sources=True,
    also=(Input.SCHEMA,),
)
_WRITES = frozenset({"insert", "update", "upsert"})
_LIMITED = re.compile(r"^character(?: varying)?\((\d+)\)$")


def find(project: Project) -> Iterator[Said]:
    """Every write of a whole parsed object to a table of the migrations."""
    for function in project.sources.functions.values():
        for query in function.queries if function.validations else ():
            table = _table(project, query)
            if table is None or query.operation not in _WRITES:
                continue
            for validation in function.validations:
                if validation.fields is not None and _writes_all(query, validation):
                    yield Examined("schemas written to a table")
                    yield from (_doubted(project, flag) for flag in _compare(query, validation, table))


def _doubted(project: Project, flag: Flag) -> Flag:
    """A statement that could not be read may have added what seems to be missing."""
    unread = project.schema.gaps_in(Facet.TABLES, Facet.CONSTRAINTS)
    return replace(flag, confidence=Confidence.LOW) if unread else flag


def _table(project: Project, query: Query) -> Table | None:
    name = query.table or ""
    return project.schema.tables.get(name if "." in name else f"public.{name}")


def _writes_all(query: Query, validation: Validation) -> bool:
    """Whether the payload is the parse's result, or spreads it."""
    if not validation.result:
        return False
    clean = rf"{re.escape(validation.result)}(?:\s*[?!]?\.\s*data)?"
    payload = query.payload.strip()
    whole = re.fullmatch(rf"\[?\s*{clean}\s*\]?", payload)
    return bool(whole or re.search(rf"\.\.\.\s*{clean}\s*[,}}\s]", payload))


def _compare(query: Query, validation: Validation, table: Table) -> Iterator[Flag]:
    fields = validation.fields or ()
    allowed = allowed_values(table)
    for field in fields:
        column = table.column(field.name)
        if column is None:
            yield _flag(
                query,
                validation,
                field,
                f"has a key `{field.name}`, and `{table.name}` has no such column: the {query.operation} "
                "fails",
            )
            continue
        beyond = sorted(set(field.labels or ()) - allowed.get(field.name, frozenset(field.labels or ())))
        if beyond:
            words = ", ".join(f"'{word}'" for word in beyond)
            yield _flag(
                query,
                validation,
                field,
                f"lets {words} through as `{field.name}`, which the column's CHECK refuses",
            )
        limit = _LIMITED.match(column.type)
        if limit and field.largest is not None and field.largest > int(limit[1]):
            yield _flag(
                query,
                validation,
                field,
                f"allows {field.largest} characters in `{field.name}`, which holds {limit[1]}",
            )
        if (
            query.operation == "insert"
            and field.optional
            and _is_required(column)
            and not _sets(query, field.name)
        ):
            yield _flag(
                query,
                validation,
                field,
                f"lets `{field.name}` be left out, and the column is NOT NULL without a default",
            )


def _is_required(column: Column) -> bool:
    return column.not_null and column.default is None and not column.identity and column.generated is None


def _sets(query: Query, name: str) -> bool:
    return re.search(rf"[{{,]\s*{re.escape(name)}\s*[:,}}]", query.payload) is not None


def _flag(query: Query, validation: Validation, field: SchemaField, what: str) -> Flag:
    own = field.location.path == query.location.path
    return Flag(
        query_object(query),
        field.location,
        f"`{snippet(validation.schema, 40)}` {what}.",
        "Derive one from the other, or bring the schema and the migration into line.",
        confidence=None if own else Confidence.MEDIUM,
        related=(query.location, validation.location),
    )
