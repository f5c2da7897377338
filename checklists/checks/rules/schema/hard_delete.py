"""Code deletes business rows for good."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.bystanders import is_script, is_test
from checklists.checks.subjects.places import listed
from checklists.checks.subjects.usage import queries_of
from checklists.model import Confidence, Location, Severity
from checklists.sql.questions.bodywrites import body_writes
from checklists.sql.questions.conventions import archived_column, deleted_column, is_join, is_log, is_passing
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Command, ConstraintKind, Facet, Function, Table
from checklists.ts.index import Key, Query

CHECK = Check(
    items=("soft-delete",),
    rule="soft-delete-column",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(Facet.TABLES, Facet.FUNCTIONS),
    sources=True,
)
_TIME = re.compile(r"(?:_at|_on|At|_date|_until|expires|timestamp|deadline)$")
# In the database: rows whose time is over.
_OVER = re.compile(
    r"\b\w+(?:_at|_on|_date|_until|expires|timestamp|deadline)\s*<=?\s*\(?(?:now\(|current_|localtime|clock_)",
    re.IGNORECASE,
)
_ERASES = re.compile(
    r"(?:delete|remove|erase)(?:My|User|Account|Personal)(?:Data|Account|s)?\b|erase|purge|prune|clean_?up|gdpr",
    re.IGNORECASE,
)
_ARCHIVE = re.compile(r"audit|archive|trash|tombstone|deleted_|_history", re.IGNORECASE)
_OLD = re.compile(r"\bold_?(?:data|values?|row|record)|\bbefore\b|snapshot|previous", re.IGNORECASE)
_MIRRORS = re.compile(r"webhook|stripe|paddle|lemon|polar|clerk|sync", re.IGNORECASE)


def find(project: Project) -> Iterator[Said]:
    """Every table of business rows that a query or function deletes from."""
    for table in project.schema.user_tables():
        if is_join(table) or is_log(table) or is_passing(table) or table.partition_of:
            continue
        yield Examined("tables")
        found: dict[Location, bool] = {}
        for place, meant in _deletions(project, table):  # a function may delete more than once
            found[place] = found.get(place, True) and meant
        if found:
            yield _flag(project, table, found)


def _deletions(project: Project, table: Table) -> Iterator[tuple[Location, bool]]:
    """Where rows are deleted, and whether that takes nothing from anybody; with a mark, only by users: the
    server may well clear up marked rows.
    """
    marked = deleted_column(table) or archived_column(table)
    for query in queries_of(project, table):
        if query.operation != "delete" or is_test(query.location.path) or is_script(query.location.path):
            continue
        if marked is None or query.key in (Key.USER, Key.ANON):
            meant = _is_mirrored(project, query) or _is_purge(query) or _is_kept(project, query)
            yield query.location, meant or _is_replaced(project, table, query)
    for write in body_writes(project.schema).get(table.qualified, ()):
        if write.command is Command.DELETE and marked is None and isinstance(write.by, Function):
            yield write.by.location, _OVER.search(write.text) is not None


def _is_mirrored(project: Project, query: Query) -> bool:
    """Whether it follows what another service says, which can say it again."""
    name = query.function.rpartition("#")[2]
    around = (query.location.path, name, *project.sources.within.get(query.function, ()))
    return any(_MIRRORS.search(each) for each in around)


def _is_purge(query: Query) -> bool:
    """Whether it clears up by age, or erases what somebody wants erased: keeping rows would defeat it."""
    older = (column or "" for method, column, _ in query.filters if method in ("lt", "lte"))
    return any(map(_TIME.search, older)) or _ERASES.search(query.function.rpartition("#")[2]) is not None


def _is_kept(project: Project, query: Query) -> bool:
    """Whether the same function writes the old row into a log or an archive, from where it can come back."""
    function = project.sources.functions.get(query.function)
    if function is None or not _OLD.search(function.text):
        return False
    logs = any(each.operation == "insert" and _ARCHIVE.search(each.table or "") for each in function.queries)
    return logs or any(_ARCHIVE.search(call.callee) for call in function.calls)


def _is_replaced(project: Project, table: Table, query: Query) -> bool:
    """Whether the same function writes new rows of the table: it replaces them, or takes its own back."""
    own = (each for each in queries_of(project, table) if each.operation in ("insert", "upsert"))
    return any(each.function == query.function for each in own)


def _cascades(project: Project, table: Table) -> list[str]:
    """The tables whose rows go along."""
    return [
        other.qualified
        for other in project.schema.user_tables()
        for key in other.of_kind(ConstraintKind.FOREIGN_KEY)
        if key.references == table.qualified and key.on_delete == "CASCADE"
    ]


def _flag(project: Project, table: Table, found: dict[Location, bool]) -> Flag:
    places = tuple(found)
    gone = _cascades(project, table)
    marked = deleted_column(table) or archived_column(table)
    if marked is not None:
        told = f"although {marked.name} is there to mark them."
        remedy = f"supabase.from('{table.name}').update({{ {marked.name}: … }}) in place of .delete()"
    else:
        along = f"and with them those of {listed(gone)} by cascade: " if gone else "and "
        told = f"{along}nobody can bring back a mistake."
        remedy = (
            f"alter table {relation(table.qualified)} add column {ident('deleted_at')} timestamptz;\n"
            "Set it in place of deleting, and leave such rows out where they are read. Or waive it, where "
            "the "
            "rows are of use for a while only, or must be erased."
        )
    return Flag(
        object=table.object,
        location=places[0],
        message=f"Rows of {table.qualified} are deleted for good, {told}",
        remedy=remedy,
        severity=Severity.INFO if all(found.values()) else None,
        related=places[1:],
    )
