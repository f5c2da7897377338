"""The statements by which somebody makes its own row one that policies admit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from checklists.live.model import Action, How, Shape
from checklists.live.probe.actors import Actor
from checklists.live.probe.admitting import names, wanted
from checklists.live.probe.context import Context
from checklists.live.probe.subjects import Subject
from checklists.live.probe.trials import trials
from checklists.live.rows.candidates import Value
from checklists.live.rows.inserting import Row, insert_sql
from checklists.live.rows.options import is_role_column, role_options
from checklists.live.rows.people import ADMIN
from checklists.live.rows.relations import Attribute
from checklists.live.rows.solving import qualified, quoted, value_sql

_LABELS, _TENANTS = 8, 2


@dataclass(frozen=True, slots=True)
class Step:
    """A statement by which an actor makes itself what `words` say; `before` runs first, as `postgres`.
    `column` is what it writes, where it is one that is asked for; `key` is the same for every actor.
    """

    command: Action
    sql: str
    words: str
    key: str
    before: str = ""
    column: str = ""


def steps(
    context: Context, table: str, actor: Actor, asked: Mapping[str, str], rows: list[Row]
) -> Iterator[Step]:
    """Rows of its own with each value that gives power, and its own row below what is the victim's.

    Args:
        context: The probe.
        table: Where the row lies.
        actor: Whose row it is.
        asked: The texts of policies that read the table, by the table they are on.
        rows: The victim's rows in those tables.
    """
    subject = context.subject(table, actor)
    own = subject.own
    if own is None:
        return
    if not any(is_role_column(each) for each in subject.relation.attributes):
        sql = insert_sql(subject.relation, subject.fresh(own, 7))
        yield Step(Action.INSERT, sql, "a row of its own", "own", _gone(own))
    for column, value in _roles(context, subject, asked):
        yield from _with(subject, own, {column: value}, f"{column} = {value}")
    for trial in trials(subject, context.seeded.mine):
        if trial.shape is Shape.MIXED and trial.command in (Action.INSERT, Action.UPDATE):
            words = f"a row below {actor.victim}'s {trial.words}"
            yield Step(trial.command, trial.sql, words, trial.words)
    for column, value in _places(subject, own, asked, rows):
        yield from _with(subject, own, {column: value}, f"{column} of {actor.victim}'s", place=True)


def _with(
    subject: Subject, own: Row, change: dict[str, Value], words: str, *, place: bool = False
) -> Iterator[Step]:
    """The row put in anew with the value, and the row that is there changed."""
    column = next(iter(change))
    key = column if place else words
    sql = insert_sql(subject.relation, subject.fresh(own, 7) | change)
    yield Step(Action.INSERT, sql, words, key, _gone(own), column)
    listed = ", ".join(f"{quoted(c)} = {value_sql(v)}" for c, v in change.items())
    sql = f"update {qualified(subject.table)} set {listed} where {own.where}"
    yield Step(Action.UPDATE, sql, words, key, column=column)


def _gone(own: Row) -> str:
    """The actor as one who has no row yet; a row that is there from sign-up on stays."""
    if own.how is How.BY_TRIGGER:
        return ""
    off = (
        f"set local session_replication_role = replica; delete from {qualified(own.table)} where {own.where};"
    )
    return f"{off} set local session_replication_role = origin"


def _roles(context: Context, subject: Subject, asked: Mapping[str, str]) -> Iterator[tuple[str, Value]]:
    """Columns that sound like a role, then all others that policies compare with a value."""
    found = [each for each in subject.relation.attributes if not each.automatic]
    for each in sorted(found, key=lambda e: not is_role_column(e)):
        values = wanted(each, asked.values()) if not _is_key(subject, each) else ()
        if is_role_column(each) and not each.is_array:
            options = role_options(each, subject.relation, context.seeded.words, ADMIN, powerful=True)
            values = tuple(dict.fromkeys((*options, *values)))
        for value in [value for value in values if value is not None][:_LABELS]:
            yield each.name, value


def _is_key(subject: Subject, each: Attribute) -> bool:
    """Whether it says which row it is, or whose."""
    alone = {unique[0] for unique in subject.relation.uniques if len(unique) == 1}
    return each.name in alone | set(subject.people)


def _places(
    subject: Subject, own: Row, asked: Mapping[str, str], rows: list[Row]
) -> Iterator[tuple[str, Value]]:
    """The ids that lead to what is the victim's (an organisation), as its rows hold them."""
    for each in subject.relation.attributes:
        if each.automatic or each.is_array or _is_key(subject, each) or not _is_id(subject, each):
            continue
        if not any(names(text, each.name) for text in asked.values()):
            continue
        theirs = [row.values.get(each.name) for row in (subject.other, *rows) if row is not None]
        new = [v for v in dict.fromkeys(theirs) if v is not None and v != own.values.get(each.name)]
        for value in new[:_TENANTS]:
            yield each.name, value


def _is_id(subject: Subject, each: Attribute) -> bool:
    linked = {column for link in subject.relation.links for column in link.columns}
    return each.base == "uuid" or each.name in linked or each.name.endswith("_id")
