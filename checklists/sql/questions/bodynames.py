"""What the statements of a function body name, and which of these names follow the caller's search_path."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from checklists.sql.folding.names import split_name, strings
from checklists.sql.parse import Message, SyntaxFault, parse, pb, walk
from checklists.sql.questions.bodies import body_of
from checklists.sql.questions.guards import is_trigger
from checklists.sql.schema import Function, Schema

Name = tuple[str, str]

# What usual extensions bring (pgcrypto, uuid-ossp, http, dblink, pg_trgm, unaccent, vector, PostGIS):
# built-in functions are found first whatever the path, these are not.
_EXTENSION_FUNCTIONS = re.compile(
    r"uuid_generate_v\w+|crypt|gen_salt|gen_random_bytes|digest|hmac|pgp_\w+|http\w*|urlencode|dblink\w*|"
    r"similarity|word_similarity|show_trgm|unaccent|(?:cosine|l2|l1)_distance|inner_product|st_\w+|levenshtein\w*"
)
_EXTENSION_OPERATORS = frozenset({"<->", "<#>", "<=>", "<+>", "<<->>", "<%", "%>"})
# Built-in functions that do more than compute.
_ACTING = re.compile(
    r"set_config|setval|nextval|pg_notify|pg_sleep\w*|pg_\w*(?:terminate|cancel|lock)\w*|lo_\w+"
)
_ACTING_BUT_FOR_LOCKS = re.compile(r"setval|nextval|pg_\w*(?:terminate|cancel)\w*|lo_\w+")
_WRITES = (pb.InsertStmt, pb.UpdateStmt, pb.DeleteStmt, pb.MergeStmt)
_HARMLESS_SCHEMAS = frozenset({"pg_catalog", "auth", "storage"})


@dataclass(frozen=True, slots=True)
class BodyNames:
    """Names as written, (schema or empty, name), in order of their mention.

    `changes` is true where any statement is more than a query, `dynamic` where SQL is put together at run
    time.
    """

    relations: tuple[Name, ...] = ()
    functions: tuple[Name, ...] = ()
    types: tuple[Name, ...] = ()
    operators: tuple[Name, ...] = ()
    changes: bool = False
    dynamic: bool = False


@lru_cache(maxsize=4096)
def body_names(function: Function) -> BodyNames | None:
    """All that the body names; None where a part of it cannot be read."""
    body = body_of(function)
    if body.fault:
        return None
    found: dict[str, dict[Name, None]] = {kind: {} for kind in ("relation", "function", "type", "operator")}
    changes = False
    for piece in body.pieces:
        statements = _statements(piece.text)
        if statements is None:
            return None
        for statement in statements:
            nodes = list(walk(statement.stmt))
            changes |= not isinstance(nodes[0], pb.SelectStmt) or any(isinstance(n, _WRITES) for n in nodes)
            for kind, name in _names(nodes):
                found[kind][name] = None
    dynamic = any(piece.dynamic for piece in body.pieces)
    relations, functions, types, operators = (tuple(names) for names in found.values())
    return BodyNames(relations, functions, types, operators, changes, dynamic)


def _statements(text: str) -> list[pb.RawStmt] | None:
    """A piece is a statement, or an expression."""
    for candidate in (text, f"SELECT {text}"):
        try:
            return parse(candidate)
        except SyntaxFault:
            continue
    return None


def _names(nodes: Sequence[Message]) -> Iterator[tuple[str, Name]]:
    queries = {node.ctename for node in nodes if isinstance(node, pb.CommonTableExpr)}
    for node in nodes:
        match node:
            case pb.RangeVar() if node.schemaname or node.relname not in queries:
                yield "relation", (node.schemaname, node.relname)
            case pb.FuncCall():
                yield "function", split_name(strings(node.funcname))
            case pb.TypeName():
                yield "type", split_name(strings(node.names))
            case pb.A_Expr():
                yield "operator", split_name(strings(node.name))


def unqualified(schema: Schema, function: Function) -> tuple[str, ...] | None:
    """The names that the caller's search_path decides; None where the body does not show them all.

    Built-in functions and operators are left out: pg_catalog is searched first.
    """
    names = body_names(function)
    if names is None or names.dynamic:
        return None
    relations = {name.partition(".")[2] for name in (*schema.tables, *schema.views)}
    routines = {each.name for each in schema.functions.values()}
    types = {each.name for each in schema.types.values()} | relations
    handed = is_trigger(function)  # a trigger may be handed the changed rows under any name
    found = [
        *(
            n
            for s, n in names.relations
            if not s and not n.startswith("pg_") and (n in relations or not handed)
        ),
        *(n for s, n in names.functions if not s and (n in routines or _EXTENSION_FUNCTIONS.fullmatch(n))),
        *(n for s, n in names.types if not s and n in types),
        *(f"operator {n}" for s, n in names.operators if not s and n in _EXTENSION_OPERATORS),
    ]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4096)
def searches(schema: Schema, name: str) -> bool:
    """Whether a function of that qualified name reads a table or view, itself or by one that it calls; one
    whose body does not show it does as well.
    """
    named = _by_name(schema)
    seen, waiting = {name}, [name]
    while waiting:
        for names in map(body_names, named.get(waiting.pop(), ())):
            if names is None or names.dynamic or names.relations:
                return True
            called = {f"{where or 'public'}.{each}" for where, each in names.functions} - seen
            seen |= called
            waiting += called
    return False


@lru_cache(maxsize=4)
def _by_name(schema: Schema) -> Mapping[str, list[Function]]:
    found: dict[str, list[Function]] = {}
    for function in schema.functions.values():
        found.setdefault(function.qualified, []).append(function)
    return found


def only_reads(schema: Schema, function: Function, *, locks: bool = False) -> bool:
    """Whether a call changes nothing and reaches nothing outside of the database; with `locks` it may take
    some, or set what ends with the transaction.
    """
    acting = _ACTING_BUT_FOR_LOCKS if locks else _ACTING
    return _only_reads(schema, function, frozenset(), acting)


def _only_reads(schema: Schema, function: Function, above: frozenset[str], acting: re.Pattern[str]) -> bool:
    names = body_names(function)
    if names is None or names.dynamic or names.changes:
        return False
    for where, name in names.functions:
        called = [each for each in schema.functions.values() if _means(each, where, name)]
        if not called and (
            (where and where not in _HARMLESS_SCHEMAS)
            or acting.fullmatch(name)
            or _EXTENSION_FUNCTIONS.fullmatch(name)
        ):
            return False
        inner = above | {function.signature}
        if not all(each.signature in inner or _only_reads(schema, each, inner, acting) for each in called):
            return False
    return True


def _means(function: Function, schema: str, name: str) -> bool:
    return function.name == name and schema in ("", function.schema)
