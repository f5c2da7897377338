"""An index exists, and Row Level Security keeps users' queries from using it."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.usage import CONTAINMENT, RANGE, SEARCH, Usage, usages
from checklists.model import Confidence, Severity
from checklists.sql.expressions import always_true
from checklists.sql.questions.basetypes import base_type
from checklists.sql.questions.indexing import leads
from checklists.sql.schema import API_ROLES, Command, Facet, Index, Schema
from checklists.ts.index import Key

CHECK = Check(
    items=("missing-indexes", "indexes-shaped"),
    rule="leakproof-index-blocked",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(Facet.TABLES, Facet.RLS, Facet.INDEXES, Facet.TYPES),
    sources=True,
)
_ENUM = "equality of an enum"
_MANY = 3
_REMEDY = """Let a SECURITY DEFINER function in a schema that is not exposed run the search,
with the policies' own condition in its WHERE; or filter by another indexed column as well."""


def find(project: Project) -> Iterator[Said]:
    """Every index that only serves operators which Postgres will not run before a policy."""
    blocked: dict[str, list[tuple[Index, str, str, Usage]]] = {}
    for usage in usages(project):
        if (
            not usage.table.rls_enabled
            or usage.query.key not in (Key.USER, Key.ANON)
            or not usage.query.filters
        ):
            continue
        yield Examined("users' filtered queries")
        kept_from = tuple(_blocked(project.schema, usage))
        for index, column, operator in kept_from if kept_from and not _hides_nothing(usage) else ():
            name = f"index:{index.schema}.{index.name}"
            blocked.setdefault(name, []).append((index, column, operator, usage))
    for name, found in blocked.items():
        yield _flag(name, found)


def _hides_nothing(usage: Usage) -> bool:
    """Whether `true` is a policy of each API role that has any, and of all that the query does: the planner
    folds it away, with every policy that is ORed to it.
    """
    commands = {Command.SELECT, Command(usage.query.operation.upper())}
    asked = [
        usage.table.permissive(command, role)
        for command in commands
        for role in API_ROLES
        if not usage.table.restrictive(command, role)
    ]
    folded = [any(always_true(p.using or "") for p in policies) for policies in asked if policies]
    return len(asked) == len(commands) * len(API_ROLES) and bool(folded) and all(folded)


def _blocked(schema: Schema, usage: Usage) -> Iterator[tuple[Index, str, str]]:
    """(index, column, what asks for it), unless an equality that may run first finds the rows."""
    plain = {column for column in usage.equal if not _is_enum(schema, usage, column)}
    if any(leads(index, plain) for index in usage.table.indexes):
        return
    searched = {*usage.filtered_by(SEARCH), *usage.filtered_by(CONTAINMENT)}
    for index in usage.table.indexes:
        first = index.columns[0] if index.columns else ""
        words = next((c for c in searched if c == first or (index.method != "btree" and c in first)), None)
        if words is not None and index.method in ("gin", "gist"):
            yield index, words, "a text search or containment"
        elif first in usage.equal and _is_enum(schema, usage, first):
            yield index, first, _ENUM
        elif first in usage.filtered_by(RANGE) and _type(schema, usage, first) == "numeric":
            yield index, first, "a range of numeric"


def _type(schema: Schema, usage: Usage, column: str) -> str:
    known = usage.table.column(column)
    return "" if known is None else base_type(schema, known.type)


def _is_enum(schema: Schema, usage: Usage, column: str) -> bool:
    known = schema.types.get(_type(schema, usage, column))
    return known is not None and bool(known.labels)


def _flag(name: str, found: list[tuple[Index, str, str, Usage]]) -> Flag:
    """An enum has few values, each with a large part of the rows: its index seldom helps, RLS or not."""
    index, column, operator, usage = found[0]
    places = tuple(dict.fromkeys(each[3].query.location for each in found))
    many = Severity.MEDIUM if len(places) >= _MANY else None
    return Flag(
        object=name,
        location=usage.query.location,
        message=f"Users search {usage.table.qualified} by {column}, and {index.name} serves {operator}, "
        "which is not leakproof: under Row Level Security Postgres runs the policies first and reads the "
        "whole table.",
        remedy=_REMEDY,
        severity=Severity.INFO if operator == _ENUM else many,
        related=(index.location, *places[1:]),
    )
