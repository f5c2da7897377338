"""Views: whether one shows somebody else's rows that the tables below it would not."""

from collections.abc import Iterator
from dataclasses import dataclass

from checklists.live.model import Action, Cause, Claim, ClaimStatus, Outcome, Shape
from checklists.live.probe.actors import ANON, STRANGER, Actor
from checklists.live.probe.context import Context
from checklists.live.probe.decoding import decode
from checklists.live.probe.marking import Marks
from checklists.live.probe.trying import attempt, undone
from checklists.live.rows.people import PEOPLE
from checklists.live.rows.solving import qualified
from checklists.sql.questions.exposure import base_tables
from checklists.sql.schema import PLATFORM_SCHEMAS, View

_ROWS = 500


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reader got of a view: whose rows, or why nothing."""

    people: frozenset[str] = frozenset()
    outcome: Outcome = Outcome.ALLOWED
    words: str = ""


def views(context: Context) -> list[View]:
    """The repo's views that the Data API serves, sorted."""
    schema = context.ground.schema
    found = (v for v in schema.views.values() if v.schema in schema.exposed_schemas)
    return sorted((v for v in found if v.schema not in PLATFORM_SCHEMAS), key=lambda v: v.qualified)


def viewed(context: Context, view: View, marks: Marks) -> Iterator[Claim]:
    """What a visitor and a stranger read through one view."""
    for actor in (ANON, STRANGER):
        owner = next(person for person in PEOPLE if person.name == actor.victim)
        reader = Actor(owner.name, "authenticated", owner, actor.name)
        shown = (_read(context, who, view, marks).people for who in (None, reader))
        yield _claim(context, actor, view, marks, Seen(frozenset[str]().union(*shown)))


def _claim(context: Context, actor: Actor, view: View, marks: Marks, everything: Seen) -> Claim:
    seen = _read(context, actor, view, marks)
    status, because, cause = _judged(context, actor, view, marks, everything, seen)
    doubts = {d for table in base_tables(context.ground.schema, view) for d in context.doubts(table)}
    doubts |= set(context.ground.doubts.get(view.object, ()))
    sql = actor.replay(f"select * from {qualified(view.qualified)}") if status is ClaimStatus.REFUTED else ""
    causes = (Cause(words=cause),) if cause else ()
    return Claim(
        view.qualified, actor.name, Action.SELECT, status, because, tuple(sorted(doubts)), causes, sql
    )


def _judged(
    context: Context, actor: Actor, view: View, marks: Marks, everything: Seen, seen: Seen
) -> tuple[ClaimStatus, str, str]:
    victim = actor.victim
    if seen.outcome is Outcome.DENIED_BY_GRANT:
        return ClaimStatus.CLOSED, "no grant lets it read the view", ""
    if seen.outcome is not Outcome.ALLOWED:
        return ClaimStatus.BROKEN, f"the view fails with {seen.words}", seen.words
    if victim in seen.people:
        return _shown(context, actor, view, marks)
    if victim not in everything.people:
        return ClaimStatus.UNTESTED, f"could not test because no row of {victim}'s shows in the view", ""
    mine = actor.persona is not None and actor.persona.name in seen.people
    if mine or actor.persona is None:
        control = "its own are shown" if mine else "a visitor has no rows"
        return (
            ClaimStatus.PROVEN,
            f"no row of {victim}'s is shown, which its owner or `postgres` sees there; {control}",
            "",
        )
    return ClaimStatus.CLOSED, "its own rows are not shown either", ""


def _shown(context: Context, actor: Actor, view: View, marks: Marks) -> tuple[ClaimStatus, str, str]:
    """Whether the tables below would show it as well: asked with the reader's own rights."""
    query = view.query.rstrip().rstrip(";")
    direct = _whose(context, actor, query, view.qualified, marks)
    if actor.victim in direct.people:
        return ClaimStatus.DECLARED_OPEN, f"shows rows of {actor.victim}'s, as the tables below it do", ""
    if _granted_to_visitors(view):
        because = (
            f"shows rows of {actor.victim}'s past the tables below, and a migration grants visitors SELECT"
        )
        return ClaimStatus.DECLARED_OPEN, because, ""
    why = (
        "a materialized view knows no row security"
        if view.materialized
        else "the view reads with its owner's rights"
    )
    who = "a visitor" if actor.persona is None else actor.name
    return ClaimStatus.REFUTED, f"{who} reads rows of {actor.victim}'s that the tables below do not show", why


def _granted_to_visitors(view: View) -> bool:
    """Whether somebody said that it is for everybody: SELECT alone, since all of it is what dumps write."""
    said = {each.privilege for each in view.grants if each.role in ("anon", "public") and not each.implied}
    return said == {"SELECT"}


def _read(context: Context, actor: Actor | None, view: View, marks: Marks) -> Seen:
    with undone(context.connection, "refreshed"):
        if view.materialized:
            context.connection.execute(f"refresh materialized view {qualified(view.qualified)}")
        return _whose(context, actor, f"select * from {qualified(view.qualified)}", view.qualified, marks)


def _whose(context: Context, actor: Actor | None, query: str, name: str, marks: Marks) -> Seen:
    """Whose values stand in the rows of a query."""
    sql = f"select string_agg(t::text, ' ') from (select * from ({query}) rows limit {_ROWS}) t"
    answer = attempt(context.connection, actor, sql)
    outcome = Outcome.ALLOWED
    if answer.failed:
        outcome = decode(answer, name, Action.SELECT, Shape.OTHERS)
    text = str(answer.first[0] or "") if answer.first else ""
    return Seen(marks.whose(text), outcome, f"{answer.message} ({answer.sqlstate})" if answer.failed else "")
