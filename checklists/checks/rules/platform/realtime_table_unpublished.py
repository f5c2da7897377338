"""Changes of a table are listened to that the Realtime publication does not hold."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.places import named
from checklists.checks.subjects.realtime import channels
from checklists.model import Confidence, Severity
from checklists.sql.quoting import relation
from checklists.sql.schema import Facet

CHECK = Check(
    items=("realtime-authorised",),
    rule="realtime-publication-rls",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    reads=(Facet.PUBLICATIONS,),
    sources=True,
)
_PUBLICATION = "supabase_realtime"


def find(project: Project) -> Iterator[Said]:
    """Every table that a channel listens to."""
    publication = project.schema.publications.get(_PUBLICATION)
    whole = publication is not None and publication.all_tables
    schemas = set(publication.schemas) if publication is not None else set()
    published = {table for table, _ in publication.tables} if publication is not None else set()
    for channel in channels(project):
        for table in channel.tables:
            yield Examined("tables that channels listen to")
            if whole or table in published or table.partition(".")[0] in schemas:
                continue
            if not published and not schemas:
                yield Unsure(
                    channel.object,
                    f"{table} is listened to, and no migration puts a table into {_PUBLICATION}: somebody "
                    "may have done "
                    "so in the dashboard",
                    channel.use.location,
                )
                continue
            yield Flag(
                channel.object,
                channel.use.location,
                f"{named(channel.use.function)} listens to changes of {table}, which is not in the "
                "publication "
                f"{_PUBLICATION}: none ever come.",
                f"alter publication {_PUBLICATION} add table {relation(table)}; after its RLS is on, or "
                "drop the listener.",
            )
