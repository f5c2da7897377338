"""Realtime is given whole rows from before a change, which no policy looks at once they are gone."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Confidence, Severity
from checklists.sql.schema import Facet

CHECK = Check(
    items=("realtime-authorised",),
    rule="realtime-publication-rls",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(Facet.PUBLICATIONS, Facet.TABLES),
)
_REALTIME = "supabase_realtime"


def find(project: Project) -> Iterator[Said]:
    """Every table that Realtime publishes under RLS, with REPLICA IDENTITY FULL."""
    publication = project.schema.publications.get(_REALTIME)
    for table in project.schema.user_tables() if publication else ():
        if publication is None or not publication.publishes(table) or not table.rls_enabled:
            continue
        yield Examined("published tables with RLS")
        if table.replica_identity == "full":
            yield Flag(
                object=table.object,
                location=dict(publication.tables).get(table.qualified, table.location),
                message=f"{table.qualified} sends its whole old row with each change (REPLICA IDENTITY "
                "FULL), and no policy can be asked about a row that is gone: where Realtime does not cut it "
                "down to the primary key, every subscriber is sent what was deleted.",
                remedy=f"alter table {table.qualified} replica identity default;  -- the primary key alone",
            )
