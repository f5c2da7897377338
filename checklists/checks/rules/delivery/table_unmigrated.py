"""The code asks for a table that no migration makes."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.gathered import gathered
from checklists.checks.subjects.unmigrated import unmigrated
from checklists.counting import counted
from checklists.model import Confidence, Severity
from checklists.sql.schema import Facet
from checklists.ts.index import Query

CHECK = Check(
    items=("schema-drift",),
    rule="schema-drift",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    sources=True,
    also=(Input.SCHEMA,),
)


def find(project: Project) -> Iterator[Said]:
    """Every such table; in doubt where a statement could not be decided, which may make it."""
    yield Examined("queries", sum(1 for query in project.sources.table_queries() if query.api == "supabase"))
    missing = unmigrated(project)
    undecided = project.schema.gaps_in(Facet.TABLES)
    if undecided:
        because = (
            f"no migration that can be read makes it, and one statement could not be: {undecided[0].because}"
        )
        yield from (Unsure(f"table:{name}", because, found[0].location) for name, found in missing.items())
        return
    flags = (_flag(name, queries) for name, queries in missing.items())
    yield from gathered(flags, "tables", "are asked for by the code, and no migration makes them")


def _flag(name: str, queries: tuple[Query, ...]) -> Flag:
    more = f" and {counted(len(queries) - 1, 'more queries')} ask" if len(queries) > 1 else " asks"
    return Flag(
        object=f"table:{name}",
        location=queries[0].location,
        message=f"This query{more} for {name}, and no migration makes it: either it fails, or the table was "
        "made by hand, and neither its columns nor its policies are reviewed.",
        remedy="Write down what is there: `supabase db pull` makes a migration of what the hosted database "
        "has and the migrations lack. Of a table that is gone, take the query away.",
        related=tuple(query.location for query in queries[1:]),
    )
