"""Users may not see marked rows, so that Postgres refuses to mark them."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.softdelete import SoftTable, soft_tables
from checklists.model import Confidence, Severity
from checklists.sql.expressions import Names, demands_unmarked
from checklists.sql.quoting import relation
from checklists.sql.schema import Command, Facet, Policy, holds
from checklists.ts.index import Key

CHECK = Check(
    items=("soft-delete",),
    rule="soft-delete-enforced",
    severity=Severity.HIGH,
    reads=(Facet.TABLES, Facet.RLS, Facet.POLICIES, Facet.GRANTS),
    also=(Input.SOURCES,),
)
ROLE = "authenticated"


def find(project: Project) -> Iterator[Said]:
    """Every table where each policy for reading asks that the row is not marked, and users update."""
    for soft in soft_tables(project):
        table = soft.table
        reading = table.permissive(Command.SELECT, ROLE)
        updating = table.permissive(Command.UPDATE, ROLE)
        if not (table.rls_enabled and reading and updating and holds(table.grants, ROLE, "UPDATE")):
            continue
        yield Examined("tables")
        names = Names.of(project.schema, table)
        refusing = (*reading, *table.restrictive(Command.SELECT, ROLE))
        strict = [p for p in refusing if demands_unmarked(p.using or "true", soft.column.name, names)]
        if len(strict) >= len(reading) or any(not policy.permissive for policy in strict):
            yield _flag(soft, strict)


def _flag(soft: SoftTable, strict: list[Policy]) -> Flag:
    table, column = soft.table, soft.column.name
    acting = [q for q in soft.marking if q.key in (Key.USER, Key.ANON)]
    maybe = [q for q in soft.marking if q.key is Key.UNKNOWN]
    told = f" {(acting or maybe)[0].location} does that." if acting or maybe else ""
    return Flag(
        object=table.object,
        location=strict[0].location,
        message=f"A user who sets {table.qualified}.{column} is refused with 42501: an updated row must "
        "still "
        f'pass the policies for reading, and policy "{strict[0].name}" lets nobody read marked rows.{told}',
        remedy=f"Take the condition out of the policy and filter in a view of {relation(table.qualified)} "
        "with "
        "security_invoker, or in the queries; or mark rows in a SECURITY DEFINER function that checks who "
        "asks.",
        severity=None if acting else Severity.MEDIUM if maybe else Severity.LOW,
        confidence=Confidence.MEDIUM if not acting else None,
        related=tuple(query.location for query in acting or maybe),
    )
