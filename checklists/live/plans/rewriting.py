"""What a rewrite of a table's policies, or an index, would save: done within a savepoint, and measured."""

from collections.abc import Iterator
from dataclasses import dataclass

from checklists.live.rows.solving import qualified, quoted
from checklists.sql.expressions import Names, bare_calls, tied_columns
from checklists.sql.questions.access import clauses
from checklists.sql.questions.indexing import leads_any
from checklists.sql.questions.once import asked_once
from checklists.sql.schema import Command, Policy, Schema, Table

_ROLE = "authenticated"


@dataclass(frozen=True, slots=True)
class Rewrite:
    """`sql` is what to run; `object` what it is about; `column` the one that an index is for."""

    object: str
    sql: str
    column: str = ""


def wrapped(table: Table) -> Iterator[Rewrite]:
    """Policies that ask the session for every row, asking once."""
    for policy in table.permissive(Command.SELECT, _ROLE) + table.restrictive(Command.SELECT, _ROLE):
        if any(bare_calls(text) for _, text in clauses(policy)):
            yield Rewrite(policy.object, _altered(policy))


def _altered(policy: Policy) -> str:
    parts = " ".join(f"{word.lower()} ({asked_once(text)})" for word, text in clauses(policy))
    return f"alter policy {quoted(policy.name)} on {qualified(policy.table)} {parts}"


def indexed(schema: Schema, table: Table) -> Iterator[Rewrite]:
    """Columns that a policy compares with the caller and no index leads with."""
    names = Names.of(schema, table)
    texts = [p.using for p in table.permissive(Command.SELECT, _ROLE) if p.using is not None]
    for column in sorted({c for text in texts for c in tied_columns(text, names)}):
        if not leads_any(table, column):
            sql = f"create index on {qualified(table.qualified)} ({quoted(column)})"
            yield Rewrite(f"column:{table.qualified}.{column}", sql, column)
