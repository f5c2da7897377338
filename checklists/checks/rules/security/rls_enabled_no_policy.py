"""RLS is on and no policy exists: users get nothing, silently."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.model import Location, Severity
from checklists.sql.questions.exposure import is_served
from checklists.sql.quoting import relation
from checklists.sql.schema import Facet, Table
from checklists.ts.index import Key

CHECK = Check(
    items=("rls-enabled", "policies-cover-commands"),
    rule="rls-enabled-no-policy",
    severity=Severity.INFO,
    reads=(Facet.TABLES, Facet.RLS, Facet.POLICIES),
    also=(Input.SOURCES,),
    peers=("splinter:0008_rls_enabled_no_policy",),
)
_REMEDY = """Where users need the table, a policy for each command:
create policy "…" on {0} for select to authenticated using (…);
Where they do not, say so:
revoke all on {0} from anon, authenticated;"""


def find(project: Project) -> Iterator[Said]:
    """Every table with RLS and no policy; worse where a user's client asks it for rows."""
    for table in project.schema.user_tables():
        if not table.rls_enabled:
            continue
        yield Examined("tables")
        if table.policies:
            continue
        asked = _asked(project, table)
        told = (
            f"and {asked[0].path} asks it with a user's client: the answer is always empty, without an error."
            if asked
            else "so only the owner and the service role reach its rows. That is right for a table of the "
            "server's own."
        )
        yield Flag(
            object=table.object,
            location=table.rls_location or table.location,
            message=f"{table.qualified} has Row Level Security on and no policy, {told}",
            remedy=_REMEDY.format(relation(table.qualified)),
            severity=Severity.MEDIUM if asked else None,
            related=asked,
        )


def _asked(project: Project, table: Table) -> tuple[Location, ...]:
    """Where a client that acts for a user queries the table."""
    if not is_served(project.schema, table.schema):
        return ()
    queries = (q for q in project.sources.table_queries() if q.key in (Key.ANON, Key.USER))
    return tuple(q.location for q in queries if q.table in (table.name, table.qualified))
