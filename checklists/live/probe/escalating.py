"""Whether somebody can give itself the role that opens other tables, and what it then reads."""

from collections.abc import Iterator
from dataclasses import dataclass

from checklists.live.model import Action, Cause, Claim, ClaimStatus, Note, Shape
from checklists.live.probe.actors import STRANGER
from checklists.live.probe.context import Context
from checklists.live.probe.power import is_heavy, take_power
from checklists.live.probe.trials import trials
from checklists.live.probe.trying import attempt, undone
from checklists.live.rows.inserting import Row, insert_sql
from checklists.live.rows.options import is_role_column, role_options
from checklists.live.rows.people import ADMIN
from checklists.live.rows.relations import Relation
from checklists.live.rows.solving import qualified, quoted, value_sql
from checklists.sql.schema import Policy

_LABELS, _TABLES = 8, 12
_ME = STRANGER


@dataclass(frozen=True, slots=True)
class Step:
    """A statement by which A makes itself what `words` say; `before` runs first, as `postgres`."""

    command: Action
    sql: str
    words: str
    before: str = ""


def escalations(context: Context, table: str) -> Iterator[Claim]:
    """For each command on a table that policies ask: the first step after which A reads what is B's."""
    targets = _targets(context, table)
    done: set[Action] = set()
    with undone(context.connection, "powerless"):
        take_power(context, (t for row in targets for t in context.asked(row.table)), but=table)
        for step in _steps(context, table) if targets else ():
            opened = None if step.command in done else _opened(context, step, targets)
            if opened is not None:
                done.add(step.command)
                yield _claim(context, table, step, opened)


def _targets(context: Context, table: str) -> list[Row]:
    """B's rows in the tables whose policies read this one."""
    names = [t for t in sorted(context.reachable.tables & context.seeded.personal) if t != table]
    asking = [n for n in names if table in context.asked(n) and not is_heavy(context, n)]
    rows = (context.seeded.of(name, _ME.victim) for name in asking)
    return [row for row in rows if row is not None][:_TABLES]


def _steps(context: Context, table: str) -> Iterator[Step]:
    """Rows of its own with each role that sounds like power, and its own row below B's."""
    subject = context.subject(table, _ME)
    own, relation = subject.own, subject.relation
    if own is None:
        return
    off = f"set local session_replication_role = replica; delete from {qualified(table)} where {own.where};"
    before = f"{off} set local session_replication_role = origin"
    for change, words in _roles(context, relation):
        values = subject.fresh(own, 7) | change
        yield Step(Action.INSERT, insert_sql(relation, values), words, before)
        if change:
            listed = ", ".join(f"{quoted(c)} = {value_sql(v)}" for c, v in change.items())
            sql = f"update {qualified(table)} set {listed} where {own.where}"
            yield Step(Action.UPDATE, sql, words)
    for trial in trials(subject, context.seeded.mine):
        if trial.shape is Shape.MIXED and trial.command in (Action.INSERT, Action.UPDATE):
            yield Step(trial.command, trial.sql, f"a row below {_ME.victim}'s {trial.words}")


def _roles(context: Context, relation: Relation) -> Iterator[tuple[dict[str, str], str]]:
    columns = [each for each in relation.attributes if is_role_column(each) and not each.automatic]
    for each in columns:
        options = role_options(each, relation, context.seeded.words, ADMIN, powerful=True)
        for value in [option for option in options if option is not None][:_LABELS]:
            yield {each.name: value}, f"{each.name} = {value}"
    if not columns:
        yield {}, "a row of its own"


def _opened(context: Context, step: Step, targets: list[Row]) -> Row | None:
    """The first of B's rows that A reads after the step, and did not before it."""
    for row in targets:
        look = f"select 1 from {qualified(row.table)} where {row.where}"
        after = attempt(context.connection, _ME, f"{step.sql}; {look}", before=step.before)
        if after.failed and not _works(context, step):
            return None
        if after.failed or not after.rows:
            continue
        unmade = attempt(context.connection, _ME, look, before=step.before)
        if not unmade.failed and not unmade.rows:
            return row
    return None


def _works(context: Context, step: Step) -> bool:
    answer = attempt(context.connection, _ME, step.sql, before=step.before)
    return not answer.failed and answer.rows > 0


def _admitting(context: Context, table: str, step: Step) -> list[Policy]:
    """The policies that each let the step through without the others; all of them where none does alone."""
    policies = context.permissive(table, step.command, _ME.role)
    return [p for p in policies if _works_by(context, step, p, policies)] or list(policies)


def _works_by(context: Context, step: Step, policy: Policy, among: tuple[Policy, ...]) -> bool:
    with undone(context.connection, "alone"):
        for other in among:
            if other is not policy:
                context.connection.execute(f"drop policy {quoted(other.name)} on {qualified(other.table)}")
        return _works(context, step)


def _claim(context: Context, table: str, step: Step, row: Row) -> Claim:
    look = f"select * from {qualified(row.table)} where {row.where}"
    script = _ME.replay(step.sql, look)
    if step.before:
        script = script.replace("begin;\n", f"begin;\n{step.before};\n", 1)
    verb = "gives itself" if step.command is Action.INSERT else "makes its row one with"
    because = f"A {verb} {step.words} in {table}, and then reads a row of {_ME.victim}'s in {row.table}"
    known = context.table(table)
    secured = known is not None and known.rls_enabled
    causes = (
        tuple(Cause((policy.object,)) for policy in _admitting(context, table, step))
        if secured
        else (Cause(words="row level security is off"),)
    )
    return Claim(
        table,
        _ME.name,
        step.command,
        ClaimStatus.REFUTED,
        because,
        context.doubts(row.table),
        tuple(sorted(causes)),
        script,
        (Note.SELF_MADE,),
    )
