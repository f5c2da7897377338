"""A migration holds a statement that Postgres refuses on an empty database."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.places import snippet
from checklists.model import Confidence, Location, Severity
from checklists.sql.expressions import Names, missing_columns
from checklists.sql.folding.platform import of_repo
from checklists.sql.schema import Policy, Refusal, Trigger

CHECK = Check(
    items=("migrations-replay",),
    rule="migration-replays",
    severity=Severity.BLOCKER,
    peers=("atlas:lint", "pgrls:--migrations"),
)
# No such table, column, object, function or schema.
_ABSENT = frozenset({"42P01", "42703", "42704", "42883", "3F000"})
# A new value of an enum, used by the transaction that adds it.
_UNSAFE = frozenset({"55P04"})
_TWICE = frozenset({"42P06", "42P07", "42701", "42710", "42723"})
_BROUGHT = {"moddatetime": "moddatetime", "autoinc": "autoinc", "insert_username": "insert_username"}
_SHOWN = 10


def find(project: Project) -> Iterator[Said]:
    """The first statement that is refused; policies and triggers on what is not there."""
    yield Examined("migrations", len(project.layout.migrations))
    yield from _refused(project)
    for table in project.schema.tables.values():
        for trigger in filter(of_repo, table.triggers):
            yield from _without_function(project, trigger)
        for policy in filter(of_repo, table.policies):
            yield from _without_column(Names.of(project.schema, table), policy)


def _refused(project: Project) -> Iterator[Said]:
    order = {path: number for number, path in enumerate(project.layout.migrations)}
    refusals = sorted(project.schema.refusals, key=lambda r: (order.get(r.location.path, 0), r.location.line))
    settled = [
        each
        for each in refusals
        if not each.in_block and (each.certain or each.state in _ABSENT | _TWICE | _UNSAFE)
    ]
    for each in refusals:
        if each not in settled:
            because = f"Postgres may refuse a statement: {snippet(each.message, 120)}"
            yield Unsure(f"migration:{_name(each.location)}", because, each.location)
    if settled:
        first, *others = settled
        yield _flag(first, [each.location for each in others])


def _flag(first: Refusal, others: list[Location]) -> Flag:
    more = f" {len(others)} more are refused after it." if others else ""
    sure = first.certain or first.state in _TWICE
    made = "" if sure or first.state in _UNSAFE else " If it was made in the dashboard, no other database "
    "has it."
    return Flag(
        object=f"migration:{_name(first.location)}",
        location=first.location,
        message=f"Postgres refuses this statement ({first.state}): {first.message}. With it fails the "
        f"migration, and every database that is built from nothing stops here.{made}{more}",
        remedy="supabase db reset  -- shows it; then mend the file where no database has run it, or else "
        "put a migration before it that makes what is missing",
        confidence=None if sure else Confidence.MEDIUM,
        related=tuple(others[:_SHOWN]),
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


def _without_column(names: Names, policy: Policy) -> Iterator[Flag]:
    texts = filter(None, (policy.using, policy.check))
    if missing := [column for text in texts for column in missing_columns(text, names)]:
        yield Flag(
            object=policy.object,
            location=policy.location,
            message=f'The policy "{policy.name}" on {policy.table} reads {missing[0]}, which is no column in '
            "sight: Postgres refuses the policy (42703), and with it the migration.",
            remedy=f"alter table {policy.table} add column {missing[0]} …;  -- in a migration before it",
        )


def _name(location: Location) -> str:
    return location.path.rpartition("/")[2]
