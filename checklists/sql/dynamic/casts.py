"""Casts between the interpreter's values."""

from collections.abc import Callable

from checklists.sql.dynamic.builtins import (
    to_regclass,
    to_regnamespace,
    to_regprocedure,
    to_regrole,
    to_regtype,
)
from checklists.sql.dynamic.operators import boolean
from checklists.sql.dynamic.values import Oid, Undecided, Value, array, text
from checklists.sql.folding.names import split_name, strings
from checklists.sql.folding.state import Database, Refused
from checklists.sql.parse import pb

_LOOKUPS: dict[str, tuple[Callable[..., Value], str, str]] = {
    "regclass": (to_regclass, "42P01", "relation"),
    "regprocedure": (to_regprocedure, "42883", "function"),
    "regproc": (to_regprocedure, "42883", "function"),
    "regtype": (to_regtype, "42704", "type"),
    "regnamespace": (to_regnamespace, "3F000", "schema"),
    "regrole": (to_regrole, "42704", "role"),
}
_TEXTS = frozenset({"text", "name", "varchar", "bpchar", "char", "citext", "unknown", "cstring"})
_NUMBERS = frozenset({"int2", "int4", "int8", "numeric"})
_OIDS = frozenset({"oid"})


def cast(db: Database, value: Value, to: pb.TypeName) -> Value:
    """The value in another type; types that are not modelled leave it as it is.

    Raises:
        Undecided: It cannot be told.
        Refused: Postgres would fail: a name that means nothing, text that is no number.
    """
    _, name = split_name(strings(to.names))
    if value is None:
        return None
    if to.array_bounds or name.startswith("_"):
        return as_array(value)
    if name in _LOOKUPS:
        return _looked_up(db, value, name)
    if name in _OIDS and isinstance(value, Oid):
        return value
    if name in _TEXTS:
        return text(value)
    if name == "bool":
        return boolean(value)
    if name in _NUMBERS:
        return _number(value)
    return value


def _looked_up(db: Database, value: Value, name: str) -> Value:
    function, state, kind = _LOOKUPS[name]
    if name == "regproc" and isinstance(value, str) and "(" not in value:
        raise Undecided(f"the function {value} is looked up by name alone")
    found = function(db, [value])
    if found is None:
        raise Refused(state, f"no migration creates the {kind} {text(value)}", f"{kind}:{text(value)}")
    return found


def _number(value: Value) -> Value:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return value
    try:
        return int(text(value))
    except ValueError:
        raise Undecided(f"{text(value)!r} is no whole number") from None


def as_array(value: Value) -> list[Value]:
    """The value as an array.

    Raises:
        Undecided: It is none.
    """
    if isinstance(value, list):
        return value
    if isinstance(value, str):
        return array(value)
    raise Undecided("a value is no array")
