"""Code deletes business rows for good."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.usage import queries_of
from checklists.model import Confidence, Location, Severity
from checklists.sql.questions.bodywrites import body_writes
from checklists.sql.questions.conventions import archived_column, deleted_column, is_join, is_log, is_passing
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Command, Facet, Function, Table
from checklists.ts.index import Key

CHECK = Check(
    items=("soft-delete",),
    rule="soft-delete-column",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(Facet.TABLES, Facet.FUNCTIONS),
    sources=True,
)


def find(project: Project) -> Iterator[Said]:
    """Every table of business rows that a query or function deletes from."""
    for table in project.schema.user_tables():
        if is_join(table) or is_log(table) or is_passing(table) or table.partition_of:
            continue
        yield Examined("tables")
        places = tuple(dict.fromkeys(_deletions(project, table)))
        if places:
            yield _flag(table, places)


def _deletions(project: Project, table: Table) -> Iterator[Location]:
    """Where rows are deleted; with a mark, only by users: the server may well clear up marked rows."""
    marked = deleted_column(table) or archived_column(table)
    for query in queries_of(project, table):
        if query.operation == "delete" and (marked is None or query.key in (Key.USER, Key.ANON)):
            yield query.location
    for write in body_writes(project.schema).get(table.qualified, ()):
        if write.command is Command.DELETE and marked is None and isinstance(write.by, Function):
            yield write.by.location


def _flag(table: Table, places: tuple[Location, ...]) -> Flag:
    marked = deleted_column(table) or archived_column(table)
    if marked is not None:
        told = f"although {marked.name} is there to mark them."
        remedy = f"supabase.from('{table.name}').update({{ {marked.name}: … }}) in place of .delete()"
    else:
        told = "and what hangs on them by cascade: nobody can bring back a mistake."
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
        related=places[1:],
    )
