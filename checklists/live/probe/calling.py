"""Functions that run with their owner's rights: whether one hands out or changes what is somebody else's."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from checklists.live.model import Action, Cause, Claim, ClaimStatus
from checklists.live.probe.actors import ANON, STRANGER, Actor
from checklists.live.probe.context import Context
from checklists.live.probe.marking import Marks
from checklists.live.probe.readings import reading
from checklists.live.probe.trying import Answer, attempt, undone
from checklists.live.rows.candidates import candidates
from checklists.live.rows.inserting import Row
from checklists.live.rows.people import PEOPLE, Persona
from checklists.live.rows.solving import qualified, quoted, solve, value_sql
from checklists.sql.questions.exposure import served_definers
from checklists.sql.schema import Function

_USER = re.compile(r"user|owner|member|profile|author|creator|account|actor|uid|person")
_SECRET = re.compile(r"token|secret|code|key|hash|password|email|invite")
_WRITES = re.compile(r"\b(?:insert\s+into|update|delete\s+from)\b|\bexecute\b", re.IGNORECASE)
_PLAIN = {
    "text": "'x'", "character varying": "'x'", "integer": "1", "bigint": "1", "smallint": "1",
    "boolean": "true", "numeric": "1", "jsonb": "'{}'", "json": "'{}'", "date": "'2024-01-01'",
    "timestamp with time zone": "'2024-01-01'", "uuid": "'00000000-0000-4000-8000-000000000000'",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """One call; `given` are the values in it that are somebody's."""

    sql: str
    given: frozenset[str]


def definers(context: Context) -> list[Function]:
    """Functions that the Data API serves, that run as their owner, and that can be called, sorted."""
    found = (f for f, _ in served_definers(context.ground.schema) if f.kind == "function")
    return sorted(
        (f for f in found if f.returns not in ("trigger", "event_trigger")), key=lambda f: f.signature
    )


def called(context: Context, function: Function, marks: Marks) -> Iterator[Claim]:
    """What a visitor and a stranger get and change by calling it with somebody else's ids."""
    for actor in (ANON, STRANGER):
        claim = _claim(context, actor, function, marks)
        if claim is not None:
            yield claim


def _claim(context: Context, actor: Actor, function: Function, marks: Marks) -> Claim | None:
    victim = next(person for person in PEOPLE if person.name == actor.victim)
    call = _call(context, function, victim)
    if call is None:
        return None
    watched = _watched(context, function, victim)
    answer = attempt(context.connection, actor, call.sql, _places(watched))
    status, because = _judged(context, actor, function, marks, call, watched, answer)
    doubts = tuple(sorted(context.ground.doubts.get(function.object, ())))
    sql = actor.replay(call.sql) if status is ClaimStatus.REFUTED else ""
    causes = (Cause(words="it runs with its owner's rights"),) if status is ClaimStatus.REFUTED else ()
    return Claim(function.signature, actor.name, Action.EXECUTE, status, because, doubts, causes, sql)


def _judged(
    context: Context,
    actor: Actor,
    function: Function,
    marks: Marks,
    call: Call,
    watched: tuple[Row, ...],
    answer: Answer,
) -> tuple[ClaimStatus, str]:
    who = "a visitor" if actor.persona is None else actor.name
    if answer.sqlstate == "42501" and "for function" in answer.message:
        return ClaimStatus.CLOSED, "no grant lets it call the function"
    if answer.failed:
        refused = answer.sqlstate[:2] in ("P0", "28") or answer.sqlstate == "42501"
        words = f"{answer.message} ({answer.sqlstate})"
        if refused:
            return ClaimStatus.GUARDED, f"with {actor.victim}'s ids the function refuses: {words}"
        return ClaimStatus.UNTESTED, f"could not test because the call fails with {words}"
    before = attempt(context.connection, None, "select 1", _places(watched)).after
    changed, got = answer.after != before, _handed(answer, marks, actor, call)
    if not changed and not got:
        return _nothing(context, actor, function, marks)
    with undone(context.connection, "invoker"):
        context.connection.execute(f"alter function {_signature(function)} security invoker")
        plain = attempt(context.connection, actor, call.sql, _places(watched))
    if changed and plain.after in ((), before):
        names = ", ".join(sorted({row.table for row in watched}))
        return ClaimStatus.REFUTED, f"{who} changes what is {actor.victim}'s in {names} by calling it"
    if got and not _handed(plain, marks, actor, call):
        return (
            ClaimStatus.REFUTED,
            f"{who} gets {actor.victim}'s values out of it, which the tables do not show",
        )
    return ClaimStatus.DECLARED_OPEN, f"does what the tables let {who} do as well"


def _nothing(context: Context, actor: Actor, function: Function, marks: Marks) -> tuple[ClaimStatus, str]:
    """Nothing came of the call: that says something only where something comes of one with one's own ids."""
    said = f"called with {actor.victim}'s ids it hands out and changes nothing of {actor.victim}'s"
    me = STRANGER.name
    if _works(context, function, marks):
        status = ClaimStatus.CLOSED if actor.persona is None else ClaimStatus.PROVEN
        return status, f"{said}; called by {me} with its own it does"
    added = _adds(context, actor, function)
    if added:
        names = f"a row that names {actor.victim} to {', '.join(added)}"
        return ClaimStatus.UNTESTED, f"whether it may is for a person to say: the call adds {names}"
    asked = reading(context.ground.schema, function.body)
    if not function.arguments and asked.session and not _WRITES.search(function.body):
        return ClaimStatus.CLOSED, f"{said}: it takes no ids, and asks about its caller"
    nothing = f"nor with {me}'s own: there was nothing that it could have handed out or changed"
    return ClaimStatus.UNTESTED, f"could not test because {said}, {nothing}"


