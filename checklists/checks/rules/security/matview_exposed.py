"""A materialized view, to which RLS never applies, can be read through the Data API."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.exposure import base_tables, people, served_views
from checklists.sql.quoting import listed, relation
from checklists.sql.schema import Facet

CHECK = Check(
    items=("rls-enabled", "read-models", "data-api-surface"),
    rule="read-model-refresh",
    severity=Severity.HIGH,
    reads=(Facet.VIEWS, Facet.GRANTS),
    peers=("splinter:0016_materialized_view_in_api",),
)


def find(project: Project) -> Iterator[Said]:
    """Every served materialized view that an API role may read."""
    for view, roles in served_views(project.schema, materialized=True):
        yield Examined("views")
        if not roles:
            continue
        beneath = listed(tuple(sorted(base_tables(project.schema, view)))) or "its tables"
        yield Flag(
            object=view.object,
            location=view.location,
            message=f"{view.qualified} is a stored copy of rows from {beneath}; Row Level Security cannot "
            f"be enabled on a materialized view, so {people(roles)} can read all of it.",
            remedy=f"revoke all on {relation(view.qualified)} from anon, authenticated, public;\n"
            "or move it to a schema that is not exposed, and serve it through a view or function that "
            "filters.",
        )
