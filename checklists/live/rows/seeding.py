"""Puts rows of several people into every table: parents first, real triggers first, `replica` last."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from checklists.live.model import How
from checklists.live.rows.belonging import Belonging
from checklists.live.rows.candidates import Value
from checklists.live.rows.inserting import Lessons, Refusal, Row, attempt, choose, texts
from checklists.live.rows.options import Options, Words, is_role_column, role_options, soft_delete_column
from checklists.live.rows.people import ADMIN, THIRD, A, Persona, claims
from checklists.live.rows.relations import AUTH_USERS, Relation
from checklists.live.rows.solving import qualified, quoted, run, value_sql

_TRIES = 7
_LONG_AGO = "2024-01-02"


@dataclass(slots=True)
class Seeder:
    """Makes rows within the transaction of `connection`, each once, and remembers why one could not be."""

    connection: Any
    relations: Mapping[str, Relation]
    whose: Belonging
    words: Words
    needs: Mapping[str, frozenset[str]]
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    deleted: dict[tuple[str, str], Row] = field(default_factory=dict)
    failures: dict[tuple[str, str], str] = field(default_factory=dict)
    notes: dict[tuple[str, str], str] = field(default_factory=dict)
    _making: set[tuple[str, str]] = field(default_factory=set)
    _speaking: str = ""

    def seed(self, people: Iterable[Persona]) -> None:
        """Every table for every person, and one soft-deleted row of A's where a table has such."""
        personas = tuple(people)
        for persona in (*personas, THIRD):
            self.ensure(AUTH_USERS, persona)
        for table in sorted(self.relations):
            for persona in personas:
                self.ensure(table, persona)
        for table in sorted(self.relations):
            self._empower(self.relations[table])
            self._delete_one(self.relations[table])

    def _empower(self, relation: Relation) -> None:
        """Write the admin's role into a row that a trigger made: sign-up makes everybody a plain user, and
        the first admin of a real project is made by its owner as well.
        """
        row = self.rows.get((relation.name, ADMIN.name))
        if row is None or row.how is not How.BY_TRIGGER or row.shared or not row.key:
            return
        change: dict[str, Value] = {}
        for each in relation.attributes:
            if is_role_column(each) and not each.automatic and not each.is_array:
                options = role_options(each, relation, self.words, ADMIN, powerful=True)
                change[each.name] = choose(self.connection, relation, {each.name: options}, Lessons())[
                    each.name
                ]
        if change:
            listed = ", ".join(f"{quoted(c)} = {value_sql(v)}" for c, v in change.items())
            self.connection.execute("set local session_replication_role = replica")
            sql = f"update {qualified(relation.name)} set {listed} where {row.where} returning 1"
            run(self.connection, sql)
            self.connection.execute("set local session_replication_role = origin")

    def ensure(self, table: str, persona: Persona) -> Row | None:
        """Somebody's row in a table."""
        slot = (table, persona.name)
        if slot in self.rows or slot in self.failures or slot in self._making:
            return self.rows.get(slot)
        if table in self.whose.tenants and persona.tenant != persona.name:
            owner = self.ensure(table, next(p for p in (A,) if p.name == persona.tenant))
            if owner is not None:
                self.rows[slot] = replace(owner, persona=persona.name, shared=True)
            return owner
        self._making.add(slot)
        made = self._make(self.relations[table], persona)
        self._making.discard(slot)
        if isinstance(made, Row):
            self.rows[slot] = made
            return made
        self.failures[slot] = made
        return None

    def parent(self, table: str, persona: Persona) -> Mapping[str, Value] | None:
        """The values of somebody's row in a table."""
        row = self.ensure(table, persona) if table in self.relations else None
        return None if row is None else row.values

    def _make(self, relation: Relation, persona: Persona) -> Row | str:
        last = ""
        for how, width in (
            (How.TRIGGERS, "usual"),
            (How.TRIGGERS, "few"),
            (How.TRIGGERS, "all"),
            (How.REPLICA, "usual"),
            (How.REPLICA, "all"),
        ):
            made = self._with(relation, persona, how, width)
            if isinstance(made, Row):
                if how is How.REPLICA:
                    self.notes[relation.name, persona.name] = last
                return made
            last = last if how is How.REPLICA and last else made.words
        return last

    def _with(self, relation: Relation, persona: Persona, how: How, width: str) -> Row | Refusal:
        options = Options(self.whose, self.words, self.parent, self.needs)
        lessons = Lessons()
        refusal = Refusal("", "nothing could be tried")
        values: dict[str, Value] | None = None
        for _ in range(_TRIES):
            tried = options.for_row(relation, persona, width, lessons.variant)
            everything = options.for_row(relation, persona, "all", lessons.variant) if lessons.more else {}
            tried |= {name: everything[name] for name in sorted(lessons.more) if name in everything}
            before, values = values, choose(self.connection, relation, tried, lessons)
            if values == before:
                break
            self._speak(persona)
            stored = self._stored(relation, values, how)
            if not isinstance(stored, Refusal):
                return Row(
                    relation.name, persona.name, how, self._key(relation, stored), stored, tuple(values)
                )
            refusal = stored
            adopted = self._adopt(relation, persona, values) if refusal.sqlstate == "23505" else None
            if adopted is not None:
                return adopted
            if not lessons.learn(relation, refusal, values, self._free(relation, values)):
                break
        return refusal

    def _stored(
        self, relation: Relation, values: Mapping[str, Value], how: How
    ) -> Mapping[str, Value] | Refusal:
        if how is not How.REPLICA:
            return attempt(self.connection, relation, values)
        self.connection.execute("set local session_replication_role = replica")
        try:
            return attempt(self.connection, relation, values)
        finally:
            self.connection.execute("set local session_replication_role = origin")

    def _free(self, relation: Relation, values: Mapping[str, Value]) -> set[str]:
        keyed = {column for link in self.whose.links[relation.name] for column in link.columns}
        return set(values) - keyed - set(self.whose.owners[relation.name])

    def _speak(self, persona: Persona) -> None:
        """Sign the persona in: triggers ask for auth.uid()."""
        if self._speaking == persona.name:
            return
        self.connection.execute("select set_config('request.jwt.claims', %s, true)", (claims(persona),))
        self._speaking = persona.name

    def _key(self, relation: Relation, stored: Mapping[str, Value]) -> tuple[tuple[str, str], ...]:
        for columns in (relation.primary, *relation.uniques, ("ctid",)):
            key = tuple((c, value) for c in columns if (value := stored.get(c)) is not None)
            if columns and len(key) == len(columns):
                return key
        return ()

    def _adopt(self, relation: Relation, persona: Persona, values: Mapping[str, Value]) -> Row | None:
        """The row that is there already: a trigger made it for this person, or it is nobody's."""
        taken = {
            self._key(relation, row.values)
            for (table, name), row in self.rows.items()
            if table == relation.name and name != persona.name
        }
        for unique in relation.uniques:
            if not unique or any(values.get(column) is None for column in unique):
                continue
            where = " and ".join(f"{quoted(c)} = {value_sql(values[c])}" for c in unique)
            for stored in run(
                self.connection,
                f"select {texts(relation)} from {qualified(relation.name)} where {where} limit 1",
            ):
                row = dict(zip((*relation.names, "ctid"), stored, strict=True))
                people = self.whose.person_columns(relation.name)
                named = set(unique) & set(people)
                mine = all(row[c] == values[c] for c in (named or people) if values.get(c) is not None)
                key = self._key(relation, row)
                shared = (
                    self.rows.get((relation.name, persona.tenant)) if persona.tenant != persona.name else None
                )
                if shared is not None and self._key(relation, shared.values) == key:
                    return replace(shared, persona=persona.name, shared=True)
                if key in taken and (people or not mine):
                    continue
                if mine and (people or key not in taken):
                    known = tuple((column, str(row[column])) for column in unique)  # its id may be random
                    return Row(relation.name, persona.name, How.BY_TRIGGER, known, row, tuple(values))
        return None

    def _delete_one(self, relation: Relation) -> None:
        """A second row of A's that is deleted softly."""
        column = soft_delete_column(relation)
        first = self.rows.get((relation.name, A.name))
        if column is None or first is None or first.shared:
            return
        options = Options(self.whose, self.words, self.parent, self.needs)
        lessons = Lessons(variant=1)
        value = "true" if column.base == "bool" else _LONG_AGO
        for _ in range(_TRIES):
            tried = options.for_row(relation, A, "usual", lessons.variant) | {column.name: (value,)}
            values = choose(self.connection, relation, tried, lessons)
            self._speak(A)
            stored = attempt(self.connection, relation, values)
            if not isinstance(stored, Refusal):
                row = Row(
                    relation.name, A.name, How.TRIGGERS, self._key(relation, stored), stored, tuple(values)
                )
                self.deleted[relation.name, A.name] = row
                return
            if not lessons.learn(relation, stored, values, self._free(relation, values)):
                return

    def refresh(self) -> None:
        """Read every row again: a later trigger may have changed or removed it."""
        for found in (self.rows, self.deleted):
            for slot, row in sorted(found.items()):
                relation = self.relations[row.table]
                sql = f"select {texts(relation)} from {qualified(row.table)} where {row.where} limit 1"
                stored = run(self.connection, sql)
                if stored:
                    found[slot] = replace(
                        row, values=dict(zip((*relation.names, "ctid"), stored[0], strict=True))
                    )
                else:
                    del found[slot]
                    self.failures[slot] = "the row was removed again by a trigger"
