"""What the statements about one table need to know: whose row is which, and which columns say so."""

import re
from dataclasses import dataclass

from checklists.live.probe.actors import Actor
from checklists.live.rows.candidates import Value
from checklists.live.rows.inserting import Row
from checklists.live.rows.options import soft_delete_column
from checklists.live.rows.people import made_up
from checklists.live.rows.relations import Attribute, Link, Relation
from checklists.live.rows.seeded import Seeded

_PLAIN = ("text", "varchar", "citext", "jsonb", "bool", "int4", "int8", "numeric", "date", "timestamptz")
_LATER = "2024-01-01"
_DEALS = re.compile(r"assign|review|approv|handl|resol|process|moderat|answered|archiv|revok|recipient")


@dataclass(frozen=True, slots=True)
class Subject:
    """One table as one actor meets it. `own` and `other` are rows; `people` the columns that name whose the
    row is, `parents` the keys to other rows of somebody's, `writable` what its role may UPDATE, `insertable`
    what it may INSERT. Rows of a `membership` are handed on by whoever manages it.
    """

    relation: Relation
    actor: Actor
    own: Row | None
    other: Row | None
    deleted: Row | None
    people: tuple[str, ...]
    parents: tuple[Link, ...]
    personal: bool
    writable: frozenset[str] = frozenset()
    insertable: frozenset[str] = frozenset()
    membership: bool = False

    @property
    def table(self) -> str:
        """Its qualified name."""
        return self.relation.name

    def deals_with(self, column: str) -> bool:
        """Whether it names who is to deal with the row, if anybody is (`assigned_to`), not whose it is."""
        attribute = self.relation.attribute(column)
        return attribute is not None and not attribute.not_null and bool(_DEALS.search(column.lower()))

    @property
    def soft_delete(self) -> Attribute | None:
        """The column that says that a row is deleted."""
        return soft_delete_column(self.relation)

    @property
    def neutral(self) -> str:
        """A column that an UPDATE can set to what it holds: no key, nobody's id, and granted where one is."""
        keys = {column for unique in self.relation.uniques for column in unique}
        keys |= {column for link in self.relation.links for column in link.columns} | set(self.people)
        gone = self.soft_delete
        fit = [
            e for e in self.relation.attributes if not e.automatic and e.name not in keys and e is not gone
        ]
        fit = [e for e in fit if e.name in self.writable] or fit
        fit.sort(key=lambda e: (e.base not in _PLAIN, _PLAIN.index(e.base) if e.base in _PLAIN else 0))
        others = [e.name for e in self.relation.attributes if not e.automatic]
        return fit[0].name if fit else ([n for n in others if n in self.writable] or others or [""])[0]

    def unchanged(self, row: Row) -> dict[str, Value]:
        """An assignment of the neutral column to what the row holds; a time, which is never the same, to one
        that is.
        """
        attribute = self.relation.attribute(self.neutral)
        clock = (
            attribute is not None
            and not attribute.is_array
            and attribute.base in ("timestamptz", "timestamp", "date")
        )
        return {self.neutral: _LATER if clock else row.values.get(self.neutral)}

    def fresh(self, row: Row, number: int) -> dict[str, Value]:
        """The values of a new row like `row`: keys of its own where a key is not somebody's id."""
        kept = {column for link in self.relation.links for column in link.columns} | set(self.people)
        single = {unique[0] for unique in self.relation.uniques if len(unique) == 1} - kept
        shared = {u for unique in self.relation.uniques if not set(unique) & single for u in unique} - kept
        found: dict[str, Value] = {}
        for column in row.given:
            attribute = self.relation.attribute(column)
            value = row.values.get(column)
            if attribute is None or attribute.automatic or (attribute.has_default and column in single):
                continue
            if self.insertable and column not in self.insertable:
                continue  # granted by columns: others would be refused whatever the policies say
            found[column] = _bumped(attribute, value, number) if column in single | shared else value
        return found


def _bumped(attribute: Attribute, value: Value, number: int) -> Value:
    if value is None:
        return None
    if attribute.base == "uuid":
        return made_up(attribute.name, "fresh", str(number))
    if attribute.base in ("int2", "int4", "int8", "numeric"):
        return str(int(float(value)) + 50 + number)
    if attribute.base in ("text", "varchar", "citext", "bpchar"):
        room = attribute.length or 10_000
        return f"{value}{number}" if len(value) + 2 <= room else f"{value[: room - 2]}{number}"
    return value


def subject(
    seeded: Seeded, table: str, actor: Actor, writable: frozenset[str], insertable: frozenset[str]
) -> Subject:
    """One table as `actor` meets it."""
    relation = seeded.relations[table]
    own = seeded.of(table, actor.persona.name) if actor.persona else None
    other = seeded.of(table, actor.victim)
    if own is not None and other is not None and own.key == other.key:
        own = None
    parents = tuple(each for each in seeded.whose.parents(table) if each.table in seeded.relations)
    return Subject(
        relation=relation,
        actor=actor,
        own=own,
        other=other,
        deleted=seeded.deleted.get((table, actor.persona.name)) if actor.persona else None,
        people=seeded.whose.person_columns(table),
        parents=parents,
        personal=table in seeded.personal,
        writable=writable,
        insertable=insertable,
        membership=table in seeded.whose.memberships,
    )
