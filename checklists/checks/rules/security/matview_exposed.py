"""A materialized view, to which RLS never applies, can be read through the Data API."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.expressions import Names, grouped_by, shown_besides_counts, sums_up
from checklists.sql.expressions.scope import relation_columns
from checklists.sql.questions.exposure import base_tables, is_meant, people, served_views
from checklists.sql.questions.readable import hidden_from
from checklists.sql.quoting import listed, relation
from checklists.sql.schema import Facet, Schema, View

CHECK = Check(
    items=("rls-enabled", "read-models", "data-api-surface"),
    rule="read-model-refresh",
    severity=Severity.HIGH,
    reads=(Facet.VIEWS, Facet.GRANTS, Facet.POLICIES),
    peers=("splinter:0016_materialized_view_in_api",),
)


_CONTACTS = frozenset({"email", "phone", "phone_number"})


def find(project: Project) -> Iterator[Said]:
    """Every served materialized view that an API role may read."""
    for view, roles in served_views(project.schema, materialized=True):
        yield Examined("views")
        if not roles:
            continue
        names = tuple(sorted(base_tables(project.schema, view)))
        more, severity = _weighed(project.schema, view, names, roles)
        copied = listed(names) if names else "its tables"
        yield Flag(
            object=view.object,
            location=view.location,
            message=f"{view.qualified} is a stored copy of rows from {copied}; Row Level Security cannot "
            f"be enabled on a materialized view, so {people(roles)} can read all of it.{more}",
            remedy=f"revoke all on {relation(view.qualified)} from anon, authenticated, public;\n"
            "or move it to a schema that is not exposed, and serve it through a view or function that "
            "filters.",
            severity=severity,
        )


def _weighed(
    schema: Schema, view: View, names: tuple[str, ...], roles: tuple[str, ...]
) -> tuple[str, Severity | None]:
    """What more is to be said of it, and how grave it is where it is less than usual."""
    hidden = hidden_from(schema, names, roles)
    if names and not hidden:
        return " They may read all of these rows anyway.", Severity.LOW
    shown = shown_besides_counts(view.query, Names("", relation_columns(schema)))
    if shown and shown <= schema.tables.keys() - {*hidden}:
        return f" Of {listed(hidden)} it holds but counts, and the rest they may read anyway.", Severity.LOW
    contacts = grouped_by(view.query) & _CONTACTS
    if contacts:
        return f" It has a row for each {min(contacts)}.", None
    if sums_up(view.query):
        return " It holds sums over rows, not rows.", Severity.MEDIUM
    if is_meant(view, roles):
        return " It is granted to them by name: read whether all of it is meant for them.", Severity.MEDIUM
    return "", None
