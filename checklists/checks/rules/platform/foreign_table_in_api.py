"""A foreign table, to which RLS never applies, can be read through the Data API."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.exposure import people, roles_holding
from checklists.sql.quoting import relation
from checklists.sql.schema import Facet, TableKind

CHECK = Check(
    items=("data-api-surface", "rls-enabled"),
    rule="postgrest-surface",
    severity=Severity.HIGH,
    reads=(Facet.TABLES, Facet.GRANTS),
    peers=("splinter:0017_foreign_table_in_api",),
)


def find(project: Project) -> Iterator[Said]:
    """Every served foreign table that an API role may read."""
    for table in project.schema.exposed_tables():
        if table.kind is not TableKind.FOREIGN:
            continue
        yield Examined("foreign tables")
        roles = roles_holding(table.grants, "SELECT")
        if roles:
            yield Flag(
                object=table.object,
                location=table.location,
                message=f"{table.qualified} is a foreign table: Row Level Security does not apply to it, and "
                f"{people(roles)} can read all that its server shows.",
                remedy=f"revoke all on {relation(table.qualified)} from anon, authenticated, public;\n"
                "or create it in a schema that is not exposed.",
            )
