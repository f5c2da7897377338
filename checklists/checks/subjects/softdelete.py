"""Tables whose rows are marked as deleted and kept, and what the code does with the mark."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checklists.checks.project import Project
from checklists.checks.subjects.usage import queries_of, spellings
from checklists.model import Location
from checklists.sql.questions.access import clauses
from checklists.sql.questions.bodywrites import body_writes
from checklists.sql.questions.conventions import deleted_column, words
from checklists.sql.schema import Column, Command, Schema, Table
from checklists.ts.index import Query

_CALLED = re.compile(r"\b(\w+)\s*\(")
_OF_DELETIONS = frozenset({"deleted", "tombstone", "tombstones", "delete", "deletion", "deletions"})


@dataclass(frozen=True, slots=True)
class SoftTable:
    """`marking` are the queries that mark rows, `places` everything that does; `revives` where a query takes
    a mark away again.
    """

    table: Table
    column: Column
    marking: tuple[Query, ...]
    places: tuple[Location, ...]
    revives: bool


def soft_tables(project: Project) -> Iterator[SoftTable]:
    """Every table with such a column, except those that list deletions."""
    for table in project.schema.user_tables():
        column = deleted_column(table)
        if column is None or words(table.name) & _OF_DELETIONS:
            continue
        queries = [q for q in queries_of(project, table) if q.operation in ("update", "upsert")]
        marks = {q: _marks(q.payload, column) for q in queries}
        marking = tuple(q for q, mark in marks.items() if mark)
        places = (*(q.location for q in marking), *_marked_in_sql(project.schema, table, column))
        yield SoftTable(table, column, marking, places, any(mark is False for mark in marks.values()))


def _marks(payload: str, column: Column) -> bool | None:
    """True where the payload sets the mark, False where it clears it, None where it does neither."""
    names = "|".join(re.escape(name) for name in spellings(column.name))
    found = re.search(rf"\b(?:{names})\b[\"']?\s*(?::\s*(null|undefined|false)?|[,}}])", payload)
    return None if found is None else not found[1]


def _marked_in_sql(schema: Schema, table: Table, column: Column) -> Iterator[Location]:
    """Functions that set it, and policies that let only marked rows be saved."""
    setting = re.compile(rf"\b{re.escape(column.name)}\b\"?\s*=(?!\s*(?:null|false)\b)", re.IGNORECASE)
    for write in body_writes(schema).get(table.qualified, ()):
        if write.command is Command.UPDATE and setting.search(write.text.partition("where")[0]):
            yield write.by.location
    for policy in table.policies:
        check = policy.check or ""
        if policy.governs(Command.UPDATE) and column.name in check and "null" in check.lower():
            yield policy.location


def reads_past(project: Project, soft: SoftTable, query: Query) -> bool:
    """Whether the query, and the function around it, say nothing of the mark."""
    function = project.sources.functions.get(query.function)
    text = query.text + (function.text if function is not None else "")
    return not any(name in text for name in spellings(soft.column.name))


def is_hidden(schema: Schema, soft: SoftTable) -> bool:
    """Whether a policy for reading, or a view of the table, looks at the mark."""
    for policy in soft.table.policies:
        if policy.governs(Command.SELECT) and any(
            soft.column.name in text or soft.column.name in _called(schema, text)
            for _, text in clauses(policy)
        ):
            return True
    views = (view for view in schema.views.values() if soft.table.qualified in view.relations)
    return any(soft.column.name in view.query for view in views)


def _called(schema: Schema, text: str) -> str:
    """The bodies of the functions that a clause calls, and of those that these call."""
    bodies: dict[str, str] = {}
    new = text
    while new:
        names = set(_CALLED.findall(new.lower())) - bodies.keys()
        functions = schema.functions.values()
        found = {n: f.body for f in functions if (n := f.qualified.rpartition(".")[2]) in names}
        bodies |= found
        new = " ".join(found.values())
    return " ".join(bodies.values())
