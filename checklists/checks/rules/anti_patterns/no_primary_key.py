"""A table has no primary key."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.capped import holds_settings, is_capped
from checklists.sql.questions.conventions import words
from checklists.sql.quoting import columns, relation
from checklists.sql.schema import ConstraintKind, Facet, Index, Schema, Table, TableKind

CHECK = Check(
    items=("missing-indexes", "uuid-keys"),
    rule="primary-key-present",
    severity=Severity.MEDIUM,
    reads=(Facet.TABLES, Facet.CONSTRAINTS),
    peers=("splinter:0004_no_primary_key",),
)

# Copies that are kept aside, and that nothing changes.
_KEPT = frozenset({"archive", "archived", "backup", "backups", "bak", "old", "legacy", "dead"})


def find(project: Project) -> Iterator[Said]:
    """Every table without a primary key."""
    for table in project.schema.user_tables():
        if table.kind is TableKind.FOREIGN:
            continue
        yield Examined("tables")
        if not table.of_kind(ConstraintKind.PRIMARY_KEY):
            yield _flag(project.schema, table)


def _flag(schema: Schema, table: Table) -> Flag:
    key = next((u for u in table.of_kind(ConstraintKind.UNIQUE) if _whole(table, u.columns)), None)
    published = any(
        publication.all_tables or table.qualified in {name for name, _ in publication.tables}
        for publication in schema.publications.values()
    )
    told = "its rows cannot be told apart, and an update or delete of one has no index to find it by."
    severity = Severity.MEDIUM
    if published:
        told = "it is published to Realtime, and updates and deletes of a published table without one fail."
        severity = Severity.HIGH
    elif key is not None:
        told = f"its unique key ({columns(key.columns)}) can serve, if it is made the primary key."
        severity = Severity.LOW
    elif (index := _telling(table)) is not None:
        told = f"the unique index {index.name} tells its rows apart, but no other table can refer to one."
        severity = Severity.LOW
    elif is_capped(table) or holds_settings(table):
        told = "it is meant to hold one row, and nothing keeps a second one out."
        severity = Severity.LOW
    elif table.partition_of is not None or table.unlogged or words(table.qualified.replace(".", "_")) & _KEPT:
        severity = Severity.INFO
    wanted = key.columns if key is not None else ("id",)
    made = f"add primary key ({columns(wanted)})"
    if key is None and table.column("id") is None:
        made = "add column id uuid primary key default gen_random_uuid()"
    return Flag(
        object=table.object,
        location=table.location,
        message=f"{table.qualified} has no primary key: {told}",
        remedy=f"alter table {relation(table.qualified)} {made};",
        severity=severity,
    )


def _telling(table: Table) -> Index | None:
    """A unique index over all rows, whatever its columns allow."""
    return next((i for i in table.indexes if i.unique and i.predicate is None), None)


def _whole(table: Table, names: tuple[str, ...]) -> bool:
    return all((column := table.column(name)) is not None and column.not_null for name in names)
