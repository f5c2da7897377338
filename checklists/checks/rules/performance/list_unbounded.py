"""A list grows with the app, and the query that reads it names no end."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.places import function_name, query_object
from checklists.checks.subjects.usage import table_of
from checklists.model import Confidence, Severity
from checklists.sql.expressions import Names
from checklists.sql.questions.access import caller_columns
from checklists.sql.schema import API_ROLES, Command, ConstraintKind, Facet, Table
from checklists.ts.index import Key, Query

CHECK = Check(
    items=("lists-bounded",),
    rule="data-pagination",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(Facet.TABLES, Facet.CONSTRAINTS, Facet.RLS),
    sources=True,
    peers=("supabase/agent-skills:data-pagination",),
)
_BOUNDED = frozenset({"csv", "limit", "maybeSingle", "range", "single"})
# Only a count, or options that are worked out and may ask for one.
_COUNTS = re.compile(r"\bhead\s*:\s*true\b|\.select\([^()]*,\s*[A-Za-z_]\w*\s*\)")
_BY_HAND = re.compile(r"(?:^|/)(?:scripts?|seeds?|testing|tests?|e2e|migrations?)/|(?:^|/)seed\w*\.\w+$")
_SMALL = re.compile(
    r"categor|config|currenc|feature|flag|plan|preference|role|setting|status|steps|template|type"
)
# A row for each account elsewhere that somebody connected: there are as many as people did that.
_CONNECTED = frozenset({"refresh_token", "refreshToken", "encrypted_refresh_token"})
_MOST = 1000  # PostgREST's max_rows of a new project


def find(project: Project) -> Iterator[Said]:
    """Every select of a Supabase client on a table that users fill."""
    for query in project.sources.table_queries():
        if query.operation != "select" or query.api != "supabase" or _BY_HAND.search(query.location.path):
            continue
        table = table_of(project, query)
        if table is None or _COUNTS.search(query.text):
            continue
        yield Examined("selects")
        if _grows(table) and not _is_bounded(query) and not _is_own(project, query, table):
            yield _flag(query, table)


def _grows(table: Table) -> bool:
    """Whether users add rows: each belongs to another one, and has a time of making."""
    keys = {name for key in table.of_kind(ConstraintKind.FOREIGN_KEY) for name in key.columns}
    dated = any(column.name in ("created_at", "inserted_at", "createdAt") for column in table.columns)
    return bool(keys) and dated and not _SMALL.search(table.name)


def _is_bounded(query: Query) -> bool:
    """Whether something narrows it, here or where the unfinished query is handed on to."""
    if _BOUNDED.intersection(query.methods) or query.single or query.loop is not None:
        return True
    handed_on = query.handed or (query.error_read is None and not query.result)
    return handed_on or any(method != "is" for method, _, _ in query.filters)


def _is_own(project: Project, query: Query, table: Table) -> bool:
    """Whether RLS leaves only rows of the one who asks, or none."""
    if query.key is Key.SERVICE or not table.rls_enabled:
        return False
    shown = any(table.permissive(Command.SELECT, role) for role in API_ROLES)
    return not shown or bool(caller_columns(table, Names.of(project.schema, table)))


def _flag(query: Query, table: Table) -> Flag:
    return Flag(
        query_object(query),
        query.location,
        f"{function_name(query)} reads all of {table.qualified}, which grows with use: past max_rows "
        f"({_MOST} unless "
        "configured) PostgREST leaves the rest out without an error.",
        "Page through it: .order('created_at').range(from, to), or .limit(n) where the newest are enough.",
        severity=Severity.INFO if any(c.name in _CONNECTED for c in table.columns) else None,
        related=(table.location,),
    )
