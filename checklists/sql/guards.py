"""Whether a function's own body asks who calls it."""

import re

from checklists.sql.schema import Function, Schema

_ASKS = re.compile(
    r"\bauth\s*\.\s*(uid|jwt|role|email)\s*\(|request\.jwt|\b(session_user|current_user|current_role)\b",
    re.IGNORECASE,
)
_CALL = re.compile(r'(?:"?(\w+)"?\s*\.\s*)?"?(\w+)"?\s*\(')
_DEEPEST = 3


def asks_caller(schema: Schema, function: Function, depth: int = _DEEPEST) -> bool:
    """Whether the body reads the session's identity, itself or in a function of the repo that it calls.

    Says nothing of whether the test suffices; that is for a person to read.
    """
    if _ASKS.search(function.body):
        return True
    if depth == 0:
        return False
    called = {f"{where or 'public'}.{name}".lower() for where, name in _CALL.findall(function.body)}
    inner = (
        f for f in schema.functions.values() if f.qualified in called and f.qualified != function.qualified
    )
    return any(asks_caller(schema, each, depth - 1) for each in inner)


def is_trigger(function: Function) -> bool:
    """Whether it runs only as a trigger; calling it by hand is an error."""
    return function.returns in ("trigger", "event_trigger")
