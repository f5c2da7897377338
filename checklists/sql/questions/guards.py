"""What function bodies look at, directly or in the functions of the repo that they call."""

import re
from functools import lru_cache

from checklists.sql.schema import Function, Schema

_ASKS = re.compile(
    r"\bauth\s*\.\s*(uid|jwt|role|email)\s*\(|request\.jwt|current_setting\s*\(\s*'role'|\b(session_user|current_user|current_role)\b",
    re.IGNORECASE,
)
_METADATA = re.compile(r"\buser_metadata\b|\braw_user_meta_data\b")
# Begins where a word begins and gives nothing back: what does not end in `(` is passed over in one step.
_CALL = re.compile(r'(?<!\w)(?:"?(\w++)"?\s*+\.\s*+)?"?(\w++)"?\s*+\(')


def asks_caller(schema: Schema, function: Function) -> bool:
    """Whether the body reads the session's identity; whether its test suffices is for a person to read."""
    return function.qualified in _reaching(schema, _ASKS)


def asks_who(schema: Schema, text: str) -> bool:
    """Whether a query reads the session's identity, itself or by a function of the repo."""
    return _ASKS.search(text) is not None or not called_in(text).isdisjoint(caller_functions(schema))


def caller_functions(schema: Schema) -> frozenset[str]:
    """The qualified functions that read the session's identity, or call one that does."""
    return _reaching(schema, _ASKS)


def reads_user_metadata(schema: Schema) -> frozenset[str]:
    """The qualified functions that read what users write about themselves."""
    return _reaching(schema, _METADATA)


def is_trigger(function: Function) -> bool:
    """Whether it runs only as a trigger; calling it by hand is an error."""
    return function.returns in ("trigger", "event_trigger")


@lru_cache(maxsize=8)
def _reaching(schema: Schema, pattern: re.Pattern[str]) -> frozenset[str]:
    """The qualified functions whose body matches, or that call one of these."""
    functions = [f for f in schema.functions.values() if f.body]
    found = {f.qualified for f in functions if pattern.search(f.body)}
    named = {f.qualified for f in functions}
    called = [(f.qualified, called_in(f.body) & named) for f in functions]
    grew = True
    while grew:
        more = {name for name, calls in called if name not in found and calls & found}
        found |= more
        grew = bool(more)
    return frozenset(found)


@lru_cache(maxsize=4096)
def called_in(body: str) -> frozenset[str]:
    """The qualified names that a text calls; `public` where it names no schema."""
    return frozenset(f"{where or 'public'}.{name}".lower() for where, name in _CALL.findall(body))
