"""A migration holds a statement that Postgres refuses on an empty database."""

from collections.abc import Callable, Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.mentioned import mentions, words_of
from checklists.checks.subjects.order import made_later
from checklists.checks.subjects.places import snippet
from checklists.counting import counted
from checklists.model import REHEARSED, Confidence, Location, Severity
from checklists.sql.folding.platform import of_repo
from checklists.sql.schema import Refusal, Trigger

CHECK = Check(
    items=("migrations-replay",),
    rule="migration-replays",
    severity=Severity.HIGH,
    peers=("atlas:lint", "pgrls:--migrations"),
)
# No such table, column, object, function, schema or value of an enum.
_ABSENT = frozenset({"42P01", "42703", "42704", "42883", "3F000", "22P02"})
# A new value of an enum, used by the transaction that adds it.
_UNSAFE = frozenset({"55P04"})
_TWICE = frozenset({"42P06", "42P07", "42701", "42710", "42723"})
_BROUGHT = {"moddatetime": "moddatetime", "autoinc": "autoinc", "insert_username": "insert_username"}
_SHOWN = 10


def find(project: Project) -> Iterator[Said]:
    """The first statement that is refused; triggers on what is not there."""
    yield Examined("migrations", len(project.layout.migrations))
    if project.replayed:
        yield Examined(REHEARSED, len(project.layout.migrations))
    order = {path: number for number, path in enumerate(project.layout.candidates)}

    def place(location: Location) -> tuple[int, int]:
        return order.get(location.path, 0), location.line

    settled = []
    for each in sorted(project.schema.refusals, key=lambda refusal: place(refusal.location)):
        if _settled(each) and not _may_differ(project, each, place):
            settled.append(each)
        else:
            because = f"Postgres may refuse a statement: {snippet(each.message, 120)}"
            yield Unsure(f"migration:{_name(each.location)}", because, each.location)
    if settled:
        first, *others = settled
        made = made_later(project, first)
        yield _flag(first, [each.location for each in others], made)
    triggers = (each for table in project.schema.tables.values() for each in table.triggers)
    for flag in (flag for each in filter(of_repo, triggers) for flag in _without_function(project, each)):
        if not settled or place(flag.location) < place(settled[0].location):
            yield flag  # what comes after the first refusal would meet another database


def _settled(refusal: Refusal) -> bool:
    return not refusal.in_block and (refusal.certain or refusal.state in _ABSENT | _TWICE | _UNSAFE)


def _may_differ(project: Project, refusal: Refusal, place: Callable[[Location], tuple[int, int]]) -> bool:
    """Whether an earlier statement that could not be followed names the object, and may have made way."""
    words, here = words_of(refusal.object), place(refusal.location)
    refused = {each.location for each in project.schema.refusals}
    for gap in (each.gap for each in project.schema.gaps):
        at = gap.location
        if at is None or at in refused or place(at) >= here:
            continue
        if project.snapshot.text(at.path) is None:
            return True  # a file that nobody can read
        lines = (project.snapshot.text(at.path) or "").splitlines()
        if mentions("\n".join(lines[at.line - 1 : at.end_line]), words):
            return True
    return False


def _flag(first: Refusal, others: list[Location], made: Location | None) -> Flag:
    sure = made is not None or first.certain or first.state in _TWICE
    name = first.object.partition(":")[2]
    message = first.message if made is None else f"{name} is made only later, in {_name(made)}:{made.line}"
    parts = [
        f"Postgres refuses this statement ({first.state}): {message}.",
        "With it fails the migration, and every database that is built from nothing stops here.",
        ""
        if sure or first.state in _UNSAFE
        else "If it was made in the dashboard, no other database has it.",
        f"{counted(len(others), 'more statements')} after it would be refused too." if others else "",
    ]
    return Flag(
        object=f"migration:{_name(first.location)}",
        location=first.location,
        message=" ".join(filter(None, parts)),
        remedy="supabase db reset  -- shows it; then mend the file where no database has run it, or else "
        "put a migration before it that makes what is missing",
        confidence=None if sure else Confidence.MEDIUM,
        related=(*filter(None, (made,)), *others[:_SHOWN]),
    )


def _without_function(project: Project, trigger: Trigger) -> Iterator[Flag]:
    """A trigger function that an extension brings, and no migration installs."""
    extension = _BROUGHT.get(trigger.function.rpartition(".")[2])
    if extension and extension not in project.schema.extensions:
        yield Flag(
            object=f"trigger:{trigger.table}/{trigger.name}",
            location=trigger.location,
            message=f"The trigger {trigger.name} runs {trigger.function}(), which the extension {extension} "
            "brings, and no migration installs that: Postgres refuses the trigger (42883).",
            remedy=f"create extension if not exists {extension} with schema extensions;  -- before it",
        )


def _name(location: Location) -> str:
    return location.path.rpartition("/")[2]
