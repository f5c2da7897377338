"""What the stages of the probe share: the connection, the schema, the rows, and who may do what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from checklists.live.ground import Ground
from checklists.live.model import Action, How
from checklists.live.probe.actors import ADMINISTRATOR, STRANGER, Actor
from checklists.live.probe.reach import Reachable
from checklists.live.probe.readings import reading
from checklists.live.probe.subjects import Subject, subject
from checklists.live.probe.trying import attempt
from checklists.live.rows.candidates import POWERFUL
from checklists.live.rows.inserting import Row
from checklists.live.rows.seeded import Seeded
from checklists.live.rows.solving import qualified
from checklists.sql.questions.access import clauses
from checklists.sql.schema import Command, Policy, Table

COMMANDS: Mapping[Action, tuple[Command, ...]] = {
    Action.SELECT: (Command.SELECT,),
    Action.INSERT: (Command.INSERT,),
    Action.UPDATE: (Command.UPDATE,),
    Action.DELETE: (Command.DELETE,),
    Action.UPSERT: (Command.INSERT, Command.UPDATE),
}


@dataclass(slots=True)
class Context:
    """One probe: everything runs on `connection`, inside one transaction that is rolled back."""

    ground: Ground
    seeded: Seeded
    connection: Any
    reachable: Reachable
    heavy: dict[str, bool] = field(default_factory=dict)
    _passed: dict[str, bool] = field(default_factory=dict)
    _asked: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def table(self, name: str) -> Table | None:
        """The table as the schema knows it."""
        return self.ground.schema.tables.get(name)

    def subject(self, table: str, actor: Actor) -> Subject:
        """The table as the actor meets it."""
        insertable = self.reachable.insertable.get((table, actor.role), frozenset())
        return subject(self.seeded, table, actor, self.reachable.columns(table, actor.role), insertable)

    def permissive(self, table: str, action: Action, role: str) -> tuple[Policy, ...]:
        """The permissive policies that a statement of this role is judged by."""
        known = self.table(table)
        if known is None:
            return ()
        found = [p for command in COMMANDS.get(action, ()) for p in known.permissive(command, role)]
        return tuple(dict.fromkeys(found))

    def asked(self, table: str) -> tuple[str, ...]:
        """The tables that the policies of a table read, through functions as well, itself among them."""
        if table not in self._asked:
            known = self.table(table)
            found = {table}
            for policy in known.policies if known else ():
                for _, text in clauses(policy):
                    found |= reading(self.ground.schema, text).tables
            self._asked[table] = tuple(sorted(found))
        return self._asked[table]

    def unpassed(self, table: str) -> tuple[str, ...]:
        """The helpers of a table's policies that ask for a role (`is_admin()`), and that let nobody pass who
        was there to try it.
        """
        known = self.table(table)
        texts = [text for policy in known.policies for _, text in clauses(policy)] if known else []
        names = {name for text in texts for name in reading(self.ground.schema, text).functions}
        return tuple(f"no persona passes {name}()" for name in sorted(names) if not self._passes(name))

    def _passes(self, name: str) -> bool:
        """Whether somebody passes; what takes arguments, or is no question of a role, counts as passed."""
        if name not in self._passed:
            functions = [f for f in self.ground.schema.functions.values() if f.qualified == name]
            asks = all(f.returns == "boolean" and not f.arguments for f in functions)
            role = POWERFUL.search(name.partition(".")[2])
            sql = f"select 1 where {qualified(name)}()"
            self._passed[name] = (
                not (functions and asks and role)
                or attempt(self.connection, ADMINISTRATOR, sql).rows > 0
                or attempt(self.connection, STRANGER, sql).rows > 0
            )
        return self._passed[name]

    def rows_of(self, actor: Actor, tables: tuple[str, ...]) -> tuple[Row, ...]:
        """The actor's own rows in these tables."""
        if actor.persona is None:
            return ()
        found = [self.seeded.of(table, actor.persona.name) for table in tables]
        return tuple(row for row in found if row is not None and not row.shared)

    def doubts(self, table: str) -> tuple[str, ...]:
        """Why what is seen of a table is provisional."""
        known = self.table(table)
        objects = [f"table:{table}", *(policy.object for policy in known.policies if known)] if known else []
        found = {doubt for name in objects for doubt in self.ground.doubts.get(name, ())}
        for (name, _), row in self.seeded.mine.items():
            if name in self.asked(table) and row.how is How.REPLICA:
                found.add(f"a row of {name} went in with triggers and keys off")
        return tuple(sorted(found))
