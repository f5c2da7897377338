"""The only door to Postgres' own grammar (libpg_query, through postgast). Offsets are bytes of UTF-8."""

import json
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

import postgast
from google.protobuf.message import DecodeError, Message
from postgast import pg_query_pb2 as pb

__all__ = [
    "MAX_DEPTH",
    "Message",
    "SyntaxFault",
    "chunks",
    "deparse",
    "depth",
    "first_difference",
    "inner",
    "parse",
    "pb",
    "plpgsql",
    "plpgsql_function",
    "semicolons",
    "sql_of",
    "walk",
]

# libpg_query's writer recurses once a nesting level, some 350 bytes of C stack each: 20,000 chained operators
# kill the process on an 8 MB stack. 2,000 levels leave room in the 1 MB stacks of threads elsewhere.
MAX_DEPTH = 2_000
# A statement has no more levels than tokens, and no more tokens than bytes: shorter ones need no count.
_SHORT = MAX_DEPTH

_OPEN = frozenset({pb.ASCII_40, pb.ASCII_91})
_CLOSE = frozenset({pb.ASCII_41, pb.ASCII_93})
_SEPARATE = frozenset({pb.ASCII_44, pb.ASCII_59})
# These nest to one side across commas and semicolons: set operations, and plpgsql's blocks.
_CHAINING = frozenset({pb.UNION, pb.EXCEPT, pb.INTERSECT, pb.BEGIN_P, pb.IF_P, pb.CASE, pb.THEN, pb.ELSE})


class SyntaxFault(Exception):
    """Text that cannot be read: why, and the byte where Postgres stopped (None where it does not say)."""

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def _fault(error: postgast.PgQueryError) -> SyntaxFault:
    return SyntaxFault(error.message, error.cursorpos - 1 if error.cursorpos > 0 else None)


def parse(sql: str) -> list[pb.RawStmt]:
    """The statements of `sql`, whose depth the caller has bounded.

    Raises:
        SyntaxFault: Postgres refuses the text, or it nests deeper than can be represented.
    """
    try:
        return list(postgast.parse(sql).stmts)
    except postgast.PgQueryError as error:
        raise _fault(error) from None
    except DecodeError:
        raise SyntaxFault("it nests too deeply to be analysed") from None


def chunks(sql: str) -> list[str]:
    """Pieces between semicolons outside of brackets, with blanks and comments; never runs the parser.

    Raises:
        SyntaxFault: A quote, comment or number that never ends rightly.
    """
    try:
        return postgast.split(sql, method="scanner")
    except postgast.PgQueryError as error:
        raise _fault(error) from None


def semicolons(sql: str) -> list[int]:
    """The byte behind each semicolon, those in brackets included."""
    try:
        return [token.end for token in postgast.scan(sql).tokens if token.token == pb.ASCII_59]
    except postgast.PgQueryError:
        return []


def first_difference(old: str, new: str) -> int | None:
    """The line of `new` that says something else than `old`; None where only blanks and comments differ."""
    before, after = _code(old), _code(new)
    if before is None or after is None:
        return None if old.split() == new.split() else 1
    pairs = zip_longest((word for word, _ in before), after, fillvalue=(b"", len(new.encode())))
    at = next((place for word, (other, place) in pairs if word != other), None)
    return None if at is None else new.encode()[:at].count(b"\n") + 1


def _code(sql: str) -> list[tuple[bytes, int]] | None:
    """The tokens that are no comments, each with its place; None for text that does not scan."""
    data = sql.encode()
    try:
        tokens = postgast.scan(sql).tokens
    except postgast.PgQueryError:
        return None
    comments = (pb.SQL_COMMENT, pb.C_COMMENT)
    return [(data[t.start : t.end], t.start) for t in tokens if t.token not in comments]


