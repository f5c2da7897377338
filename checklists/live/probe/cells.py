"""Runs the trials of one table and reads each answer, with a second look where a trigger stood in the way."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from checklists.live.model import Action, Cell, Outcome, Shape
from checklists.live.probe.actors import Actor
from checklists.live.probe.decoding import decode
from checklists.live.probe.trials import Trial
from checklists.live.probe.trying import Answer, attempt


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial, what came of it, and the server's words where it refused."""

    trial: Trial
    outcome: Outcome
    sqlstate: str = ""
    words: str = ""

    def cell(self, table: str, actor: Actor) -> Cell:
        """The cell of the matrix that it fills."""
        trial = self.trial
        sql = actor.replay(trial.sql)
        return Cell(table, actor.name, trial.command, trial.shape, self.outcome, self.sqlstate, sql)


@dataclass(frozen=True, slots=True)
class Bench:
    """Tries statements on one table within the transaction of `connection`."""

    connection: Any
    table: str

    def run(self, actor: Actor, trials: Iterable[Trial]) -> list[Tried]:
        """Every trial in order."""
        return [self.try_one(actor, trial) for trial in trials]

    def try_one(self, actor: Actor, trial: Trial) -> Tried:
        """One trial; where a trigger or an unclear error came first, once more with triggers off."""
        answer = attempt(self.connection, actor, trial.sql, trial.look)
        outcome = self._read(answer, trial)
        if answer.sqlstate == "23505" and trial.alone:
            answer, outcome = self._alone(actor, trial)
        if outcome in (Outcome.GUARDED, Outcome.INCONCLUSIVE) and answer.sqlstate != "57014":
            outcome = self._without_triggers(actor, trial, outcome)
        return Tried(trial, outcome, answer.sqlstate, answer.message)

    def passes(self, actor: Actor, trial: Trial) -> bool:
        """Whether it goes through as things stand now, triggers on or off."""
        return self.try_one(actor, trial).outcome in (
            Outcome.ALLOWED,
            Outcome.PASSED_THEN_CONSTRAINT,
            Outcome.GUARDED,
        )

    def _read(self, answer: Answer, trial: Trial) -> Outcome:
        outcome = decode(answer, self.table, trial.command, trial.shape)
        if outcome is Outcome.FILTERED and trial.command in (Action.INSERT, Action.UPSERT):
            return Outcome.GUARDED
        if outcome is not Outcome.ALLOWED or not trial.look:
            return outcome
        if answer.after != attempt(self.connection, None, "select 1", trial.look).after:
            return outcome
        return Outcome.GUARDED if trial.command is Action.INSERT else Outcome.FILTERED

    def _alone(self, actor: Actor, trial: Trial) -> tuple[Answer, Outcome]:
        """The same with no other row in the table to collide with."""
        off, on = (f"set local session_replication_role = {role}" for role in ("replica", "origin"))
        answer = attempt(self.connection, actor, trial.sql, trial.look, before=f"{off}; {trial.alone}; {on}")
        return answer, self._read(answer, trial)

    def _without_triggers(self, actor: Actor, trial: Trial, first: Outcome) -> Outcome:
        answer = attempt(self.connection, actor, trial.sql, trial.look, replica=True)
        second = self._read(answer, trial)
        if second in (Outcome.ALLOWED, Outcome.PASSED_THEN_CONSTRAINT):
            blind = trial.shape is Shape.BLIND and first is Outcome.INCONCLUSIVE
            return Outcome.PASSED_THEN_CONSTRAINT if blind else Outcome.GUARDED
        if second in (Outcome.GUARDED, Outcome.INCONCLUSIVE) and answer.failed:
            owner = attempt(self.connection, None, trial.sql, replica=True)
            return Outcome.INCONCLUSIVE if owner.failed else Outcome.BROKEN
        return second
