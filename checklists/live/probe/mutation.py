"""Weakens each policy once, and turns row security off, to see whether the trials would have noticed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from checklists.live.model import Action, Outcome
from checklists.live.probe.actors import Actor
from checklists.live.probe.cells import Bench, Tried
from checklists.live.probe.context import COMMANDS, Context
from checklists.live.probe.decoding import PASSED
from checklists.live.probe.trying import undone
from checklists.live.rows.solving import qualified, quoted
from checklists.sql.questions.access import commands_of
from checklists.sql.questions.openness import Openness, openness
from checklists.sql.schema import API_ROLES, Command, Policy, Table, holds

REFUSED = (Outcome.FILTERED, Outcome.DENIED_BY_POLICY, Outcome.BROKEN, Outcome.RECURSION)
Results = Mapping[Actor, list[Tried]]
"""What every actor's trials of one table gave."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """`noticed` holds (actor, command) pairs that some weakening opened; `missed` the weakenings that no
    trial noticed, each with the reason; `tried` counts all.
    """

    noticed: frozenset[tuple[str, Action]] = frozenset()
    tried: int = 0
    missed: tuple[tuple[str, str], ...] = ()


def weaken(context: Context, bench: Bench, results: Results) -> Sensitivity:
    """Weaken everything about one table, one thing at a time."""
    known = context.table(bench.table)
    if known is None or not known.rls_enabled:
        return Sensitivity()
    noticed: set[tuple[str, Action]] = set()
    missed = []
    off = f"alter table {qualified(bench.table)} disable row level security"
    counted = 0
    refused = _refused(results, frozenset(Action), API_ROLES)
    if refused or not known.policies:
        counted += 1
        opened = _opened(context, bench, off, refused, all_pairs=True)
        noticed |= opened
        if not opened:
            missed.append((f"table:{bench.table}", _why(results, known.policies, API_ROLES)))
    for policy in known.policies:
        if idle(known, policy):
            continue
        counted += 1
        actions = frozenset(a for a in Action if any(policy.governs(c) for c in COMMANDS.get(a, ())))
        roles = tuple(role for role in API_ROLES if policy.applies_to(role))
        change = weaker(policy)
        if policy.permissive:
            opened = _opened(context, bench, change, _refused(results, actions, roles))
        else:
            opened = _unrestricted(context, bench, results, policy, change)
        noticed |= opened
        if not opened:
            missed.append((policy.object, _why(results, (policy,), roles, actions)))
    return Sensitivity(frozenset(noticed), counted, tuple(missed))


def _unrestricted(
    context: Context, bench: Bench, results: Results, policy: Policy, change: str
) -> set[tuple[str, Action]]:
    """What a restrictive policy alone holds back: tried with a permissive `true` beside it."""
    table = qualified(bench.table)
    with undone(context.connection, "beside"):
        beside = f"create policy counterseal_beside on {table} for {policy.command.value}"
        context.connection.execute(f"{beside} {_clauses(policy.command)}")
        now: dict[Actor, list[Tried]] = {
            actor: [bench.try_one(actor, each.trial) for each in tried if policy.applies_to(actor.role)]
            for actor, tried in results.items()
        }
        return _opened(context, bench, change, _refused(now, frozenset(Action), API_ROLES))


def _clauses(command: Command) -> str:
    using = "using (true)" if command is not Command.INSERT else ""
    check = "with check (true)" if command not in (Command.SELECT, Command.DELETE) else ""
    return f"{using} {check}"


def idle(table: Table, policy: Policy) -> str:
    """Why a policy makes no difference when it is weakened; empty where it should."""
    roles = [role for role in API_ROLES if policy.applies_to(role)]
    if not roles:
        return "it is for roles that nobody signs in with"
    if not any(holds(table.grants, role, c.value) for role in roles for c in commands_of(policy)):
        return "no grant lets its roles do what it is about"
    if all(_passes_all(table, policy, command) for command in commands_of(policy)):
        return "it says `true` already"
    if not policy.permissive:
        bound = any(other.permissive and _meet(policy, other) for other in table.policies)
        return "" if bound else "no permissive policy lets through what it restricts"
    wide = [
        p
        for p in table.policies
        if p.permissive and ("public" in p.roles or set(policy.roles) <= set(p.roles))
    ]
    covered = all(
        any(p.governs(command) and _passes_all(table, p, command) for p in wide)
        for command in commands_of(policy)
    )
    return "another policy says `true` for all that it is about" if covered else ""


def _meet(policy: Policy, other: Policy) -> bool:
    """Whether both judge some command of somebody who signs in, or of a visitor."""
    roles = any(policy.applies_to(role) and other.applies_to(role) for role in API_ROLES)
    return roles and bool(set(commands_of(policy)) & set(commands_of(other)))


def _passes_all(table: Table, policy: Policy, command: Command) -> bool:
    texts = [] if command is Command.INSERT else [policy.using]
    texts += [policy.effective_check] if command in (Command.INSERT, Command.UPDATE) else []
    return all(text is not None and openness(text, table, policy) is Openness.EVERYONE for text in texts)


def weaker(policy: Policy) -> str:
    """The statement that lets a policy say `true`."""
    name, table = quoted(policy.name), qualified(policy.table)
    return f"alter policy {name} on {table} {_clauses(policy.command)}"


def _refused(results: Results, actions: frozenset[Action], roles: Iterable[str]) -> list[tuple[Actor, Tried]]:
    """The trials that policies refused, those of a stranger first."""
    allowed = tuple(roles)
    found = [
        (actor, tried)
        for actor, each in results.items()
        for tried in each
        if actor.role in allowed and tried.trial.command in actions and tried.outcome in REFUSED
    ]
    return sorted(found, key=lambda pair: (pair[0].name != "A", not pair[1].trial.breach))


def _opened(
    context: Context,
    bench: Bench,
    change: str,
    refused: list[tuple[Actor, Tried]],
    *,
    all_pairs: bool = False,
) -> set[tuple[str, Action]]:
    """Which (actor, command) pairs a change lets through: the first found, or `all_pairs`."""
    opened: set[tuple[str, Action]] = set()
    with undone(context.connection, "weakened"):
        context.connection.execute(change)
        for actor, tried in refused:
            pair = (actor.name, tried.trial.command)
            if pair in opened:
                continue
            if bench.try_one(actor, tried.trial).outcome in (*PASSED, Outcome.GUARDED):
                opened.add(pair)
                if not all_pairs:
                    break
    return opened


def _why(
    results: Results,
    policies: tuple[Policy, ...],
    roles: tuple[str, ...],
    actions: frozenset[Action] = frozenset(Action),
) -> str:
    """Why a weakening changed nothing that was tried."""
    mine = [
        t
        for actor, each in results.items()
        if actor.role in roles
        for t in each
        if t.trial.command in actions
    ]
    outcomes = {tried.outcome for tried in mine}
    if not mine:
        return "no row could be tried"
    if outcomes <= {Outcome.DENIED_BY_GRANT}:
        return "no grant reaches it"
    if not outcomes & set(REFUSED) or {t.trial.command for t in mine if t.outcome in REFUSED} <= {
        Action.UPSERT
    }:
        return "everything tried was open already, or refused before it"
    if all(not policy.permissive for policy in policies) and policies:
        return "it keeps out none of those who tried"
    return "another policy or a restrictive one still refuses"
