"""Postgres' functions that migrations use to find and name objects. Pure: values in, a value out."""

import re
from collections.abc import Callable, Sequence

from checklists.sql.dynamic.deparsed import constraint_text
from checklists.sql.dynamic.values import Oid, Undecided, Value, known, literal, text
from checklists.sql.folding.names import find_relation, split_name, strings
from checklists.sql.folding.routines import overloads, resolve
from checklists.sql.folding.state import Database
from checklists.sql.folding.typenames import builtin, find_type
from checklists.sql.parse import SyntaxFault, parse
from checklists.sql.quoting import ident
from checklists.sql.schema import PLATFORM_SCHEMAS

Function = Callable[[Database, Sequence[Value]], Value]
BUILTINS: dict[str, Function] = {}

_PLACE = re.compile(r"%(?:(\d+)\$)?(-?)(\d*)([sIL%])")


def _named(*names: str) -> Callable[[Function], Function]:
    def register(function: Function) -> Function:
        BUILTINS.update(dict.fromkeys(names, function))
        return function

    return register


def _strict(name: str, function: Callable[..., Value]) -> None:
    """A function that gives NULL for a NULL argument and needs nothing of the database."""

    def call(_db: Database, arguments: Sequence[Value]) -> Value:
        if any(each is None for each in arguments):
            return None
        try:
            return function(*arguments)
        except (TypeError, ValueError, IndexError):
            raise Undecided(f"the call of {name} is not followed") from None

    BUILTINS[name] = call


@_named("format")
def _format(_db: Database, arguments: Sequence[Value]) -> Value:
    if not arguments or arguments[0] is None:
        return None
    values, taken = list(arguments[1:]), 0

    def fill(place: re.Match[str]) -> str:
        nonlocal taken
        position, minus, width, letter = place.groups()
        if letter == "%":
            return "%"
        index = int(position) - 1 if position else taken
        taken = index + 1
        if index >= len(values):
            raise Undecided("format() has too few arguments")
        return (
            _filled(letter, values[index]).ljust(int(width or 0))
            if minus
            else _filled(letter, values[index]).rjust(int(width or 0))
        )

    return _PLACE.sub(fill, text(arguments[0]))


def _filled(letter: str, value: Value) -> str:
    known(value)
    if letter == "L":
        return literal(value)
    if value is None:
        if letter == "I":
            raise Undecided("format() would fail on a NULL name")
        return ""
    return ident(text(value)) if letter == "I" else text(value)


@_named("concat")
def _concat(_db: Database, arguments: Sequence[Value]) -> Value:
    return "".join(text(each) for each in arguments if each is not None)


@_named("concat_ws")
def _concat_ws(_db: Database, arguments: Sequence[Value]) -> Value:
    if arguments[0] is None:
        return None
    return text(arguments[0]).join(text(each) for each in arguments[1:] if each is not None)


@_named("quote_nullable")
def _quote_nullable(_db: Database, arguments: Sequence[Value]) -> Value:
    return literal(arguments[0])


_strict("quote_ident", lambda value: ident(text(value)))
_strict("quote_literal", literal)
_strict("lower", lambda value: text(value).lower())
_strict("upper", lambda value: text(value).upper())
_strict("btrim", lambda value, marks=" ": text(value).strip(marks))
_strict("ltrim", lambda value, marks=" ": text(value).lstrip(marks))
_strict("rtrim", lambda value, marks=" ": text(value).rstrip(marks))
_strict("replace", lambda value, old, new: text(value).replace(old, new) if old else text(value))
_strict("length", lambda value: len(text(value)))
_strict("char_length", lambda value: len(text(value)))
_strict("left", lambda value, size: text(value)[:size])
_strict("right", lambda value, size: text(value)[-size:])
_strict("split_part", lambda value, mark, part: (text(value).split(mark) + [""] * part)[part - 1])
_strict("starts_with", lambda value, start: text(value).startswith(start))
_strict("strpos", lambda value, part: text(value).find(part) + 1)
_strict("position", lambda value, part: text(value).find(part) + 1)
_strict("repeat", lambda value, count: text(value) * min(count, 1000))
_strict("substring", lambda value, start, size=None: _substring(text(value), start, size))
_strict("substr", lambda value, start, size=None: _substring(text(value), start, size))
_strict("array_length", lambda value, _dimension: len(value) or None)
_strict("cardinality", len)
_strict("array_upper", lambda value, _dimension: len(value) or None)
_strict("array_to_string", lambda value, mark: mark.join(text(each) for each in value if each is not None))
_strict("string_to_array", lambda value, mark: text(value).split(mark) if value else [])
_strict("array_append", lambda value, item: [*value, item])
_strict("array_cat", lambda left, right: left + right)
_strict("array_position", lambda value, item: value.index(item) + 1 if item in value else None)
_strict("oidvectortypes", text)
_strict("pg_get_userbyid", lambda value: value.name)


def _substring(value: str, start: int, size: int | None) -> str:
    begin = max(0, start - 1)
    return value[begin:] if size is None else value[begin : max(0, start - 1 + size)]


@_named("array_remove")
def _array_remove(_db: Database, arguments: Sequence[Value]) -> Value:
    return [each for each in arguments[0] or [] if each != arguments[1]]


@_named("current_schema")
def _current_schema(db: Database, _arguments: Sequence[Value]) -> Value:
    return next(iter(db.search_path), None)


