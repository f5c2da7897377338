"""Whether somebody can give itself what policies admit by, and what it can then do with others' rows."""

from collections.abc import Container, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

from checklists.live.model import Action, Cause, Claim, ClaimStatus, Note, Outcome, Shape
from checklists.live.probe.actors import ACTORS, STRANGER, Actor
from checklists.live.probe.admitting import asking, names
from checklists.live.probe.breaches import Breach
from checklists.live.probe.causes import opening
from checklists.live.probe.cells import Bench, Tried
from checklists.live.probe.context import Context
from checklists.live.probe.decoding import DENIED
from checklists.live.probe.giving import Step, steps
from checklists.live.probe.power import is_heavy, take_power
from checklists.live.probe.trials import Trial, trials
from checklists.live.probe.trying import attempt, undone
from checklists.live.rows.solving import qualified, quoted
from checklists.sql.schema import Policy

_TABLES, _UNLIKE, _ALSO = 40, 12, 3
_OTHERS = tuple(actor for actor in ACTORS if actor.name in ("C", "anonymous"))
"""Who repeats what A did; an admin has the power already, a visitor has no row."""


@dataclass(frozen=True, slots=True)
class Fallen:
    """A trial that was refused, and goes through after the step."""

    actor: Actor
    step: Step
    trial: Trial
    table: str
    personal: bool
    causes: tuple[Cause, ...]

    @property
    def words(self) -> str:
        """What the actor then does."""
        done = Breach(Tried(self.trial, Outcome.ALLOWED), personal=self.personal)
        return f"{done.words(self.actor)} in {self.table}"

    @property
    def sql(self) -> str:
        """A script that repeats both."""
        done = self.trial.sql.replace("select 1 from", "select * from", 1)
        script = self.actor.replay(self.step.sql, done)
        return script.replace("begin;\n", f"begin;\n{self.step.before};\n", 1) if self.step.before else script


@dataclass(slots=True)
class _Ladder:
    """One table that policies ask, as one actor. `refused` says of a command on a table that asks it, whether
    it is refused after what is done first: nothing, or the actor's row taken away. `causes` are what opens
    each, shared by all actors.
    """

    context: Context
    table: str
    actor: Actor
    asked: dict[str, str]
    causes: dict[tuple[str, Action], tuple[Cause, ...]]
    refused: dict[tuple[str, str, Action], bool] = field(default_factory=dict)

    def climb(self, known: Container[str] | None = None) -> Iterator[list[Fallen]]:
        """What each step opens: for each command the first one that opens anything, and more of what is
        still shut. `known` are the only steps to try.
        """
        rows = [row for t in self.asked if (row := self.context.seeded.of(t, self.actor.victim)) is not None]
        first = self._unlike()
        done, fallen = set[Action](), set[tuple[str, Action]]()
        for step in steps(self.context, self.table, self.actor, self.asked, rows):
            if (known is not None and step.key not in known) or not self._may(step) or not self._works(step):
                continue
            fresh = step.command not in done
            opened = self._opened(step, first, set() if fresh else fallen)
            if opened:
                opened += self._opened(step, [t for t in self.asked if t not in first], fallen)
                done.add(step.command)
                fallen |= {(each.table, each.trial.command) for each in opened}
                yield opened

    def _unlike(self) -> list[str]:
        """The tables whose policies ask in words of their own: where none of them opens, none of the rest is
        tried.
        """
        found: dict[str, str] = {}
        for table, text in self.asked.items():
            found.setdefault(text.replace(table.partition(".")[2], ""), table)
        return list(found.values())[:_UNLIKE]

    def _refused(self, before: str, table: str, trial: Trial) -> bool:
        """Whether it is refused as things stand, or without the actor's row."""
        key = (before, table, trial.command)
        if key not in self.refused:
            with undone(self.context.connection, "unmade"):
                if before:
                    self.context.connection.execute(before)
                tried = Bench(self.context.connection, table).try_one(self.actor, trial)
                self.refused[key] = tried.outcome in DENIED
        return self.refused[key]

    def _at_others(self, table: str) -> Iterator[Trial]:
        """What is tried on the victim's row there."""
        subject = self.context.subject(table, self.actor)
        for trial in trials(subject, {}):
            counts = subject.personal or trial.command is not Action.INSERT
            if trial.breach and trial.shape is Shape.OTHERS and counts:
                yield trial

    def _may(self, step: Step) -> bool:
        """Whether there is a policy at all by which it could work."""
        known = self.context.table(self.table)
        secured = known is not None and known.rls_enabled
        return not secured or bool(self.context.permissive(self.table, step.command, self.actor.role))

    def _works(self, step: Step) -> bool:
        answer = attempt(self.context.connection, self.actor, step.sql, before=step.before)
        return not answer.failed and answer.rows > 0

    def _opened(self, step: Step, tables: list[str], fallen: Container[tuple[str, Action]]) -> list[Fallen]:
        """What goes through after the step, and not before it."""
        shut = [
            (table, trial)
            for table in tables
            if not step.column or names(self.asked[table], step.column)
            for trial in self._at_others(table)
            if (table, trial.command) not in fallen
            and self.refused.get((step.before, table, trial.command), True)
        ]
        with self._after(step):
            passed = [(table, trial) for table, trial in shut if self._passes(trial)]
        passed = [(table, trial) for table, trial in passed if self._refused(step.before, table, trial)]
        found = []
        with self._after(step) if passed else nullcontext():
            for table, trial in passed:
                bench, slot = Bench(self.context.connection, table), (table, trial.command)
                if bench.try_one(self.actor, trial).outcome is Outcome.ALLOWED:
                    if slot not in self.causes:
                        self.causes[slot] = opening(self.context, bench, self.actor, trial).causes
                    personal = table in self.context.seeded.personal
                    found.append(Fallen(self.actor, step, trial, table, personal, self.causes[slot]))
        return found

    @contextmanager
    def _after(self, step: Step) -> Iterator[None]:
        """The step done, where `_works` said that it can be."""
        script = [step.before] if step.before else []
        script += [self.actor.sign_in, step.sql, "reset role"]
        with undone(self.context.connection, "stepped"):
            self.context.connection.execute("; ".join(script))
            yield

    def _passes(self, trial: Trial) -> bool:
        """Whether it touches a row, as far as the server says at once."""
        answer = attempt(self.context.connection, self.actor, trial.sql)
        return not answer.failed and answer.rows > 0

    def proves_wrong(self, fallen: Fallen) -> bool:
        """Whether it was refused to the actor with the row that it has, too."""
        return self._refused("", fallen.table, fallen.trial)

    def admitting(self, step: Step) -> tuple[Cause, ...]:
        """The policies that each let the step through without the others; all where none does alone."""
        known = self.context.table(self.table)
        if known is None or not known.rls_enabled:
            return (Cause(words="row level security is off"),)
        policies = self.context.permissive(self.table, step.command, self.actor.role)
        alone = [p for p in policies if self._works_by(step, p, policies)] or list(policies)
        return tuple(sorted(Cause((policy.object,)) for policy in alone))

    def _works_by(self, step: Step, policy: Policy, among: tuple[Policy, ...]) -> bool:
        with undone(self.context.connection, "alone"):
            for other in among:
                if other is not policy:
                    self.context.connection.execute(
                        f"drop policy {quoted(other.name)} on {qualified(other.table)}"
                    )
            return self._works(step)


