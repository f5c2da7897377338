"""Section 5: how rows are searched for, and which index answers."""

from collections import Counter
from collections.abc import Iterator

from checklists.checks.project import Project
from checklists.checks.subjects.usage import sql_usages, usages
from checklists.model import Outcome
from checklists.record.model import Record
from checklists.record.sections.items import answers
from checklists.record.sections.room import Room, named, table
from checklists.sql.questions.indexing import leads
from checklists.sql.schema import Table

_ITEMS = ("n-plus-one", "select-star", "missing-indexes", "policies-cheap")
_PLANS = "plans-known"


def performance(record: Record, project: Project | None, room: Room) -> Iterator[str]:
    """Access patterns beside indexes, and the items that ask about both."""
    if project is not None:
        yield from _patterns(project, room)
    yield from answers(record, _ITEMS)
    looked = any(item.id == _PLANS and item.answer is not Outcome.WAIVED for item in record.item)
    if record.proof is None and not looked:
        yield "- Not looked at here: query plans, for no migration was run on a database."


def _patterns(project: Project, room: Room) -> Iterator[str]:
    found: Counter[tuple[str, tuple[str, ...]]] = Counter()
    tables: dict[str, Table] = {}
    for usage in (*usages(project), *sql_usages(project)):
        columns = tuple(dict.fromkeys((*usage.equal, *usage.ranged)))
        if columns:
            tables[usage.table.qualified] = usage.table
            found[usage.table.qualified, columns] += 1
    if not found:
        yield "- No query that searches a table of the migrations was found."
        return
    ordered = sorted(found, key=lambda key: (bool(_serving(tables[key[0]], key[1])), -found[key], key))
    rows = [_row(tables[name], columns, found[name, columns], room) for name, columns in ordered]
    yield from table("table|searched by|#queries|index that begins so", rows, room, "searches")


def _row(each: Table, columns: tuple[str, ...], count: int, room: Room) -> tuple[str, ...]:
    index = _serving(each, columns)
    said = named(index, room) if index else "**none**"
    return named(each.qualified, room), named(", ".join(columns), room), str(count), said


def _serving(each: Table, columns: tuple[str, ...]) -> str:
    """The index that begins with one of the columns; the first of those that use the most of them."""
    found = [index for index in each.indexes if leads(index, set(columns))]
    used = {index.name: len(set(index.columns) & set(columns)) for index in found}
    return max(used, key=lambda name: used[name], default="")
