"""Realtime sends the changes of a table that has no Row Level Security."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Location, Severity
from checklists.sql.questions.exposure import roles_holding
from checklists.sql.quoting import relation
from checklists.sql.schema import Facet, Publication, Table

CHECK = Check(
    items=("realtime-authorised",),
    rule="realtime-publication-rls",
    severity=Severity.HIGH,
    reads=(Facet.TABLES, Facet.RLS, Facet.PUBLICATIONS, Facet.GRANTS),
    peers=("pgrls:SEC051",),
)
_REALTIME = "supabase_realtime"


def find(project: Project) -> Iterator[Said]:
    """Every table of the repo in Realtime's publication whose changes no policy filters."""
    publication = project.schema.publications.get(_REALTIME)
    if publication is None:
        return
    for table in project.schema.user_tables():
        if publication.publishes(table):
            yield Examined("published tables")
            if not table.rls_enabled and roles_holding(table.grants, "SELECT"):
                yield _flag(table, publication)


def _flag(table: Table, publication: Publication) -> Flag:
    named = dict(publication.tables)
    place: Location = named.get(table.qualified) or publication.location or table.location
    return Flag(
        object=f"publication:{publication.name}/{table.qualified}",
        location=place,
        message=f"Changes of {table.qualified} are published to Realtime, and it has no Row Level Security: "
        "every "
        "client that subscribes is sent every row as it is written.",
        remedy=f"alter table {relation(table.qualified)} enable row level security;\n"
        "with a policy for SELECT, which Realtime asks for each subscriber; or\n"
        f"alter publication {publication.name} drop table {relation(table.qualified)};",
        related=(table.location,),
    )