@_named("current_database")
def _current_database(_db: Database, _arguments: Sequence[Value]) -> Value:
    return "postgres"


def _parts(name: str) -> tuple[str, str]:
    """(schema or empty, name) of a possibly quoted dotted name."""
    pieces = [
        piece[1:-1].replace('""', '"') if piece.startswith('"') else piece.lower()
        for piece in re.findall(r'"(?:[^"]|"")*"|[^.\s]+', name.strip())
    ]
    return (pieces[-2] if len(pieces) > 1 else "", pieces[-1] if pieces else "")


@_named("to_regclass")
def to_regclass(db: Database, arguments: Sequence[Value]) -> Value:
    """The relation or index of a name, NULL where there is none."""
    if arguments[0] is None or isinstance(arguments[0], Oid):
        return arguments[0]
    schema, name = _parts(text(arguments[0]))
    found = find_relation(db, schema, name)
    if found is not None:
        return Oid("class", found)
    for candidate in (schema,) if schema else db.search_path:
        if any(i.name == name for t in db.tables.values() if t.schema == candidate for i in t.indexes):
            return Oid("class", f"{candidate}.{name}")
    if schema in PLATFORM_SCHEMAS and schema in db.schemas:
        raise Undecided(f"whether the platform has {schema}.{name} is not known")
    return None


@_named("to_regproc")
def _to_regproc(db: Database, arguments: Sequence[Value]) -> Value:
    if arguments[0] is None or isinstance(arguments[0], Oid):
        return arguments[0]
    schema, name = _parts(text(arguments[0]))
    found = overloads(db, schema, name)
    if found:
        return Oid("proc", found[0].signature)
    _not_the_platforms(schema, name)
    return None


def _not_the_platforms(schema: str, name: str) -> None:
    if schema in PLATFORM_SCHEMAS or schema == "pg_catalog":
        raise Undecided(f"whether the platform has {schema}.{name} is not known")


@_named("to_regprocedure")
def to_regprocedure(db: Database, arguments: Sequence[Value]) -> Value:
    """The function of a signature, NULL where there is none."""
    if arguments[0] is None or isinstance(arguments[0], Oid):
        return arguments[0]
    try:
        node = parse(f"DROP FUNCTION {text(arguments[0])}")[0].stmt.drop_stmt.objects[0].object_with_args
    except SyntaxFault:
        raise Undecided(f"{arguments[0]!r} is no signature") from None
    found = resolve(db, node)
    if found is None:
        _not_the_platforms(*_parts(text(arguments[0]).partition("(")[0]))
    return None if found is None else Oid("proc", found.signature)


@_named("to_regtype")
def to_regtype(db: Database, arguments: Sequence[Value]) -> Value:
    """The type of a name, NULL where there is none."""
    if arguments[0] is None or isinstance(arguments[0], Oid):
        return arguments[0]
    try:
        target = parse(f"SELECT NULL::{text(arguments[0])}")[0].stmt.select_stmt.target_list[0].res_target
    except (SyntaxFault, IndexError):
        raise Undecided(f"{arguments[0]!r} is no type") from None
    node = target.val.type_cast.type_name
    schema, name = split_name(strings(node.names))
    plain = builtin(name) if schema in ("", "pg_catalog") else None
    found = plain or find_type(db, schema, name)
    if found is None:
        _not_the_platforms(schema, name)
    return None if found is None else Oid("type", found + "[]" * min(1, len(node.array_bounds)))


@_named("to_regnamespace")
def to_regnamespace(db: Database, arguments: Sequence[Value]) -> Value:
    """The schema of a name, NULL where there is none."""
    name = arguments[0].name if isinstance(arguments[0], Oid) else _parts(text(arguments[0]))[1]
    return Oid("namespace", name) if name in db.schemas or name == "pg_catalog" else None


@_named("to_regrole")
def to_regrole(db: Database, arguments: Sequence[Value]) -> Value:
    """The role of a name, NULL where there is none."""
    name = arguments[0].name if isinstance(arguments[0], Oid) else _parts(text(arguments[0]))[1]
    return Oid("role", name) if name in db.roles else None


@_named("pg_get_function_identity_arguments", "pg_get_function_arguments")
def _identity_arguments(db: Database, arguments: Sequence[Value]) -> Value:
    function = db.functions.get(arguments[0].name) if isinstance(arguments[0], Oid) else None
    if function is None:
        raise Undecided("the arguments of a function are asked that is not known")
    return ", ".join(function.arguments)


@_named("pg_get_constraintdef")
def _constraint_definition(db: Database, arguments: Sequence[Value]) -> Value:
    if isinstance(arguments[0], Oid):
        qualified, _, name = arguments[0].name.partition("/")
        table = db.tables.get(qualified)
        for constraint in table.constraints if table else ():
            if constraint.name == name:
                return constraint_text(constraint)
    raise Undecided("the definition of a constraint is asked that is not known")


@_named("regexp_replace")
def _regexp_replace(_db: Database, _arguments: Sequence[Value]) -> Value:
    raise Undecided("regexp_replace() is not followed")


@_named("pg_get_serial_sequence")
def _serial_sequence(db: Database, arguments: Sequence[Value]) -> Value:
    table = to_regclass(db, arguments[:1])
    owned = (table.name, text(arguments[1])) if isinstance(table, Oid) else None
    return next((name for name, sequence in db.sequences.items() if sequence.owned_by == owned), None)
