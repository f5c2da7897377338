"""Whether a policy says of itself that it is open: to all rows, or by what a row says of itself."""

import re
from typing import Any

from sqlglot import exp

from checklists.live.probe.readings import reading
from checklists.live.rows.inserting import Row
from checklists.live.rows.solving import qualified, run
from checklists.sql.expressions.parse import conjuncts, disjuncts, parse
from checklists.sql.questions.openness import Openness, openness
from checklists.sql.schema import Policy, Schema, Table

_CLAIM = re.compile(r"->>?\s*'(\w*(?:_id|Id|tenant|org|organi[sz]ation|company))'")
_USUAL = frozenset({"session_id", "client_id"})


def says_open(connection: Any, schema: Schema, policy: Policy, row: Row | None) -> bool:
    """Whether `policy` lets everyone, or everyone signed in, through by its own words.

    One part of an OR is enough that asks nothing of the session but whether there is one (`is_published`,
    `auth.uid() is not null and bucket_id = 'docs'`) and holds for `row`, which the server evaluates as
    `postgres`.
    """
    table = schema.tables.get(policy.table)
    text = policy.using if policy.using is not None else policy.effective_check
    if text is None or table is None:
        return False
    if openness(text, table, policy) in (Openness.EVERYONE, Openness.SIGNED_IN):
        return True
    tree = parse(text)
    parts = [_of_the_row(part, table, policy) for part in disjuncts(tree)] if tree is not None else []
    return any(_holds(connection, schema, policy, row, part) for part in parts)


def _of_the_row(part: exp.Expr, table: Table, policy: Policy) -> str:
    """What is left of terms joined by AND without those that everybody signed in passes."""
    texts = [term.sql("postgres") for term in conjuncts(part)]
    left = [text for text in texts if openness(text, table, policy) is not Openness.SIGNED_IN]
    return " and ".join(f"({text})" for text in left) or "true"


def _holds(connection: Any, schema: Schema, policy: Policy, row: Row | None, part: str) -> bool:
    if reading(schema, part).session:
        return False
    if row is None:
        return True
    table = qualified(policy.table)
    return bool(run(connection, f"select 1 from {table} where {row.where} and ({part})"))


def left_to_ask(connection: Any, schema: Schema, policy: Policy, row: Row, part: str) -> str:
    """What of a policy's part asks only about the row, and does not hold for this one; empty where it does,
    or where the part asks who is calling as well.
    """
    table = schema.tables.get(policy.table)
    tree = parse(part)
    if table is None or tree is None:
        return ""
    text = _of_the_row(tree, table, policy)
    if reading(schema, text).session or _holds(connection, schema, policy, row, text):
        return ""
    return text


def asked_claims(schema: Schema, policy: Policy) -> tuple[str, ...]:
    """The claims by which a policy, or a function that it calls, tells organisations apart, sorted."""
    text = " ".join(filter(None, (policy.using, policy.check)))
    called = reading(schema, text).functions
    bodies = [function.body for function in schema.functions.values() if function.qualified in called]
    return tuple(sorted({name for each in (text, *bodies) for name in _CLAIM.findall(each)} - _USUAL))


def asks_only_through_functions(schema: Schema, policy: Policy) -> bool:
    """Whether its own text names no caller, and all it knows of one is what functions of the repo ask."""
    text = policy.using if policy.using is not None else policy.effective_check
    if text is None:
        return False
    found = reading(schema, text)
    return found.session and bool(found.functions) and "auth." not in text and "current_setting" not in text
