"""A view hands rows of auth.users to API roles."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.exposure import is_served, people, roles_holding
from checklists.sql.quoting import relation
from checklists.sql.schema import Facet, Schema, View

CHECK = Check(
    items=("rls-enabled", "data-api-surface"),
    rule="definer-view-exposed",
    severity=Severity.BLOCKER,
    reads=(Facet.VIEWS, Facet.GRANTS),
    peers=("splinter:0002_auth_users_exposed",),
    provable=True,
)


def find(project: Project) -> Iterator[Said]:
    """Every served view over auth.users that runs with its owner's rights."""
    for view in project.schema.views.values():
        if not is_served(project.schema, view.schema):
            continue
        yield Examined("views")
        roles = roles_holding(view.grants, "SELECT")
        if not roles or not _hands_out(project.schema, view):
            continue
        yield Flag(
            object=view.object,
            location=view.location,
            message=f"{view.qualified} reads auth.users, the accounts with their addresses and "
            f"metadata, with its owner's rights: {people(roles)} can read what it selects of every "
            "account.",
            remedy=f"revoke all on {relation(view.qualified)} from anon, authenticated, public;\n"
            "Copy the few columns that users may see to a table of your own, with RLS.",
        )


def _hands_out(schema: Schema, view: View) -> bool:
    """Whether it reads auth.users with an owner's rights, itself or through a view beneath it."""
    if "auth.users" in view.relations:
        return view.materialized or not view.security_invoker
    beneath = (
        schema.views[name] for name in view.relations if name in schema.views and name != view.qualified
    )
    return any(_hands_out(schema, each) for each in beneath)