def depth(sql: str) -> int:
    """An upper bound of the nesting of a parse tree of `sql`, from its tokens alone.

    Brackets nest; in them each token of a comma-free stretch may add a level, and so does a set operation.

    Raises:
        SyntaxFault: The text does not scan.
    """
    if len(sql) < _SHORT:
        return len(sql)
    try:
        tokens = postgast.scan(sql).tokens
    except postgast.PgQueryError as error:
        raise _fault(error) from None
    # One frame a bracket: [tokens of the stretch, its deepest child, deepest stretch, chained keywords].
    frames = [[0, 0, 0, 0]]
    for token in tokens:
        kind, frame = token.token, frames[-1]
        frame[0] += 1
        if kind in _OPEN:
            frames.append([0, 0, 0, 0])
        elif kind in _SEPARATE:
            frame[2], frame[0], frame[1] = max(frame[2], frame[0] + frame[1]), 0, 0
        elif kind in _CHAINING:
            frame[3] += 1
        elif kind in _CLOSE and len(frames) > 1:
            frames.pop()
            frames[-1][1] = max(frames[-1][1], _height(frame))
    total = 0
    for frame in reversed(frames):
        frame[1] = max(frame[1], total)
        total = _height(frame)
    return total


def _height(frame: list[int]) -> int:
    return frame[3] + max(frame[2], frame[0] + frame[1])


def deparse(node: Message) -> str:
    """The canonical text of one statement.

    Raises:
        SyntaxFault: The deparser cannot write it.
    """
    result = pb.ParseResult()
    wrapped = result.stmts.add().stmt
    if isinstance(node, pb.Node):
        wrapped.CopyFrom(node)
    else:
        getattr(wrapped, _field_of(node)).CopyFrom(node)
    try:
        return postgast.deparse(result)
    except postgast.PgQueryError as error:
        raise _fault(error) from None


_FIELDS: dict[str, str] = {
    field.message_type.name: field.name for field in pb.Node.DESCRIPTOR.fields if field.message_type
}


def _field_of(node: Message) -> str:
    name: str = node.DESCRIPTOR.name
    return _FIELDS[name]


def sql_of(node: pb.Node) -> str:
    """The canonical text of an expression, as Postgres' deparser writes it."""
    if node.WhichOneof("node") == "a_const":
        short = _constant(node.a_const)
        if short is not None:
            return short
    select = pb.SelectStmt(limit_option=pb.LIMIT_OPTION_DEFAULT, op=pb.SETOP_NONE)
    select.target_list.add().res_target.val.CopyFrom(node)
    return deparse(select).removeprefix("SELECT ")


def _constant(node: pb.A_Const) -> str | None:
    which = node.WhichOneof("val")
    if node.isnull:
        return "NULL"
    if which == "boolval":
        return "true" if node.boolval.boolval else "false"
    return str(node.ival.ival) if which == "ival" else None


def plpgsql(body: str) -> dict[str, Any]:
    """The outer block of a plpgsql body, as libpg_query's JSON writes it.

    Raises:
        SyntaxFault: It does not parse, or nests too deeply.
    """
    return plpgsql_function("DO {}", body)


def plpgsql_function(head: str, body: str) -> dict[str, Any]:
    """The outer block of the body of a statement such as `CREATE FUNCTION … LANGUAGE plpgsql AS {}`.

    Raises:
        SyntaxFault: It does not parse, or nests too deeply.
    """
    if depth(body) > MAX_DEPTH:
        raise SyntaxFault("it nests too deeply to be analysed")
    tag = "body"
    while f"${tag}$" in body:
        tag += "_"
    try:
        parsed = postgast.parse_plpgsql(head.replace("{}", f"${tag}${body}${tag}$"))
    except postgast.PgQueryError as error:
        raise _fault(error) from None
    except (json.JSONDecodeError, RecursionError):
        raise SyntaxFault("its parse tree cannot be read") from None
    if not parsed or "PLpgSQL_function" not in parsed[0]:
        raise SyntaxFault("it is not plpgsql")
    function: dict[str, Any] = parsed[0]["PLpgSQL_function"]
    return function


def inner(node: Message) -> Message:
    """What a `Node` holds."""
    if isinstance(node, pb.Node):
        which = node.WhichOneof("node")
        return node if which is None else getattr(node, which)
    return node


def walk(node: Message) -> Iterator[Message]:
    """The node and all below it, parents first, `Node` wrappers left out."""
    stack: list[Message] = [node]
    while stack:
        here = inner(stack.pop())
        yield here
        children: list[Message] = []
        for field, value in here.ListFields():
            if field.message_type is not None:
                children.extend(value if field.is_repeated else (value,))
        stack.extend(reversed(children))
