"""A migration renames, retypes or requires what running code relies on."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.callers import still_named, told
from checklists.checks.subjects.recent import alterations, new_migrations
from checklists.model import Confidence, Severity
from checklists.sql.schema import Alteration, AlterationKind, Facet

CHECK = Check(
    items=("migrations-safe",),
    rule="migration-compat",
    also=(Input.SOURCES,),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(Facet.TABLES,),
    peers=("squawk:renaming-column", "squawk:renaming-table", "squawk:changing-column-type",
           "squawk:adding-required-field", "atlas:BC101", "atlas:BC102", "atlas:MF103"),
)  # fmt: skip
Kind = AlterationKind
_WORDS = {
    Kind.RENAME_TABLE: "renames {table} to {detail}: servers of the old version ask for what is gone",
    Kind.RENAME_COLUMN: "renames {table}.{name} to {detail}: servers of the old version ask for what is gone",
    Kind.RETYPE_COLUMN: "changes {table}.{name} from {detail}: servers of the old version read and write "
    "another type",
    Kind.SET_NOT_NULL: "requires {table}.{name}: it fails where a row has none, and so do inserts of the old "
    "version that leave it out",
    Kind.ADD_COLUMN: "adds {table}.{name}, required and without a default: it fails where there are rows, "
    "and so do inserts of the old version",
}
_STEPS = {
    Kind.ADD_COLUMN: "alter table {table} add column {name} … default …;  -- or fill it, then set not null",
    Kind.SET_NOT_NULL: "Deploy code that always writes it, and fill old rows, before it is required.",
}
_OTHERWISE = "Add the new one beside it, write both, copy, switch the readers, then drop the old one."
_RENAMED = (Kind.RENAME_TABLE, Kind.RENAME_COLUMN)


def find(project: Project) -> Iterator[Said]:
    """Every statement of the new migrations after which a query of the version before fails."""
    yield Examined("new migrations", len(new_migrations(project)))
    new, _ = alterations(project, _WORDS)
    for each in filter(_breaks, new):
        yield _flag(project, each)


def _breaks(each: Alteration) -> bool:
    if each.kind is Kind.ADD_COLUMN:
        return each.detail == "required"
    return each.kind is not Kind.RETYPE_COLUMN or not each.safe


def _flag(project: Project, each: Alteration) -> Flag:
    words = _WORDS[each.kind].format(table=each.table, name=each.name, detail=each.detail)
    query = still_named(project, each.table, each.name) if each.kind in _RENAMED else None
    still = f" {told(query)} still uses the old name." if query else ""
    return Flag(
        object=f"column:{each.table}.{each.name}" if each.name else f"table:{each.table}",
        location=each.location,
        message=f"This migration {words}.{still}",
        remedy=_STEPS.get(each.kind, _OTHERWISE).format(table=each.table, name=each.name),
        severity=Severity.HIGH if query else None,
        confidence=Confidence.HIGH if query else None,
        related=(query.location,) if query else (),
    )
