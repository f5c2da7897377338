"""A migration drops, empties or overwrites what holds data."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.callers import still_named, told
from checklists.checks.subjects.recent import alterations, new_migrations
from checklists.model import Severity
from checklists.sql.schema import Alteration, AlterationKind, Facet
from checklists.ts.index import Query

CHECK = Check(
    items=("migrations-safe",),
    rule="migration-destructive",
    also=(Input.SOURCES,),
    severity=Severity.MEDIUM,
    reads=(Facet.TABLES,),
    peers=("squawk:ban-drop-column", "squawk:ban-drop-table", "squawk:ban-truncate-cascade", "atlas:DS102",
           "atlas:DS103"),
)  # fmt: skip
_WORDS = {
    AlterationKind.DROP_TABLE: "drops {table}, with every row of it",
    AlterationKind.DROP_COLUMN: "drops {table}.{name}, with every value of it",
    AlterationKind.TRUNCATE: "empties {table}",
    AlterationKind.DELETE_ALL: "deletes every row of {table}: it has no WHERE",
    AlterationKind.UPDATE_ALL: "overwrites {detail} in every row of {table}: it has no WHERE",
}
_GONE = (AlterationKind.DROP_TABLE, AlterationKind.DROP_COLUMN)
_REMEDY = """Deploy code that no longer uses it, drop it in a later migration, and name the restore point:
create table archive.{name} as table {table};  -- keeps the rows until nobody asks for them"""


def find(project: Project) -> Iterator[Said]:
    """Every statement of the new migrations after which rows or values are gone."""
    yield Examined("new migrations", len(new_migrations(project)))
    new, _ = alterations(project, _WORDS)
    for each in new:
        yield _flag(project, each)


def _flag(project: Project, each: Alteration) -> Flag:
    words = _WORDS[each.kind].format(table=each.table, name=each.name, detail=each.detail)
    query = _caller(project, each)
    still = f" {told(query)} still asks for it, and will fail." if query else ""
    return Flag(
        object=f"column:{each.table}.{each.name}" if each.name else f"table:{each.table}",
        location=each.location,
        message=f"This migration {words}. Reverting the commit brings nothing back.{still}",
        remedy=_REMEDY.format(table=each.table, name=each.table.rpartition(".")[2]),
        severity=Severity.HIGH if query else None,
        related=(query.location,) if query else (),
    )


def _caller(project: Project, each: Alteration) -> Query | None:
    """Who asks for what is gone, unless a later migration makes it again."""
    if each.kind not in _GONE:
        return None
    table = project.schema.tables.get(each.table)
    there = table is not None and (not each.name or table.column(each.name) is not None)
    return None if there else still_named(project, each.table, each.name)
