"""Section 7: in which order the parts go live, how each is taken back, and what has to be set up for them."""

from collections.abc import Iterator

from checklists.checks.project import Project
from checklists.checks.subjects.needs import needs
from checklists.checks.subjects.recent import new_migrations
from checklists.checks.subjects.undoing import says_how, ways_back
from checklists.counting import counted
from checklists.record.escape import clipped, code
from checklists.record.model import Record, SealedMigration
from checklists.record.sections.items import answers
from checklists.record.sections.room import Room, named, table
from checklists.ts.index import EndpointKind

_ITEMS = ("jobs-secured", "jobs-tidy")
_AGAIN = "the commit before, deployed again"


def plan(record: Record, project: Project | None, room: Room) -> Iterator[str]:
    """Steps with their ways back, the migrations one by one, infrastructure, and the items about them."""
    if project is not None:
        yield from _steps(record, project)
        yield ""
    yield "Migrations, in the order in which they are applied:"
    yield ""
    for migration in record.migration[: room.rows]:
        yield f"{migration.order}. {code(clipped(migration.path, room.text))}{_told(project, migration)}"
    yield ""
    if len(record.migration) > room.rows:
        yield f"- … and {len(record.migration) - room.rows} more, all in the record"
    if project is not None:
        yield from _infrastructure(project, room)
    yield from answers(record, _ITEMS)


def _steps(record: Record, project: Project) -> Iterator[str]:
    schema, sources = project.schema, project.sources
    new, back = new_migrations(project), ways_back(project)
    written = sum(path in back or says_how(project.snapshot.text(path) or "") for path in new)
    policies = sum(1 for _ in schema.policies())
    edge = len(sources.of_kind(EndpointKind.EDGE))
    served = len(sources.endpoints) - edge
    tests = len(project.layout.sql_tests)
    deployed = f"; {counted(edge, 'edge functions')} deployed after them" if edge else ""
    rows = (
        ("migrations", f"{counted(len(record.migration), 'migrations')}, {len(new)} of them new",
         f"written for {written} of the new ones" if new else "-"),
        ("RLS", f"{counted(policies, 'policies')}, by the same migrations", "with the migrations"),
        ("functions", f"{counted(len(schema.functions), 'database functions')} by the migrations{deployed}",
         _AGAIN if edge else "with the migrations"),
        ("API", f"{counted(served, 'actions and routes')}, after what they call", _AGAIN),
        ("tests", f"{counted(tests, 'SQL test files')}; see section 8", "-"),
    )  # fmt: skip
    yield "| step | what | way back |"
    yield "|---|---|---|"
    yield from (f"| {number} {' | '.join(row)} |" for number, row in enumerate(rows, 1))


def _told(project: Project | None, migration: SealedMigration) -> str:
    """Whether it is new, and what undoes it."""
    if project is None or migration.path not in new_migrations(project):
        return ""
    back = ways_back(project).get(migration.path)
    if back is not None:
        return f": **new**, undone by {code(back)}"
    how = says_how(project.snapshot.text(migration.path) or "")
    return f": **new**, {'a comment says how to undo it' if how else 'no way back written'}"


def _infrastructure(project: Project, room: Room) -> Iterator[str]:
    found = list(needs(project))
    if not found:
        yield "- Infrastructure: nothing is asked for besides the database."
        return
    yield "Infrastructure that has to be there:"
    yield ""
    rows = [(each.kind, named(each.name, room), named(str(each.location), room)) for each in found]
    yield from table("kind|name|where it is asked for", rows, room, "needs")
