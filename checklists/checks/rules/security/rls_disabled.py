"""A table that the Data API serves has Row Level Security switched off."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.unmigrated import unmigrated
from checklists.model import Severity
from checklists.sql.questions.exposure import READ_AND_WRITE, people, roles_holding
from checklists.sql.quoting import relation
from checklists.sql.schema import Facet, Table, TableKind

CHECK = Check(
    items=("rls-enabled", "permissive-policies"),
    rule="rls-enabled",
    severity=Severity.BLOCKER,
    reads=(Facet.TABLES, Facet.RLS, Facet.GRANTS),
    peers=("splinter:0013_rls_disabled_in_public",),
    provable=True,
    also=(Input.SOURCES,),
)


def find(project: Project) -> Iterator[Said]:
    """Every served table without RLS on which an API role holds a privilege; in doubt are tables of the code
    that no migration makes.
    """
    for name, queries in unmigrated(project).items():
        because = "the code asks for it and no migration makes it: whether RLS is on there is not known"
        yield Unsure(f"table:{name}", because, queries[0].location)
    for table in project.schema.exposed_tables():
        if table.kind is TableKind.FOREIGN:
            continue
        yield Examined("tables")
        roles = roles_holding(table.grants, *READ_AND_WRITE)
        if table.rls_enabled or not roles:
            continue
        yield Flag(
            object=table.object,
            location=table.rls_location or table.location,
            message=_message(project, table, roles),
            remedy=f"alter table {relation(table.qualified)} enable row level security;\n"
            "Then add a policy for each command that users need; without one, nobody but the owner gets "
            "rows.",
        )


def _message(project: Project, table: Table, roles: tuple[str, ...]) -> str:
    privileges = [p for p in READ_AND_WRITE if roles_holding(table.grants, p)]
    who = people(roles)
    can = f"{who[0].upper()}{who[1:]} hold {', '.join(privileges)} on {table.qualified}"
    parent = project.schema.tables.get(table.partition_of or "")
    if parent is not None and parent.rls_enabled:
        return (
            f"{can}, a partition with Row Level Security off. The policies of {parent.qualified} hold only "
            "for queries that name the parent, not this table."
        )
    return (
        f"{can}, and Row Level Security, which decides row by row who sees what, is off. Anyone with the "
        "public API key can use those privileges on every row."
    )
