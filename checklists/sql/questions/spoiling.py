"""What rows lose where a policy opens the changing of them to everybody: less by what grants leave of it."""

import re

from checklists.sql.expressions import Names
from checklists.sql.questions.access import WRITES, commands_of, person_columns
from checklists.sql.schema import Command, ConstraintKind, Policy, Schema, Table

# Figures about use: a wrong one misleads whoever looks at them, and nobody else.
_COUNTS = re.compile(
    r"analytics|telemetry|metrics?(?:_|$)|counters?$|page_?views?|visits?$|clicks?$|impressions?$|web_vitals",
    re.IGNORECASE,
)
# Columns whose change is more than a mark on a row: rights, worth, persons, references.
_WEIGHTY = re.compile(
    r"role|admin|owner|permission|member|approv|verif|banned|suspend|price|amount|balance|credit|total|plan|tier"
    r"|level|_(?:id|by)$|e?mail|phone|password|secret|token|url$",
    re.IGNORECASE,
)


def granted_columns(table: Table, policy: Policy, roles: tuple[str, ...]) -> tuple[str, ...]:
    """The columns that the roles may change of a row that is there, where grants leave them these alone."""
    if policy.using is None or policy.command not in (Command.UPDATE, Command.ALL):
        return ()
    governed = {command.value for command in commands_of(policy) if command in WRITES}
    held = [g for g in table.grants if g.role in (*roles, "public") and g.privilege in governed]
    partial = all(g.privilege == Command.UPDATE.value and g.columns for g in held)
    return tuple(dict.fromkeys(c for g in held for c in g.columns)) if partial else ()


def is_slight(schema: Schema, table: Table, columns: tuple[str, ...]) -> bool:
    """Whether a change of these columns alone is a mark on a row, say its status: not whose it is, what it
    refers to, what it is worth or what it gives.
    """
    weighty = person_columns(table, Names.of(schema, table)) | _keys(table)
    return bool(columns) and not any(name in weighty or _WEIGHTY.search(name) for name in columns)


def only_figures(table: Table, policy: Policy) -> bool:
    """Whether the policy opens no more than the changing of figures about use that are nobody's."""
    own = {column for key in table.of_kind(ConstraintKind.PRIMARY_KEY) for column in key.columns}
    return (
        policy.command is Command.UPDATE
        and _COUNTS.search(table.name) is not None
        and not any(table.of_kind(ConstraintKind.FOREIGN_KEY))
        and not any(_WEIGHTY.search(column.name) for column in table.columns if column.name not in own)
    )


def _keys(table: Table) -> set[str]:
    kinds = (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE, ConstraintKind.FOREIGN_KEY)
    return {column for kind in kinds for key in table.of_kind(kind) for column in key.columns}
