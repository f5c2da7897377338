"""Whom a policy's clause lets through whatever the row: everyone, everyone signed in, or neither."""

from collections.abc import Iterator
from enum import StrEnum

from checklists.sql.expressions import Caller, always_true, holds_for, never_true, readable, session_values
from checklists.sql.questions.access import callers, commands_of, never_null
from checklists.sql.schema import Command, Policy, Table, holds

_CALLERS = {"anon": Caller.ANONYMOUS, "authenticated": Caller.SIGNED_IN}


class Openness(StrEnum):
    """Who passes for every row."""

    CLOSED = "closed"
    SIGNED_IN = "signed_in"
    NULL_CALLER = "null_caller"
    EVERYONE = "everyone"
    UNREADABLE = "unreadable"


def openness(text: str, table: Table, policy: Policy) -> Openness:
    """Who passes this clause for every row; NULL_CALLER are visitors, for want of an id to compare with."""
    if not readable(text):
        return Openness.UNREADABLE
    columns = never_null(table)
    if always_true(text, columns):
        return Openness.EVERYONE
    if policy.applies_to("anon") and _passes_without_session(text):
        return Openness.EVERYONE if session_values(text) <= {"role", "jwt"} else Openness.NULL_CALLER
    if policy.applies_to("authenticated") and holds_for(text, Caller.SIGNED_IN, columns):
        return Openness.SIGNED_IN
    return Openness.CLOSED


def write_clauses(policy: Policy) -> Iterator[tuple[str, str]]:
    """(clause, expression) of what guards INSERT, UPDATE and DELETE; USING stands for a missing check."""
    commands = set(commands_of(policy))
    if policy.using is not None and commands & {Command.UPDATE, Command.DELETE}:
        yield "USING", policy.using
    if policy.check is not None and commands & {Command.INSERT, Command.UPDATE}:
        yield "WITH CHECK", policy.check


def read_clause(policy: Policy) -> str | None:
    """The expression that guards SELECT and nothing else."""
    return policy.using if policy.command is Command.SELECT else None


def admits_nothing(policy: Policy, command: Command, role: str) -> bool:
    """Whether the policy refuses `role` every row: `user_id = auth.uid()` refuses visitors."""
    caller = _CALLERS.get(role, Caller.ANY)
    return any(never_true(text, caller) for text in _guarding(policy, command) if text is not None)


def passers(table: Table, policy: Policy) -> tuple[str, ...]:
    """The API roles that hold a privilege which the policy governs and are not refused every row by it."""
    return tuple(
        role
        for role in callers(table, policy)
        if any(
            holds(table.grants, role, command.value) and not admits_nothing(policy, command, role)
            for command in commands_of(policy)
        )
    )


def _guarding(policy: Policy, command: Command) -> Iterator[str | None]:
    if command is not Command.INSERT:
        yield policy.using
    if command in (Command.INSERT, Command.UPDATE):
        yield policy.effective_check


def _passes_without_session(text: str) -> bool:
    """Whether having no session is what makes it true; columns are taken to hold values."""
    visitor = holds_for(text, Caller.ANONYMOUS, None)
    return bool(visitor) and not holds_for(text, Caller.SIGNED_IN, None)
