"""What an answer of the server means for one try: which guard spoke, or that none did."""

import re

from checklists.live.model import Action, Outcome, Shape
from checklists.live.probe.trying import Answer

_DENIED = re.compile(r'permission denied for (\w+(?: \w+)?) "?([^"]+)"?')
_POLICY = re.compile(r'row-level security policy .*for table "([^"]+)"')
_IN_FUNCTION = re.compile(r"PL/pgSQL function|SQL function|SQL statement")
_CONSTRAINTS = ("23000", "23001", "23502", "23503", "23505", "23514", "23P01")
PASSED = (Outcome.ALLOWED, Outcome.PASSED_THEN_CONSTRAINT)
DENIED = (Outcome.FILTERED, Outcome.DENIED_BY_POLICY, Outcome.DENIED_BY_GRANT)


def decode(answer: Answer, table: str, command: Action, shape: Shape) -> Outcome:
    """The outcome, as far as one answer tells.

    INCONCLUSIVE and GUARDED ask for a second look with triggers off: an error in a BEFORE trigger comes
    before WITH CHECK, and one in a policy's function looks the same.
    """
    if not answer.failed:
        return Outcome.ALLOWED if answer.rows else Outcome.FILTERED
    if answer.sqlstate == "42501":
        return _privilege(answer, table)
    if answer.sqlstate in ("42P17", "54001"):
        return Outcome.RECURSION
    if answer.sqlstate in _CONSTRAINTS:
        return _constraint(answer, table, command, shape)
    if answer.sqlstate in ("57014", "57P01", "53200", "54000"):
        return Outcome.INCONCLUSIVE
    if command is Action.SELECT:
        return Outcome.BROKEN
    return Outcome.GUARDED if _IN_FUNCTION.search(answer.context) else Outcome.INCONCLUSIVE


def _privilege(answer: Answer, table: str) -> Outcome:
    """42501 has several meanings: a policy's, a grant's, and that of a policy that asks what it may not."""
    bare = table.partition(".")[2]
    policy = _POLICY.search(answer.message)
    if policy:
        mine = policy.group(1) == bare and not _IN_FUNCTION.search(answer.context)
        return Outcome.DENIED_BY_POLICY if mine else Outcome.GUARDED
    denied = _DENIED.search(answer.message)
    if denied is None:
        return Outcome.GUARDED if _IN_FUNCTION.search(answer.context) else Outcome.BROKEN
    kind, name = denied.groups()
    if _IN_FUNCTION.search(answer.context):
        return Outcome.GUARDED
    relations = ("table", "view", "materialized view", "relation")
    if kind in ("schema", "sequence") or (kind in relations and name == bare):
        return Outcome.DENIED_BY_GRANT
    return Outcome.BROKEN


def _constraint(answer: Answer, table: str, command: Action, shape: Shape) -> Outcome:
    """A constraint speaks after the policies let the row pass, unless a trigger's own statement met it."""
    if _IN_FUNCTION.search(answer.context) and not answer.context.startswith('SQL statement "'):
        return Outcome.GUARDED
    if shape is Shape.BLIND:
        return Outcome.INCONCLUSIVE
    if command is Action.INSERT and answer.table not in ("", table):
        return Outcome.GUARDED
    return Outcome.PASSED_THEN_CONSTRAINT
