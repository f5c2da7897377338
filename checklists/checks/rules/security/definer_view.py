"""A view that API roles may read runs with its owner's rights, past the RLS of the tables beneath it."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.exposure import base_tables, people, served_views
from checklists.sql.quoting import listed, relation
from checklists.sql.schema import Facet, Schema, View

CHECK = Check(
    items=("rls-enabled", "definer-helpers"),
    rule="definer-view-exposed",
    severity=Severity.HIGH,
    reads=(Facet.VIEWS, Facet.GRANTS),
    peers=("splinter:0010_security_definer_view",),
)


def find(project: Project) -> Iterator[Said]:
    """Every served view without `security_invoker` that an API role may read."""
    for view, roles in served_views(project.schema, materialized=False):
        yield Examined("views")
        if view.security_invoker or not roles:
            continue
        protected = _protected(project.schema, view)
        beneath = f"the row policies of {listed(protected)} are" if protected else "row policies would be"
        yield Flag(
            object=view.object,
            location=view.location,
            message=f"{view.qualified} runs with the rights of its owner, as every view without "
            f"security_invoker does, so {beneath} not applied to {people(roles)} who read it.",
            remedy=f"alter view {relation(view.qualified)} set (security_invoker = true);\n"
            "CREATE OR REPLACE VIEW clears the option: write `with (security_invoker = true)` there too.",
            severity=None if protected else Severity.INFO,
        )


def _protected(schema: Schema, view: View) -> tuple[str, ...]:
    """The tables beneath whose RLS the view walks past, or that are not known well enough to say."""
    names = sorted(base_tables(schema, view))
    known = ((name, schema.tables.get(name)) for name in names)
    return tuple(name for name, table in known if table is None or table.rls_enabled)
