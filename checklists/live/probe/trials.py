"""The statements to try on a table: each with its shape, and how to see afterwards what it did."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from checklists.live.model import Action, Shape
from checklists.live.probe.subjects import Subject
from checklists.live.rows.candidates import Value
from checklists.live.rows.inserting import Row, insert_sql
from checklists.live.rows.relations import Link
from checklists.live.rows.solving import qualified, quoted, value_sql


@dataclass(frozen=True, slots=True)
class Trial:
    """`breach` says that its success touches what is somebody else's. `look` is asked as `postgres` after
    it; the statement counts as done where the answer differs from the same look before.

    `parents` are the rows of others that it hangs its own row on, and `shown` counts, as their owner, what is
    seen there. `about` is the row that it reads. `alone` leaves nothing but that one row, for a statement
    without WHERE that would collide with itself.

    `part` says that the row cannot be without the parents that it hangs on. Of a row that is given away,
    `then` is the condition that finds it afterwards, `forged` an INSERT of a new one in the other's name.
    """

    command: Action
    shape: Shape
    sql: str
    breach: bool
    look: str = ""
    parents: tuple[Row, ...] = ()
    words: str = ""
    shown: str = ""
    alone: str = ""
    about: Row | None = None
    part: bool = False
    then: str = ""
    forged: str = ""


def trials(
    subject: Subject, parent_rows: Mapping[tuple[str, str], Row], *, brief: bool = False
) -> Iterator[Trial]:
    """Every statement for one table and actor, reads first; where it has to be `brief`, the plain shapes."""
    yield from _selects(subject)
    yield from _inserts(subject, {} if brief else parent_rows)
    yield from _updates(subject)
    if subject.actor.thorough and not brief:
        yield from _handovers(subject, parent_rows)
        yield from _upserts(subject)
    yield from _deletes(subject)


def _selects(s: Subject) -> Iterator[Trial]:
    for row, shape in ((s.own, Shape.OWN), (s.other, Shape.OTHERS), (s.deleted, Shape.DELETED)):
        if row is not None:
            sql = f"select 1 from {qualified(s.table)} where {row.where}"
            yield Trial(Action.SELECT, shape, sql, breach=shape is Shape.OTHERS, about=row)


def _count(table: str, values: Mapping[str, Value]) -> str:
    """How many rows have these values."""
    where = _having(values)
    return f"select count(*) from {qualified(table)}" + (f" where {where}" if where else "")


def _having(values: Mapping[str, Value]) -> str:
    return " and ".join(f"{quoted(c)} is not distinct from {value_sql(v)}" for c, v in values.items())


def _is_part(s: Subject, links: Iterable[Link]) -> bool:
    """Whether a row cannot be without what these keys lead to."""
    columns = (s.relation.attribute(column) for link in links for column in link.columns)
    return any(each is not None and each.not_null for each in columns)


def _place(row: Row) -> str:
    """Where a row lies; an UPDATE moves it, a DELETE takes it away."""
    return f"select ctid::text from {qualified(row.table)} where {row.where}"


def _inserts(s: Subject, parent_rows: Mapping[tuple[str, str], Row]) -> Iterator[Trial]:
    own, other = s.own, s.other
    if own is not None:
        values = s.fresh(own, 1)
        sql = insert_sql(s.relation, values)
        yield Trial(Action.INSERT, Shape.OWN, sql, breach=False)
        if s.actor.thorough:
            keys = ", ".join(quoted(c) for c, _ in own.key)
            yield Trial(Action.INSERT, Shape.RETURNING, f"{sql} returning {keys}", breach=False)
            yield from _grafts(s, own, parent_rows)
    elif s.actor.persona is None and other is not None:
        values = _nobodys(s, s.fresh(other, 1))
        yield Trial(Action.INSERT, Shape.OWN, insert_sql(s.relation, values), breach=False)
    if other is not None:
        yield from _in_anothers_name(s, other, parent_rows)


def _in_anothers_name(s: Subject, other: Row, parent_rows: Mapping[tuple[str, str], Row]) -> Iterator[Trial]:
    """A new row like somebody else's; one that is nobody's is told apart by what it hangs on."""
    values = s.fresh(other, 2)
    if s.personal:
        marks = {c: values[c] for c in s.people if c in values and not s.deals_with(c)}
        if not marks and any(c in values for c in s.people):
            return  # who is to deal with it is no author
        marks = marks or dict(_of_parents(s, values))
    else:
        keys = {column for link in s.relation.links for column in link.columns}
        marks = {c: v for c, v in values.items() if c in keys and s.own and v != s.own.values.get(c)}
    if not marks:
        return  # a new organisation is nobody's yet
    look = _count(s.table, marks)
    hung = _hung(s, parent_rows, s.actor.victim) if not any(c in values for c in s.people) else ()
    sql = insert_sql(s.relation, values)
    yield Trial(Action.INSERT, Shape.OTHERS, sql, breach=True, look=look, parents=hung)


def _nobodys(s: Subject, values: dict[str, Value]) -> dict[str, Value]:
    """The row of a visitor, who is nobody: without a user's id where the column can do without."""
    free = {e.name for e in s.relation.attributes if not e.not_null}
    return {c: None if c in s.people and c in free else v for c, v in values.items()}


