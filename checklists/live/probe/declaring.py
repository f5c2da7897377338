"""Tries rows of others with each value that a policy compares a column with: one of them may open it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from checklists.live.model import Action, Claim, ClaimStatus, Shape
from checklists.live.probe.actors import Actor
from checklists.live.probe.breaches import Breach, breaches
from checklists.live.probe.cells import Bench
from checklists.live.probe.context import Context
from checklists.live.probe.declared import left_to_ask
from checklists.live.probe.judging import judged
from checklists.live.probe.literals import Asked, asked_of_rows
from checklists.live.probe.trials import trials
from checklists.live.probe.trying import attempt, undone
from checklists.live.rows.candidates import Value, candidates
from checklists.live.rows.inserting import Row, texts
from checklists.live.rows.people import PEOPLE, Persona
from checklists.live.rows.relations import Relation
from checklists.live.rows.solving import qualified, quoted, solve, value_sql
from checklists.sql.schema import Policy

_COMMANDS = (Action.SELECT, Action.UPDATE, Action.DELETE)
_HELD = (ClaimStatus.PROVEN, ClaimStatus.CLOSED, ClaimStatus.UNTESTED)
_OFF, _ON = (f"set local session_replication_role = {role}" for role in ("replica", "origin"))
_MOST = 24


@dataclass(frozen=True, slots=True)
class _Put:
    """A row of the victim's as a policy asks for it: what changes it, and what it then is; or why not."""

    asked: Asked
    policy: Policy
    sql: str = ""
    because: str = ""


def with_declared_rows(
    context: Context, bench: Bench, actors: Sequence[Actor], claims: Sequence[Claim]
) -> Iterator[Claim]:
    """The claims of one table, those that do not hold for a row that a policy's literals speak of replaced,
    and those for which such a row could not be had made provisional.
    """
    by_name = {actor.name: actor for actor in actors}
    for claim in claims:
        if claim.command in _COMMANDS and claim.status in _HELD:
            yield _tried(context, bench, by_name[claim.actor], claim)
        else:
            yield claim


def _tried(context: Context, bench: Bench, actor: Actor, claim: Claim) -> Claim:
    other = context.subject(bench.table, actor).other
    doubts: list[str] = []
    if other is None:
        return claim
    for put in _puts(context, bench.table, actor, claim.command, other):
        if put.because:
            doubts.append(f"no row with {put.asked.words} could be put in: {put.because}")
            continue
        with undone(context.connection, "declaring"):
            changed = _changed(context, other, put.sql)
            holes = _holes(context, bench, actor, claim.command, changed)
            if holes:
                found = [replace(h, row=(_OFF, put.sql, _ON)) for h in holes]
                opened = judged(context, bench, actor, found)
                return replace(opened, because=f"{opened.because}, one with {put.asked.words}")
            if left := left_to_ask(
                context.connection, context.ground.schema, put.policy, changed, put.asked.part
            ):
                doubts.append(f"no row was tried for which {left} holds")
    kept = claim.provisional if claim.status is not ClaimStatus.PROVEN else (*claim.provisional, *doubts)
    return replace(claim, provisional=tuple(dict.fromkeys(kept)))


def _holes(context: Context, bench: Bench, actor: Actor, command: Action, row: Row) -> list[Breach]:
    subject = replace(context.subject(bench.table, actor), other=row)
    mine = [
        each
        for each in trials(subject, {}, brief=True)
        if each.command is command and each.shape is Shape.OTHERS
    ]
    return breaches(context, bench, actor, bench.run(actor, mine))


def _changed(context: Context, row: Row, sql: str) -> Row:
    """The victim's row after the change, which stays until the savepoint is left."""
    relation = context.seeded.relations[row.table]
    context.connection.execute(_OFF)
    stored = context.connection.execute(f"{sql} returning {texts(relation)}").fetchone()
    context.connection.execute(_ON)
    values = dict(zip((*relation.names, "ctid"), stored, strict=True))
    return replace(row, values=values, key=tuple((column, values[column] or "") for column, _ in row.key))


def _puts(context: Context, table: str, actor: Actor, command: Action, row: Row) -> Iterator[_Put]:
    """What to make of the victim's row, for each part of the policies that the actor's statement meets."""
    relation = context.seeded.relations[table]
    commands = dict.fromkeys((command, Action.SELECT))
    policies = dict.fromkeys(p for c in commands for p in context.permissive(table, c, actor.role))
    seen: set[str] = set()
    for policy in policies:
        for asked in asked_of_rows(policy.using or ""):
            if not _is_like(relation, context.subject(table, actor).people, asked):
                continue
            if asked.words in seen or len(seen) >= _MOST or _has(row, asked):
                continue
            seen.add(asked.words)
            yield _put(context, relation, policy, row, asked)


def _is_like(relation: Relation, people: tuple[str, ...], asked: Asked) -> bool:
    """Whether the columns are the table's own, and none says whose the row is or finds it again."""
    kept = {*people, *relation.primary}
    found = [relation.attribute(column) for column in (*asked.values, *asked.others)]
    return all(each is not None and not each.automatic and each.name not in kept for each in found)


def _has(row: Row, asked: Asked) -> bool:
    """Whether the row is as asked already, and was tried so."""
    return all(row.values.get(c) == v for c, v in asked.values.items()) and all(
        row.values.get(c) is not None and row.values.get(c) not in values
        for c, values in asked.others.items()
    )


def _put(context: Context, relation: Relation, policy: Policy, row: Row, asked: Asked) -> _Put:
    person = next(each for each in PEOPLE if each.name == row.persona)
    options: dict[str, tuple[Value, ...]] = {c: (v,) for c, v in asked.values.items()}
    for column, values in asked.others.items():
        attribute = relation.attribute(column)
        tried = candidates(attribute, relation.checks, person) if attribute is not None else ()
        options[column] = tuple(v for v in tried if v is not None and v not in values) or (None,)
    beside = _beside(relation, row, options, person)
    because = ""
    for offered in (options, {**beside, **options}):
        chosen = solve(context.connection, relation, offered)
        listed = ", ".join(f"{quoted(c)} = {value_sql(chosen[c])}" for c in offered)
        sql = f"update {qualified(row.table)} set {listed} where {row.where}"
        answer = attempt(context.connection, None, sql, replica=True)
        if not answer.failed and answer.rows:
            return _Put(asked, policy, sql)
        because = because or f"{answer.message or 'the row is gone'} ({answer.sqlstate or '00000'})"
    return _Put(asked, policy, because=because)


def _beside(
    relation: Relation, row: Row, options: Mapping[str, tuple[Value, ...]], person: Persona
) -> dict[str, tuple[Value, ...]]:
    """What else may have to change with it: columns that share a CHECK with one that does."""
    shared = {c for check in relation.checks if set(check.columns) & options.keys() for c in check.columns}
    found: dict[str, tuple[Value, ...]] = {}
    for column in sorted(shared - options.keys()):
        attribute = relation.attribute(column)
        if attribute is not None and not attribute.automatic and column not in relation.primary:
            tried = candidates(attribute, relation.checks, person)
            found[column] = tuple(dict.fromkeys((row.values.get(column), *tried)))
    return found
