"""A materialized view's refresh fails, or keeps its readers waiting."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.exposure import user_views
from checklists.sql.questions.refreshes import Refresh, refreshes_of
from checklists.sql.quoting import relation
from checklists.sql.schema import Facet, Function, View

CHECK = Check(
    items=("read-models",),
    rule="read-model-refresh",
    severity=Severity.MEDIUM,
    reads=(Facet.VIEWS, Facet.INDEXES),
)


def find(project: Project) -> Iterator[Said]:
    """Every refresh that is CONCURRENTLY without a unique index, or not CONCURRENTLY."""
    for view in user_views(project.schema):
        for refresh in refreshes_of(project.schema, view) if view.materialized else ():
            yield Examined("refreshes")
            keyed = any(
                index.unique and index.predicate is None and set(index.columns) <= set(view.columns)
                for index in view.indexes
            )
            if not refresh.concurrently:
                yield _waiting(view, refresh)
            elif not keyed:
                yield _failing(view, refresh)


def _by(refresh: Refresh) -> str:
    if isinstance(refresh.by, Function):
        return refresh.by.qualified
    return f'The job "{refresh.by.name}"' if refresh.by.name else "A job"


def _failing(view: View, refresh: Refresh) -> Flag:
    return Flag(
        object=view.object,
        location=refresh.by.location,
        message=f"{_by(refresh)} refreshes {view.qualified} CONCURRENTLY, which has no unique index over "
        "plain "
        "columns and all rows: each run fails with 55000, and the view stays as it is.",
        remedy=f"create unique index on {relation(view.qualified)} (…);",
        related=(view.location,),
    )


def _waiting(view: View, refresh: Refresh) -> Flag:
    return Flag(
        object=view.object,
        location=refresh.by.location,
        message=f"{_by(refresh)} refreshes {view.qualified} without CONCURRENTLY: whoever reads it waits "
        "until "
        "the refresh is done.",
        remedy=f"create unique index on {relation(view.qualified)} (…);\n"
        f"refresh materialized view concurrently {relation(view.qualified)};",
        severity=Severity.LOW,
        related=(view.location,),
    )