def _of_parents(s: Subject, values: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    for link in s.parents:
        for column in link.columns:
            if column in values:
                yield column, values[column]


def _hung(s: Subject, parent_rows: Mapping[tuple[str, str], Row], persona: str) -> tuple[Row, ...]:
    return tuple(row for link in s.parents if (row := parent_rows.get((link.table, persona))) is not None)


def _grafts(s: Subject, own: Row, parent_rows: Mapping[tuple[str, str], Row]) -> Iterator[Trial]:
    """The actor's own row below a parent of somebody else's: all parents, then each alone."""
    links = [link for link in s.parents if set(link.columns) & set(own.given)]
    choices = [links] + ([[link] for link in links] if len(links) > 1 else [])
    for number, chosen in enumerate(choices if links else []):
        found = _moved(s, chosen, parent_rows)
        if found is None:
            continue
        change, hung = found
        values = s.fresh(own, 3 + number) | change
        sql = insert_sql(s.relation, values)
        words = ", ".join(row.table for row in hung)
        yield Trial(
            Action.INSERT,
            Shape.MIXED,
            sql,
            breach=True,
            look=_count(s.table, change),
            parents=hung,
            words=words,
            shown=_count(s.table, {c: v for c, v in values.items() if c in s.people} | change),
            part=_is_part(s, chosen),
        )


def _moved(
    s: Subject, links: list[Link], parent_rows: Mapping[tuple[str, str], Row]
) -> tuple[dict[str, Value], tuple[Row, ...]] | None:
    """The columns that hang a row on the victim's parents; None where the parents are the actor's too."""
    change: dict[str, Value] = {}
    hung: list[Row] = []
    for link in links:
        theirs = parent_rows.get((link.table, s.actor.victim))
        mine = parent_rows.get((link.table, s.actor.persona.name)) if s.actor.persona else None
        if theirs is None or (mine is not None and mine.key == theirs.key):
            continue
        hung.append(theirs)
        for column, key in zip(link.columns, link.referenced, strict=True):
            if column not in s.people:
                change[column] = theirs.values.get(key)
    return (change, tuple(hung)) if change else None


def _set(values: Mapping[str, Value]) -> str:
    return ", ".join(f"{quoted(column)} = {value_sql(value)}" for column, value in values.items())


def _updates(s: Subject) -> Iterator[Trial]:
    table, column = qualified(s.table), s.neutral
    if not column:
        return
    if s.own is not None:
        change = _set(s.unchanged(s.own))
        yield Trial(
            Action.UPDATE, Shape.OWN, f"update {table} set {change} where {s.own.where}", breach=False
        )
    if s.other is None:
        return
    change = _set(s.unchanged(s.other))
    look = _place(s.other)
    yield Trial(
        Action.UPDATE, Shape.OTHERS, f"update {table} set {change} where {s.other.where}", breach=True
    )
    blind = f"update {table} set {change}"
    alone = f"delete from {table} where not ({s.other.where})"
    yield Trial(Action.UPDATE, Shape.BLIND, blind, breach=True, look=look, alone=alone)


def _handovers(s: Subject, parent_rows: Mapping[tuple[str, str], Row]) -> Iterator[Trial]:
    """Rows that change hands: taken, given, moved below somebody else's parent, deleted softly."""
    table, own, other = qualified(s.table), s.own, s.other
    alone = {unique[0] for unique in s.relation.uniques if len(unique) == 1}
    people = [c for c in s.people if c not in alone]
    gone = s.soft_delete
    if own is not None and gone is not None:
        value = "true" if gone.base == "bool" else "2024-01-03"
        sql = f"update {table} set {_set({gone.name: value})} where {own.where}"
        yield Trial(Action.UPDATE, Shape.DELETED, sql, breach=False)
    if own is None or other is None:
        return
    mine = {c: own.values.get(c) for c in people if own.values.get(c) is not None}
    theirs = {c: other.values.get(c) for c in mine if other.values.get(c) != own.values.get(c)}
    if theirs:
        taken = _set({c: mine[c] for c in theirs})
        look = _place(other)
        yield Trial(Action.UPDATE, Shape.TAKE, f"update {table} set {taken} where {other.where}", breach=True)
        yield Trial(Action.UPDATE, Shape.TAKE, f"update {table} set {taken}", breach=True, look=look)
        if not s.membership:
            yield from _given(s, own, theirs)
    for link in s.parents:
        moved = _moved(s, [link], parent_rows)
        if moved is not None and set(link.columns) & set(own.given):
            change, hung = moved
            sql = f"update {table} set {_set(change)} where {own.where}"
            look = _count(s.table, {**_known(own), **change})
            yield Trial(
                Action.UPDATE,
                Shape.MIXED,
                sql,
                breach=True,
                look=look,
                parents=hung,
                words=link.table,
                shown=look,
                part=_is_part(s, [link]),
            )


def _known(row: Row) -> dict[str, Value]:
    """What an UPDATE leaves as it is: the key, unless it is only where the row lies."""
    return {column: value for column, value in row.key if column != "ctid"}


def _given(s: Subject, own: Row, theirs: Mapping[str, Value]) -> Iterator[Trial]:
    """A row given away: with WHERE, blind, and with the soft delete that another policy may ask for."""
    table, gone = qualified(s.table), s.soft_delete
    then = _having({**_known(own), **theirs})
    look = f"select count(*) from {table} where {then}"
    forged = insert_sql(s.relation, {**s.fresh(own, 5), **theirs})
    extra: Mapping[str, Value] = {}
    if gone is not None:
        extra = {gone.name: "true" if gone.base == "bool" else "2024-01-03"}
    for change in ({**theirs}, {**theirs, **extra}) if extra else ({**theirs},):
        for where in (f" where {own.where}", ""):
            sql = f"update {table} set {_set(change)}{where}"
            yield Trial(Action.UPDATE, Shape.GIVE, sql, breach=True, look=look, then=then, forged=forged)


def _upserts(s: Subject) -> Iterator[Trial]:
    key, column = s.relation.primary, s.neutral
    if not key or not column or any((a := s.relation.attribute(c)) is None or a.automatic for c in key):
        return
    target = ", ".join(quoted(c) for c in key)
    for row, shape in ((s.own, Shape.UPSERT), (s.other, Shape.OTHERS)):
        if row is None:
            continue
        values = {c: row.values.get(c) for c in dict.fromkeys((*key, *row.given))}
        values |= s.unchanged(row)
        update = f"do update set {quoted(column)} = excluded.{quoted(column)}"
        sql = f"{insert_sql(s.relation, values)} on conflict ({target}) {update}"
        yield Trial(Action.UPSERT, shape, sql, breach=row is s.other, look=_place(row))


def _deletes(s: Subject) -> Iterator[Trial]:
    table = qualified(s.table)
    if s.own is not None:
        yield Trial(Action.DELETE, Shape.OWN, f"delete from {table} where {s.own.where}", breach=False)
    if s.other is not None:
        yield Trial(Action.DELETE, Shape.OTHERS, f"delete from {table} where {s.other.where}", breach=True)
        yield Trial(Action.DELETE, Shape.BLIND, f"delete from {table}", breach=True, look=_place(s.other))