def escalations(context: Context, table: str) -> Iterator[Claim]:
    """What falls once somebody has given itself what policies ask of this table: the claims about the tables
    that it opens, and, for each command on this one, the first step that opens any.
    """
    asked = _asking(context, table)
    if not asked:
        return
    causes: dict[tuple[str, Action], tuple[Cause, ...]] = {}
    with undone(context.connection, "powerless"):
        take_power(context, (t for name in asked for t in context.asked(name)), but=table)
        first = _Ladder(context, table, STRANGER, asked, causes)
        opened = list(first.climb())
        yield from _claims(first, opened)
        for actor in _OTHERS if opened else ():
            ladder = _Ladder(context, table, actor, asked, causes)
            yield from _claims(ladder, list(ladder.climb({each[0].step.key for each in opened})))


def _asking(context: Context, table: str) -> dict[str, str]:
    """The tables whose policies read this one and that hold a row of B's, with the text of those policies."""
    found = sorted(context.reachable.tables & context.seeded.relations.keys())
    found = [name for name in found if context.seeded.of(name, STRANGER.victim) is not None]
    texts = ((name, asking(context, name, table)) for name in found if table in context.asked(name))
    return dict([(name, text) for name, text in texts if text and not is_heavy(context, name)][:_TABLES])


def _claims(ladder: _Ladder, opened: list[list[Fallen]]) -> Iterator[Claim]:
    """Of the tables that fell first, then of the steps, which say more where it is the same table."""
    causes = {each[0].step: ladder.admitting(each[0].step) for each in opened}
    for each in [fallen for together in opened for fallen in together][::-1]:
        if not ladder.proves_wrong(each):
            continue
        how = f"{_how(ladder, each.step)}, and then {each.words}"
        slot = (each.table, each.trial.command)
        yield _claim(ladder, each, slot, how, (*causes[each.step], *each.causes))
    for together in opened[::-1]:
        step, said = together[0].step, list(dict.fromkeys(each.words for each in together))
        also = f"; also {', '.join(said[1:][:_ALSO])}" if said[1:] else ""
        more = f" and {len(said) - 1 - _ALSO} more" if len(said) > 1 + _ALSO else ""
        how = f"{_how(ladder, step)}, and then {said[0]}{also}{more}"
        slot = (ladder.table, step.command)
        yield _claim(ladder, together[0], slot, how, causes[step], Note.SELF_MADE)


def _how(ladder: _Ladder, step: Step) -> str:
    verb = "gives itself" if step.command is Action.INSERT else "makes its row one with"
    return f"{ladder.actor.who} {verb} {step.words} in {ladder.table}"


def _claim(
    ladder: _Ladder,
    fallen: Fallen,
    slot: tuple[str, Action],
    because: str,
    causes: tuple[Cause, ...],
    *notes: Note,
) -> Claim:
    table, command = slot
    return Claim(
        table,
        ladder.actor.name,
        command,
        ClaimStatus.REFUTED,
        because,
        ladder.context.doubts(fallen.table),
        tuple(sorted(set(causes))),
        fallen.sql,
        notes,
    )
