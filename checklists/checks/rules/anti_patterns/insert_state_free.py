"""Whoever inserts a row chooses a state that policies keep them from changing to."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Confidence, Severity
from checklists.sql.expressions import Names, always_reads, own_columns, text_literals
from checklists.sql.questions.access import clauses, column_is_free, demands
from checklists.sql.questions.values import allowed_values
from checklists.sql.quoting import ident, literal, relation
from checklists.sql.schema import Command, Facet, Policy, Schema, Table, holds

CHECK = Check(
    items=("permissive-policies", "ownership-kept"),
    rule="insert-owner-binding",
    severity=Severity.MEDIUM,
    reads=(Facet.TABLES, Facet.RLS, Facet.POLICIES, Facet.GRANTS, Facet.TRIGGERS, Facet.CONSTRAINTS),
)
_ROLE = "authenticated"
# What somebody else grants: a state with such a name is no matter of the one who asks for it.
_GRANTED = re.compile(
    r"accept|approv|authori[sz]|confirm|endors|genehmig|grant|paid|publish|verif|validat|aprob|aprov|completed",
    re.IGNORECASE,
)


def find(project: Project) -> Iterator[Said]:
    """Every insert policy that leaves the column free by which the update policies hold rows in their first
    state.
    """
    for table in project.schema.user_tables():
        states = _states(table) if table.rls_enabled and holds(table.grants, _ROLE, "INSERT") else {}
        names = Names.of(project.schema, table)
        for column, (first, later) in states.items():
            guard = _guard(table, column, first, names)
            for policy in table.permissive(Command.INSERT, _ROLE) if guard is not None else ():
                yield Examined("insert policies of tables with a guarded state")
                if guard is not None and _is_free(project.schema, table, policy, column, names):
                    yield _flag(project.schema, table, policy, guard, column, later)


def _states(table: Table) -> dict[str, tuple[str, str]]:
    """The columns whose CHECK or type lists states: the one that rows begin with, and one that is granted."""
    found: dict[str, tuple[str, str]] = {}
    for name, states in allowed_values(table).items():
        column = table.column(name)
        first = re.match(r"'((?:[^']|'')*)'", ((column.default if column else None) or "").strip())
        later = next((each for each in sorted(states) if _GRANTED.search(each)), None)
        if first is not None and later is not None and not _GRANTED.search(first[1]):
            found[name] = (first[1], later)
    return found


def _guard(table: Table, column: str, first: str, names: Names) -> Policy | None:
    """A policy that keeps users to rows in their first state, where all do by which they change them (or
    delete them, where they change none).
    """
    changing = _plain(table, Command.UPDATE, names) or _plain(table, Command.DELETE, names)
    held = bool(changing) and all(_keeps(policy, column, first, names) for policy in changing)
    return changing[0] if held else None


def _plain(table: Table, command: Command, names: Names) -> list[Policy]:
    return [p for p in table.permissive(command, _ROLE) if p.using and not demands(p.using, names).gated]


def _keeps(policy: Policy, column: str, state: str, names: Names) -> bool:
    """Whether it finds only rows in this state, and, where it changes them, leaves them in it."""
    using, check = policy.using or "", policy.effective_check or ""
    asked = {text for name, text in text_literals(using, names) if name == column}
    leaves = policy.command is Command.DELETE or column in own_columns(check, names)
    return asked == {state} and always_reads(using, column, names) and leaves


def _is_free(schema: Schema, table: Table, policy: Policy, column: str, names: Names) -> bool:
    texts = [policy.effective_check, *(p.effective_check for p in table.restrictive(Command.INSERT, _ROLE))]
    if any(text is None or column in own_columns(text, names) for text in texts):
        return False
    gated = demands(policy.effective_check, names).gated
    return not gated and column_is_free(schema, table, column, Command.INSERT, _ROLE)


def _decides(schema: Schema, table: Table, column: str, state: str) -> bool:
    """Whether a policy, or a function that speaks of the table, asks for the state."""
    names = Names.of(schema, table)
    texts = (text for policy in table.policies for _, text in clauses(policy))
    if any((column, state) in text_literals(text, names) for text in texts):
        return True
    bodies = (function.body for function in schema.functions.values())
    asks = re.compile(rf"\b{re.escape(column)}\b\s*(?:=|in\b)[^;]{{0,60}}'{re.escape(state)}'", re.IGNORECASE)
    return any(table.name in body and state in body and asks.search(body) for body in bodies)


def _flag(schema: Schema, table: Table, policy: Policy, guard: Policy, column: str, later: str) -> Flag:
    asked = _decides(schema, table, column, later)
    name = f"{table.qualified}.{column}"
    return Flag(
        object=policy.object,
        location=policy.location,
        message=f'Policy "{policy.name}" lets users insert with any {name}: "{guard.name}" keeps them '
        f"to rows in their first state, and a row that is born {literal(later)} has passed that by.",
        remedy=f"alter policy {ident(policy.name)} on {relation(table.qualified)}\n"
        f"  with check (({policy.effective_check}) and {ident(column)} = {_default(table, column)});",
        severity=Severity.HIGH if asked else None,
        confidence=None if asked else Confidence.MEDIUM,
        related=(guard.location,),
    )


def _default(table: Table, column: str) -> str:
    known = table.column(column)
    return (known.default if known is not None else None) or "''"
