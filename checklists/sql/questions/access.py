"""What a table's policies let a plain caller do, and what else keeps a column as it is."""

import re
from collections.abc import Iterator

from checklists.sql.expressions import Names, Reach, always_true, reach
from checklists.sql.questions.exposure import may_write_column
from checklists.sql.schema import API_ROLES, Command, ConstraintKind, Policy, Schema, Table, Trigger, holds

WRITES = (Command.INSERT, Command.UPDATE, Command.DELETE)


def commands_of(policy: Policy) -> tuple[Command, ...]:
    """The statements the policy governs, ALL spelt out."""
    every = (Command.SELECT, *WRITES)
    return every if policy.command is Command.ALL else (policy.command,)


def callers(table: Table, policy: Policy, *commands: Command) -> tuple[str, ...]:
    """The API roles that the policy applies to and that hold a privilege for one of these commands."""
    governed = [c for c in commands_of(policy) if not commands or c in commands]
    return tuple(
        role
        for role in API_ROLES
        if policy.applies_to(role) and any(holds(table.grants, role, c.value) for c in governed)
    )


def clauses(policy: Policy) -> Iterator[tuple[str, str]]:
    """(USING or WITH CHECK, expression) as written."""
    if policy.using is not None:
        yield "USING", policy.using
    if policy.check is not None:
        yield "WITH CHECK", policy.check


def never_null(table: Table) -> frozenset[str]:
    """Columns that are never NULL: declared so, or part of the primary key."""
    keys = {name for key in table.of_kind(ConstraintKind.PRIMARY_KEY) for name in key.columns}
    return frozenset({c.name for c in table.columns if c.not_null} | keys)


def is_narrowed(table: Table, policy: Policy, role: str) -> bool:
    """Whether restrictive policies ask for more on every command that the policy opens to `role`."""
    return all(
        any(_asks(each, table) for each in table.restrictive(command, role))
        for command in commands_of(policy)
    )


def _asks(policy: Policy, table: Table) -> bool:
    return any(always_true(text, never_null(table)) is not True for _, text in clauses(policy))


def demands(text: str | None, names: Names) -> Reach:
    """What a clause demands of a plain caller; an unreadable one is taken to keep them out."""
    found = None if text is None else reach(text, names)
    return Reach(gated=True) if found is None else found


def caller_columns(table: Table, names: Names) -> frozenset[str]:
    """Columns that any permissive policy of the table ties to the caller."""
    texts = {text for p in table.policies if p.permissive for _, text in clauses(p)}
    return frozenset(column for text in texts for column in demands(text, names).columns)


def person_columns(table: Table, names: Names) -> frozenset[str]:
    """Those of them that name whose the row is: not its own key, unless that is a person's as well."""
    kinds = (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE)
    own = {key.columns[0] for kind in kinds for key in table.of_kind(kind) if len(key.columns) == 1}
    elsewhere = {c for key in table.of_kind(ConstraintKind.FOREIGN_KEY) for c in key.columns}
    return caller_columns(table, names) - (own - elsewhere)


def column_is_free(schema: Schema, table: Table, column: str, command: Command, role: str) -> bool:
    """Whether only policies keep `role` from choosing this column's value: a grant, and no trigger."""
    if not may_write_column(table, role, command.value, column):
        return False
    known = table.column(column)
    if known is not None and known.generated is not None:
        return False
    return not trigger_speaks_of(schema, table, column, command)


def trigger_speaks_of(schema: Schema, table: Table, column: str, command: Command) -> bool:
    """Whether a trigger that runs before the command speaks of NEW.column: it may change or refuse it."""
    return any(_touches(schema, trigger.function, column) for trigger in _before(table, command))


def _before(table: Table, command: Command) -> Iterator[Trigger]:
    return (t for t in table.triggers if t.enabled and t.timing == "BEFORE" and command.value in t.events)


def _touches(schema: Schema, function: str, column: str) -> bool:
    """Whether a trigger function speaks of NEW.column."""
    bodies = [f.body for f in schema.functions.values() if f.qualified == function]
    pattern = re.compile(rf'\bnew\s*\.\s*"?{re.escape(column)}\b', re.IGNORECASE)
    return any(pattern.search(body) for body in bodies)


_OWNERS = ("created_by", "user_id", "owner_id", "author_id", "profile_id", "account_id", "org_id")


def owner_of(schema: Schema, table: Table) -> str:
    """The column to name in a remedy: one that policies know the owner by, or one that is called like it."""
    known = sorted(caller_columns(table, Names.of(schema, table)))
    named = [name for name in _OWNERS if table.column(name) is not None]
    return next((name for name in named if name in known), (*known, *named, "created_by")[0])
