"""Values of the interpreter: Python's own, object ids, and what is not known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from checklists.sql.quoting import ident

# None is NULL; a list is an array; a dict is a record.
Value = Any
Row = Mapping[str, Value]
# Rows in sight, by the name they go by; the innermost query last.
Scopes = tuple[Mapping[str, Row], ...]


class Undecided(Exception):
    """The migrations alone do not tell: it depends on data, settings or functions that are not modelled."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A variable's value that could not be decided, and why."""

    because: str


@dataclass(frozen=True, slots=True)
class Oid:
    """An object's id: its kind (class, type, proc, namespace, role, constraint …) and its qualified name."""

    kind: str
    name: str


def known(value: Value) -> Value:
    """The value.

    Raises:
        Undecided: It is not known.
    """
    if isinstance(value, Unknown):
        raise Undecided(value.because)
    return value


def text(value: Value) -> str:
    """As Postgres casts the value to text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "{" + ",".join(_element(each) for each in value) + "}"
    if isinstance(value, Oid):
        return _object(value)
    if isinstance(value, Mapping):
        return "(" + ",".join("" if each is None else text(each) for each in value.values()) + ")"
    return str(known(value))


def _element(value: Value) -> str:
    if value is None:
        return "NULL"
    written = text(value)
    if written and not any(mark in written for mark in ' ,{}"\\') and written.upper() != "NULL":
        return written
    return '"' + written.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _object(oid: Oid) -> str:
    """A qualified name, quoted where it must be; a function's with its argument types."""
    name, bracket, arguments = oid.name.partition("(")
    schema, dot, rest = name.partition(".")
    if not dot:
        return ident(schema)
    shown = (
        ident(rest)
        if schema in ("public", "pg_catalog") and oid.kind != "proc"
        else f"{ident(schema)}.{ident(rest)}"
    )
    return shown + bracket + arguments


def literal(value: Value) -> str:
    """quote_nullable."""
    if value is None:
        return "NULL"
    written = text(value)
    quoted = "'" + written.replace("'", "''") + "'"
    return "E" + quoted.replace("\\", "\\\\") if "\\" in quoted else quoted


def array(written: str) -> list[Value]:
    """A one-dimensional array literal, `{a,"b c",NULL}`.

    Raises:
        Undecided: It is something else.
    """
    if not (written.startswith("{") and written.endswith("}")):
        raise Undecided(f"{written!r} is no plain array")
    found: list[Value] = []
    part, quoted, inside, escaped = "", False, False, False
    for mark in written[1:-1] + ",":
        if escaped:
            part, escaped = part + mark, False
        elif mark == "\\":
            escaped = True
        elif mark == '"':
            inside, quoted = not inside, True
        elif mark == "," and not inside:
            word = part if quoted else part.strip()
            if word or quoted:
                found.append(None if word.upper() == "NULL" and not quoted else word)
            part, quoted = "", False
        else:
            part += mark
    return found
