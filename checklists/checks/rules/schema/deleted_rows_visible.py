"""Rows that are marked as deleted are read like any other."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.bystanders import is_script, is_test
from checklists.checks.subjects.softdelete import SoftTable, is_hidden, reads_past, soft_tables
from checklists.checks.subjects.usage import queries_of, spellings
from checklists.model import Confidence, Location, Severity
from checklists.sql.questions.conventions import key_of
from checklists.sql.questions.exposure import is_served, roles_holding
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import API_ROLES, Command, Facet, Schema
from checklists.ts.index import Query

CHECK = Check(
    items=("soft-delete",),
    rule="soft-delete-enforced",
    severity=Severity.HIGH,
    reads=(Facet.TABLES, Facet.POLICIES, Facet.VIEWS, Facet.FUNCTIONS),
    sources=True,
)
_COUNTS = re.compile(r"\bhead\s*:\s*true\b")


def find(project: Project) -> Iterator[Said]:
    """Every table whose rows are marked as deleted, and whose readers look past the mark."""
    for soft in soft_tables(project):
        yield Examined("tables")
        if not soft.places or is_hidden(project.schema, soft):
            continue
        asked = (query for query in queries_of(project, soft.table) if query.operation == "select")
        reads = [q for q in asked if not (is_test(q.location.path) or is_script(q.location.path))]
        past = [query for query in reads if reads_past(project, soft, query)]
        lists = [query for query in past if not _is_one(query, soft) and not _is_numbering(project, query)]
        if past == reads and (lists or _is_open(project.schema, soft)):
            yield _all(project, soft, lists)
        elif lists:
            yield _some(project, soft, lists)


def _is_one(query: Query, soft: SoftTable) -> bool:
    """Whether it asks for rows that it knows, or only whether there is one or how many there are."""
    if query.single or "limit(1)" in query.text or _COUNTS.search(query.text):
        return True
    key = set(key_of(soft.table)) | {"id"}
    spelled = "|".join(re.escape(each) for name in key for each in spellings(name))
    by_key = re.compile(rf"\b(?:eq|inArray)\(\s*\w+\.(?:{spelled})\b")
    return any(
        (method in ("eq", "in") and column in key) or (method == "where" and by_key.search(value))
        for method, column, value in query.filters
    )


def _is_numbering(project: Project, query: Query) -> bool:
    """Whether its function adds a row to the same table: then it looks for the next number or position."""
    function = project.sources.functions.get(query.function)
    others = () if function is None else function.queries
    return any(each.operation == "insert" and each.table == query.table for each in others)


def _is_open(schema: Schema, soft: SoftTable) -> bool:
    """Whether users can list the table through the Data API."""
    table = soft.table
    roles = roles_holding(table.grants, "SELECT") if is_served(schema, table.schema) else ()
    return any(not table.rls_enabled or table.permissive(Command.SELECT, role) for role in roles)


def _all(project: Project, soft: SoftTable, lists: list[Query]) -> Flag:
    """High where an endpoint or the browser lists them: there somebody sees them."""
    sources = project.sources
    shown = any(q.function in sources.within or q.location.path in sources.client_paths for q in lists)
    readers = "no policy, no view and no query" if lists else "no policy and no view"
    return Flag(
        object=soft.table.object,
        location=_place(soft),
        message=f"Rows of {soft.table.qualified} are marked in {soft.column.name}, and {readers} that reads "
        "it "
        "leaves marked rows out: what was deleted is still shown.",
        remedy=_remedy(soft),
        severity=None if shown else Severity.MEDIUM if lists else Severity.LOW,
        related=(*soft.places, *(query.location for query in lists)),
    )


def _place(soft: SoftTable) -> Location:
    reading = (p.location for role in API_ROLES for p in soft.table.permissive(Command.SELECT, role))
    return next(reading, soft.column.location or soft.table.location)


def _some(project: Project, soft: SoftTable, lists: list[Query]) -> Flag:
    within = {name for query in lists for name in project.sources.within.get(query.function, ())}
    does = "One query lists" if len(lists) == 1 else f"{len(lists)} queries list"
    return Flag(
        object=soft.table.object,
        location=lists[0].location,
        message=f"{does} {soft.table.qualified} without a word of {soft.column.name}, by which others leave "
        "deleted rows out: here they come with the rest.",
        remedy=_remedy(soft),
        severity=Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
        within=tuple(sorted(within)),
        related=tuple(query.location for query in lists[1:]),
    )


def _remedy(soft: SoftTable) -> str:
    table, column = soft.table, ident(soft.column.name)
    kept = f"not {column}" if soft.column.type == "boolean" else f"{column} is null"
    view = relation(f"{table.schema}.active_{table.name}")
    return (
        f"Filter by `{kept}` in every query, or read a view {view} with security_invoker that does. Not in "
        "the SELECT policy alone: Postgres then refuses the update that marks a row."
    )
