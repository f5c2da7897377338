"""A migration holds a statement that Postgres refuses on an empty database."""

from collections.abc import Callable, Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.mentioned import mentions, words_of
from checklists.checks.subjects.order import made_later
from checklists.checks.subjects.places import snippet
from checklists.counting import counted
from checklists.model import REHEARSED, Confidence, Location, Severity
from checklists.sql.expressions import Names, missing_columns
from checklists.sql.folding.platform import of_repo
from checklists.sql.questions.exposure import user_views
from checklists.sql.questions.lacking import lacks
from checklists.sql.schema import Policy, Refusal, Trigger

CHECK = Check(
    items=("migrations-replay",),
    rule="migration-replays",
    severity=Severity.HIGH,
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
    for flag in (*_on_nothing(project), *_views_on_nothing(project, place)):
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


def _on_nothing(project: Project) -> Iterator[Flag]:
    for table in project.schema.tables.values():
        for trigger in filter(of_repo, table.triggers):
            yield from _without_function(project, trigger)
        for policy in filter(of_repo, table.policies):
            yield from _without_column(Names.of(project.schema, table), policy)


def _views_on_nothing(project: Project, place: Callable[[Location], tuple[int, int]]) -> Iterator[Flag]:
    """Views of columns that their tables do not have, where no statement that could not be followed may have
    added them.
    """
    for view in user_views(project.schema):
        found = lacks(project.schema, view)
        if found is None:
            continue
        name = ".".join(found)
        missing = Refusal(f"column:{name}", "42703", "", view.location, certain=False)
        if not _may_differ(project, missing, place):
            yield Flag(
                object=view.object,
                location=view.location,
                message=f"The view {view.qualified} reads {name}, a column that no migration makes: Postgres "
                "refuses the view (42703), and with it the migration.",
                remedy=f"alter table {found[0]} add column {found[1]} …;  -- in a migration before it",
                confidence=Confidence.MEDIUM,
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
