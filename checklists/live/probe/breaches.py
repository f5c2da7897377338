"""Which of the trials that went through are holes: they can be repeated, on what is not public."""

from dataclasses import dataclass, replace

from checklists.live.model import Action, How, Note, Outcome, Shape
from checklists.live.probe.actors import NOBODY, Actor
from checklists.live.probe.cells import Bench, Tried
from checklists.live.probe.context import Context
from checklists.live.probe.decoding import PASSED
from checklists.live.probe.handing import changes_hands, reader_of
from checklists.live.probe.trying import attempt
from checklists.live.rows.inserting import Row
from checklists.live.rows.solving import qualified
from checklists.sql.schema import PLATFORM_SCHEMAS

_OFF: tuple[str, ...] = ("set local session_replication_role = replica",)
_WEIGHT = (Shape.OTHERS, Shape.BLIND, Shape.TAKE, Shape.GIVE, Shape.MIXED, Shape.OWN)
_NOTES = {Shape.GIVE: Note.GIVES_AWAY, Shape.TAKE: Note.TAKES, Shape.MIXED: Note.GRAFT}
WORDS = {
    (Action.SELECT, Shape.OTHERS): "reads {a row}",
    (Action.INSERT, Shape.OTHERS): "inserts a row as {victim}",
    (Action.INSERT, Shape.MIXED): "inserts a row below {victim}'s {words}, which it cannot see",
    (Action.INSERT, Shape.OWN): "inserts a row",
    (Action.UPDATE, Shape.OTHERS): "updates {a row}",
    (Action.UPDATE, Shape.BLIND): "updates {all rows} with a statement without WHERE",
    (Action.UPDATE, Shape.TAKE): "makes {a row} its own",
    (Action.UPDATE, Shape.GIVE): "hands its row to {victim}",
    (Action.UPDATE, Shape.MIXED): "moves its row below {victim}'s {words}, which it cannot see",
    (Action.UPSERT, Shape.OTHERS): "overwrites {a row} with an upsert",
    (Action.DELETE, Shape.OTHERS): "deletes {a row}",
    (Action.DELETE, Shape.BLIND): "deletes {all rows} with a statement without WHERE",
}
"""`a row` and `all rows` are the victim's where the table's rows are somebody's."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A hole: the trial, and what has to be done first as `postgres` for it to go through. `personal` says
    that the table's rows are somebody's. `row` are statements that first make the victim's row what a policy
    asks for.
    """

    tried: Tried
    before: tuple[str, ...] = ()
    personal: bool = True
    row: tuple[str, ...] = ()

    def words(self, actor: Actor) -> str:
        """What the actor does."""
        trial = self.tried.trial
        text = WORDS.get((trial.command, trial.shape), f"{trial.command} {trial.shape}")
        whose = (
            (f"a row of {actor.victim}'s", f"{actor.victim}'s rows")
            if self.personal
            else ("any row", "all rows")
        )
        named = {"a row": whose[0], "all rows": whose[1]}
        said = text.format(victim=actor.victim, words=trial.words or "row", **named)
        return said + (" (once no constraint stands in the way)" if self.before else "")

    @property
    def notes(self) -> tuple[Note, ...]:
        """What kind of hole it is, where that matters to a rule."""
        note = _NOTES.get(self.tried.trial.shape)
        return (note,) if note else ()

    def sql(self, actor: Actor) -> str:
        """A script that repeats it."""
        first = "".join(f"{each};\n" for each in (*self.row, *self.before))
        script = actor.replay(self.tried.trial.sql)
        return script.replace("begin;\n", f"begin;\n{first}", 1)


def breaches(context: Context, bench: Bench, actor: Actor, tried: list[Tried]) -> list[Breach]:
    """The holes among the trials of one actor, the gravest first."""
    found = []
    personal = bench.table in context.seeded.personal or bench.table.partition(".")[0] in PLATFORM_SCHEMAS
    known = context.table(bench.table)
    unguarded = known is not None and not known.rls_enabled and (actor.persona is None or not personal)
    for each in tried:
        adds = unguarded and (each.trial.command, each.trial.shape) == (Action.INSERT, Shape.OWN)
        if (
            not (each.trial.breach or adds)
            or each.outcome not in PASSED
            or _below_what_it_sees(context, bench.table, actor, each)
        ):
            continue
        if not personal and (each.trial.command, each.trial.shape) == (Action.INSERT, Shape.OTHERS):
            continue
        if each.trial.shape is Shape.GIVE and not changes_hands(context, bench, actor, each, tried):
            continue
        if each.outcome is Outcome.ALLOWED:
            found.append(Breach(each, personal=personal))
        elif (cleared := _cleared(context, bench, actor, each)) is not None:
            found.append(replace(cleared, personal=personal))
    return sorted(found, key=lambda b: (_WEIGHT.index(b.tried.trial.shape), len(b.before)))


def _below_what_it_sees(context: Context, table: str, actor: Actor, each: Tried) -> bool:
    """Whether a row hung on others' rows is no hole: they are shown to it, and may be there for that, or
    whoever they belong to never sees it, so that it is no more than a reference.
    """
    trial = each.trial
    if not trial.parents:
        return False
    if all(sees(context, actor, row) for row in trial.parents):
        return True
    return bool(trial.shown) and not _arrives(context, table, actor, each)


def _arrives(context: Context, table: str, actor: Actor, each: Tried) -> bool:
    """Whether the victim sees the row where it was hung; one that everybody sees is there only if it is a
    part of what it hangs on, and no mere reference.
    """
    trial = each.trial
    if not trial.part and _appears(context, table, actor, each, NOBODY):
        return False
    return _appears(context, table, actor, each, reader_of(actor))


def _appears(context: Context, table: str, actor: Actor, each: Tried, reader: Actor) -> bool:
    """Whether a reader sees more after the statement."""
    script = f"{actor.sign_in}; {each.trial.sql}; {reader.sign_in}; {each.trial.shown}"
    theirs = context.seeded.of(table, actor.victim)
    collides = each.sqlstate == "23505"  # the victim's own row lies where this one would
    before = _without(theirs) if collides and theirs is not None else ""
    after = attempt(context.connection, None, script, before=before)
    return not after.failed and after.first != attempt(context.connection, reader, each.trial.shown).first


def sees(context: Context, actor: Actor, row: Row) -> bool:
    """Whether the actor can read that row."""
    answer = attempt(context.connection, actor, f"select 1 from {qualified(row.table)} where {row.where}")
    return not answer.failed and answer.rows > 0


def _without(row: Row) -> str:
    """A row taken away, triggers and keys off."""
    gone = f"delete from {qualified(row.table)} where {row.where}"
    return "; ".join((*_OFF, gone, "set local session_replication_role = origin"))


def _cleared(context: Context, bench: Bench, actor: Actor, each: Tried) -> Breach | None:
    """The hole behind a constraint: without the row, or the references, that stood in the way."""
    trial, before = each.trial, _OFF
    victim = context.seeded.of(bench.table, actor.victim)
    if victim is None:
        return None
    if trial.command is Action.INSERT and each.sqlstate == "23505":
        if victim.how is How.BY_TRIGGER:
            return None  # it is there from sign-up on
        before = (_without(victim),)
    elif trial.command is not Action.DELETE or each.sqlstate not in ("23001", "23503", ""):
        return None
    answer = attempt(context.connection, actor, trial.sql, trial.look, before="; ".join(before))
    done = not answer.failed and answer.rows > 0
    return Breach(each, before) if done else None
