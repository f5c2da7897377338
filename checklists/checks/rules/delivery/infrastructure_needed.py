"""The backend needs something set up by those who run it."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.needs import UNMADE, Need, needs
from checklists.checks.subjects.places import listed
from checklists.model import Severity
from checklists.sql.schema import Facet

CHECK = Check(
    items=("infrastructure-told",),
    rule="review-record-sections",
    severity=Severity.INFO,
    reads=(Facet.CRON, Facet.BUCKETS, Facet.EXTENSIONS),
    sources=True,
    also=(Input.FILES,),
)
_MOST = 12
# Whether it can do without one is for its people to say.
_TOLD = {"secrets of edge functions": "Edge functions of this backend read the variables"}


def find(project: Project) -> Iterator[Said]:
    """One note for each kind of need, with the names."""
    by_kind: dict[str, list[Need]] = {}
    for need in needs(project):
        by_kind.setdefault(need.kind, []).append(need)
    for kind, found in by_kind.items():
        yield Examined(kind, len(found))
        yield Flag(
            object=f"infrastructure:{kind.partition(' that ')[0]}",
            location=found[0].location,
            message=f"{_TOLD.get(kind, f'This backend needs {kind}')}: "
            f"{listed((need.name for need in found), _MOST)}.",
            remedy="insert into storage.buckets (id, name) values (…);  -- in a migration"
            if kind == UNMADE
            else "Tell those who run it, and say here whom.",
            severity=Severity.LOW if kind == UNMADE else None,
            related=tuple(need.location for need in found[1:_MOST]),
        )