def _adds(context: Context, actor: Actor, function: Function) -> list[str]:
    """The tables that hold more rows with the victim's id after the call."""
    victim = next(person for person in PEOPLE if person.name == actor.victim)
    call, whose = _call(context, function, victim), context.seeded.whose
    if call is None:
        return []
    found = []
    tables = reading(context.ground.schema, function.body).tables & context.seeded.personal
    for table in sorted(tables):
        columns = [f"{quoted(c)}::text = {value_sql(victim.id)}" for c in whose.person_columns(table)]
        look = f"select count(*) from {qualified(table)} where {' or '.join(columns) or 'false'}"
        before = attempt(context.connection, None, "select 1", look).after
        answer = attempt(context.connection, actor, call.sql, look)
        if not answer.failed and answer.after > before:
            found.append(table)
    return found


def _works(context: Context, function: Function, marks: Marks) -> bool:
    """Whether something comes of a call of A's with its own ids."""
    person = STRANGER.persona
    call = _call(context, function, person) if person is not None else None
    if person is None or call is None:
        return False
    watched = _watched(context, function, person)
    before = attempt(context.connection, None, "select 1", _places(watched)).after
    own = attempt(context.connection, STRANGER, call.sql, _places(watched))
    text = str(own.first[0] or "") if own.first and not own.failed else ""
    handed = any(mark in text for mark in marks.by_person[person.name] - call.given)
    return not own.failed and (handed or own.after != before)


def _handed(answer: Answer, marks: Marks, actor: Actor, call: Call) -> bool:
    """Whether the result holds values of the victim's that the caller did not give."""
    text = str(answer.first[0] or "") if answer.first and not answer.failed else ""
    return any(mark in text for mark in marks.by_person[actor.victim] - call.given)


def _signature(function: Function) -> str:
    return f"{qualified(function.qualified)}({', '.join(function.arguments)})"


def _call(context: Context, function: Function, victim: Persona) -> Call | None:
    """A call with the victim's ids; None where a secret would have to be known, or a type is unusual."""
    names = (*function.argument_names, *("",) * len(function.arguments))
    values, given = [], set()
    for kind, name in zip(function.arguments, names, strict=False):
        if _SECRET.search(name.lower()) and kind in ("text", "uuid", "character varying"):
            return None
        value = _argument(context, function, kind, name.lower(), victim)
        if value is None:
            return None
        given.add(value.strip("'"))
        values.append(f"{value}::{kind}")
    select = f"select string_agg(t::text, ' ') from {qualified(function.qualified)}({', '.join(values)}) t"
    return Call(select, frozenset(given))


def _argument(context: Context, function: Function, kind: str, name: str, victim: Persona) -> str | None:
    stem = re.sub(r"^(p|in|arg|_)_*|_(id|uuid)$", "", name)
    found = _named(context, function, stem, kind, victim)
    if found is not None:
        return value_sql(found)
    if kind in ("uuid", "text") and _USER.search(name):
        return value_sql(victim.id)
    bound = _bound(context, function, stem, kind, victim)
    return value_sql(bound) if bound is not None else _PLAIN.get(kind)


def _bound(context: Context, function: Function, stem: str, kind: str, victim: Persona) -> str | None:
    """A value that the CHECKs allow for the column of the same name, in a table that the function names."""
    for table in sorted(
        reading(context.ground.schema, function.body).tables & context.seeded.relations.keys()
    ):
        relation = context.seeded.relations[table]
        attribute = relation.attribute(stem)
        if attribute is None or attribute.type != kind or attribute.is_array:
            continue
        if any(stem in check.columns for check in relation.checks):
            options = candidates(attribute, relation.checks, victim)
            return solve(context.connection, relation, {stem: options})[stem]
    return None


def _named(context: Context, function: Function, stem: str, kind: str, victim: Persona) -> str | None:
    """What identifies the victim's row in the table that an argument is named after, if it has that type."""
    words = {stem, f"{stem}s", f"{stem}es", f"{stem.removesuffix('y')}ies"} if stem else set()
    tables = reading(context.ground.schema, function.body).tables
    named = sorted(t for t in context.seeded.relations if t.partition(".")[2] in words)
    alone = sorted(tables & context.seeded.personal) if stem in ("", "id") else []
    for table in (*named, *alone):
        row, relation = context.seeded.of(table, victim.name), context.seeded.relations[table]
        for unique in relation.uniques if row is not None else ():
            attribute = relation.attribute(unique[0]) if len(unique) == 1 else None
            if row and attribute is not None and attribute.type == kind and row.values.get(unique[0]):
                return row.values[unique[0]]
    return None


def _watched(context: Context, function: Function, victim: Persona) -> tuple[Row, ...]:
    tables = reading(context.ground.schema, function.body).tables & context.seeded.personal
    rows = (context.seeded.of(table, victim.name) for table in sorted(tables))
    return tuple(row for row in rows if row is not None)


def _places(rows: tuple[Row, ...]) -> str:
    """What the victim's rows hold, but for numbers and times, which counters and triggers move."""
    parts = [
        f"(select string_agg(t::text, '') from (select {_texts(row)} from {qualified(row.table)}"
        f" where {row.where}) t)"
        for row in rows
    ]
    return f"select {', '.join(parts)}" if parts else ""


def _texts(row: Row) -> str:
    """The columns whose value is a word: what only counts or tells the time is left out."""
    kept: Mapping[str, str | None] = {
        column: value
        for column, value in row.values.items()
        if value is None or not re.fullmatch(r"-?[\d.]+|\d{4}-\d\d-\d\d.*", value)
    }
    return ", ".join(quoted(c) for c in kept if c != "ctid" and kept[c] is not None) or "1"
