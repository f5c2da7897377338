"""What function bodies do: the statements they run, and those that they put together at run time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from checklists.sql.parse import SyntaxFault, chunks, plpgsql_function
from checklists.sql.schema import Function

_UNKNOWN = re.compile(r'"([^"]+)" is not a known variable')
_MOST_OUTPUTS = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """An expression or statement of a body; `line` counts from 1, the line the body starts on.

    `dynamic` is true for the text expression of an EXECUTE; `assigns` names the variable an expression is put in.
    """

    text: str
    line: int
    dynamic: bool = False
    assigns: str | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """The pieces of one body in order, and its variables; `fault` says why it could not be read."""

    pieces: tuple[Piece, ...] = ()
    parameters: tuple[str, ...] = ()
    fault: str = ""


@lru_cache(maxsize=4096)
def body_of(function: Function) -> Body:
    """The function's body in pieces; languages other than SQL and PL/pgSQL have none."""
    if function.language == "sql":
        return _sql(function)
    return (
        _plpgsql(function)
        if function.language == "plpgsql"
        else Body(fault=f"it is written in {function.language}")
    )


def _sql(function: Function) -> Body:
    try:
        statements = chunks(function.body)
    except SyntaxFault as fault:
        return Body(fault=fault.message)
    return Body(tuple(Piece(text, 1) for text in statements), tuple(filter(None, function.argument_names)))


def _plpgsql(function: Function) -> Body:
    """Parsed with its own signature; OUT parameters, which that leaves out, are added as they turn up."""
    names = [name or f"_{n}" for n, name in enumerate(function.argument_names)]
    arguments = [f'"{name}" {kind}' for name, kind in zip(names, function.arguments, strict=False)]
    outputs: list[str] = []
    returns = "trigger" if function.returns == "trigger" else "setof record"
    for _ in range(_MOST_OUTPUTS):
        signature = ", ".join(arguments + [f'"{name}" text' for name in outputs])
        head = f"CREATE FUNCTION f({signature}) RETURNS {returns} LANGUAGE plpgsql AS {{}}"
        try:
            parsed = plpgsql_function(head, function.body)
        except SyntaxFault as fault:
            unknown = _UNKNOWN.search(fault.message)
            if unknown is None or unknown[1] in outputs:
                return Body(fault=fault.message)
            outputs.append(unknown[1])
            continue
        variables = [next(iter(each.values())).get("refname", "") for each in parsed.get("datums", ())]
        return Body(tuple(_pieces(parsed.get("action"), variables, 1)), tuple(names))
    return Body(fault="it has too many output parameters")


def _pieces(node: Any, variables: list[str], line: int) -> Iterator[Piece]:
    """Every expression below a node of libpg_query's JSON, in order."""
    if isinstance(node, list):
        for each in node:
            yield from _pieces(each, variables, line)
    if not isinstance(node, dict):
        return
    line = node.get("lineno", line)
    for key, value in node.items():
        if key == "PLpgSQL_expr":
            yield Piece(value["query"], line)
        elif key == "PLpgSQL_stmt_assign":
            target = variables[value["varno"]] if value.get("varno", -1) < len(variables) else None
            text = value["expr"]["PLpgSQL_expr"]["query"]
            yield Piece(text.partition(":=")[2].strip() or text, value.get("lineno", line), assigns=target)
        elif key in ("PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors") or "dynquery" in str(key):
            yield from _dynamic(key, value, variables, line)
        else:
            yield from _pieces(value, variables, line)


def _dynamic(key: str, node: Any, variables: list[str], line: int) -> Iterator[Piece]:
    """The text that an EXECUTE runs, and its parameters and loop body as ordinary pieces."""
    line = node.get("lineno", line)
    if key == "dynquery":
        yield Piece(node["PLpgSQL_expr"]["query"], line, dynamic=True)
        return
    yield Piece(node["query"]["PLpgSQL_expr"]["query"], line, dynamic=True)
    rest = {name: value for name, value in node.items() if name != "query"}
    yield from _pieces(rest, variables, line)
