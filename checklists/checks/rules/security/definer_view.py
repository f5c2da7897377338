"""A view that API roles may read runs with its owner's rights, past the RLS of the tables beneath it."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.expressions import sums_up
from checklists.sql.questions.exposure import base_tables, is_meant, is_of_postgres, people, served_views
from checklists.sql.questions.guards import asks_who
from checklists.sql.questions.readable import hidden_from
from checklists.sql.quoting import listed, relation
from checklists.sql.schema import Facet, Schema, View

CHECK = Check(
    items=("rls-enabled", "definer-helpers"),
    rule="definer-view-exposed",
    severity=Severity.HIGH,
    reads=(Facet.VIEWS, Facet.GRANTS, Facet.POLICIES),
    peers=("splinter:0010_security_definer_view",),
    provable=True,
)


def find(project: Project) -> Iterator[Said]:
    """Every served view without `security_invoker` that an API role may read."""
    for view, roles in served_views(project.schema, materialized=False):
        yield Examined("views")
        if view.security_invoker or not roles:
            continue
        amounts, severity = _weighed(project.schema, view, roles)
        yield Flag(
            object=view.object,
            location=view.location,
            message=f"{view.qualified} runs with the rights of its owner, as every view without "
            f"security_invoker does{amounts}",
            remedy=f"alter view {relation(view.qualified)} set (security_invoker = true);\n"
            "CREATE OR REPLACE VIEW clears the option: write `with (security_invoker = true)` there too.",
            severity=severity,
        )


def _weighed(schema: Schema, view: View, roles: tuple[str, ...]) -> tuple[str, Severity | None]:
    """What that comes to, and how grave it is where it is less than usual."""
    protected = _protected(schema, view)
    who = people(roles)
    if not protected:
        return f", so row policies would be not applied to {who} who read it.", Severity.INFO
    past = f", so the row policies of {listed(protected)} are not applied to {who} who read it."
    if not hidden_from(schema, protected, roles):
        return f"{past} They may read all of it without the view, so nothing is shown that was hidden.", (
            Severity.INFO
        )
    if asks_who(schema, view.query):
        return f"{past} Its query asks who calls: read whether that keeps others' rows out.", Severity.MEDIUM
    if sums_up(view.query):
        return f"{past} It shows sums over rows, not rows.", Severity.MEDIUM
    if is_meant(view, roles):
        return f"{past} It is granted to them by name: read whether all that it shows is meant for them.", (
            Severity.MEDIUM
        )
    return past, None


def _protected(schema: Schema, view: View) -> tuple[str, ...]:
    """The tables beneath whose RLS the view walks past, or that are not known well enough to say."""
    names = sorted(base_tables(schema, view))
    known = ((name, schema.tables.get(name)) for name in names if not is_of_postgres(name))
    return tuple(name for name, table in known if table is None or table.rls_enabled)
