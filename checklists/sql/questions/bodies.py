"""What function bodies do: the statements they run, and those that they put together at run time."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from checklists.sql.parse import SyntaxFault, chunks, plpgsql_function
from checklists.sql.schema import Function

_UNKNOWN = re.compile(r'"([^"]+)" is not a known variable')
_MOST_OUTPUTS = 60
# Where libpg_query keeps what is done if a condition holds, and the level of RAISE EXCEPTION (elog.h).
_BRANCHES = {"PLpgSQL_stmt_if": "then_body", "PLpgSQL_if_elsif": "stmts"}
_ERROR = 21
_ASSIGNED = re.compile(r'^\s*"?[\w$]+"?(?:\."?[\w$]+"?)*(?:\[[^\]]*\])*\s*:?=\s*')
_SECTION = re.compile(r"\bdeclare\b.*?\bbegin\b", re.IGNORECASE | re.DOTALL)
_OWN_TYPE = re.compile(
    r'((?:;|\bdeclare\b)\s*(?:--[^\n]*\n\s*)*"?\w+"?(?:\s+constant)?)\s+(?!(?:constant|cursor|alias|record)\b)'
    r'"?\w+"?(?:\."?\w+"?)*(?:%\w+)?(?:\s*\[\s*\])*',
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """An expression or statement of a body; `line` counts from 1, the line the body starts on.

    `dynamic` is true for the text of an EXECUTE; `assigns` names the variable an expression is put in;
    `turns_away` is true for the condition of an IF that raises an error or returns.
    """

    text: str
    line: int
    dynamic: bool = False
    assigns: str | None = None
    turns_away: bool = False


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


# Which RETURN statements the grammar allows depends on these alone; the rest of a type does not matter to it.
_SIGNATURES = (
    "_last text) RETURNS text",
    "_last text) RETURNS setof record",
    "OUT _a text, OUT _b text) RETURNS setof record",
    "_last text) RETURNS void",
)
# libpg_query writes broken JSON for a trigger's own variables: it is read as a block that declares them.
_TRIGGER = "DECLARE new record; old record; tg_argv text[]; BEGIN "


def _plpgsql(function: Function) -> Body:
    names = tuple(name or f"_{n}" for n, name in enumerate(function.argument_names))
    if function.returns in ("trigger", "event_trigger"):
        # A body may end in `END` or in `END;`.
        attempts = [(_TRIGGER + function.body + end, _SIGNATURES[0]) for end in ("\n END", "\n; END")]
    else:
        attempts = [(function.body, signature) for signature in _likely_first(function.returns)]
    found = Body()
    for spelling in ("", "text", "record"):
        for body, signature in attempts:
            found = _compiled(_with_plain_types(body, spelling), names, signature)
            if not found.fault:
                return found
    return found


def _likely_first(returns: str) -> list[str]:
    many = returns.lower().startswith(("setof", "table", "record"))
    return sorted(_SIGNATURES, key=lambda signature: ("setof" in signature) is not many)


def _with_plain_types(body: str, spelling: str) -> str:
    """Variables of the repo's own types, which libpg_query cannot look up, declared with a type it knows."""
    if not spelling:
        return body
    return _SECTION.sub(lambda section: _OWN_TYPE.sub(rf"\1 {spelling}", section[0]), body)


def _compiled(body: str, names: tuple[str, ...], signature: str) -> Body:
    """OUT parameters, which a signature leaves out, are added as they turn up in an assignment."""
    outputs: list[str] = []
    for _ in range(_MOST_OUTPUTS):
        arguments = "".join(f'"{name}" text, ' for name in (*names, *outputs))
        try:
            parsed = plpgsql_function(
                f"CREATE FUNCTION f({arguments}{signature} LANGUAGE plpgsql AS {{}}", body
            )
        except SyntaxFault as fault:
            unknown = _UNKNOWN.search(fault.message)
            if unknown is None or unknown[1] in outputs:
                return Body(fault=fault.message)
            outputs.append(unknown[1])
            continue
        variables = [str(v.get("refname", "")) for each in parsed.get("datums", ()) for v in each.values()]
        defaults = tuple(_defaults(parsed.get("datums", ())))
        return Body((*defaults, *_pieces(parsed.get("action"), variables, 1)), names)
    return Body(fault="it has too many output parameters")


def _defaults(datums: Iterable[Any]) -> Iterator[Piece]:
    """What variables are declared with."""
    for variable in (v for each in datums for v in each.values() if "default_val" in v):
        text = variable["default_val"]["PLpgSQL_expr"]["query"]
        yield Piece(text, variable.get("lineno", 1), assigns=variable["refname"])


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
            number = value.get("varno", 0)
            target = variables[number] if number < len(variables) else None
            text = value["expr"]["PLpgSQL_expr"]["query"]
            yield Piece(_ASSIGNED.sub("", text, count=1), value.get("lineno", line), assigns=target)
        elif key in _BRANCHES and _leaves(value.get(_BRANCHES[key])):
            yield Piece(value["cond"]["PLpgSQL_expr"]["query"], value.get("lineno", line), turns_away=True)
            yield from _pieces({n: each for n, each in value.items() if n != "cond"}, variables, line)
        elif key in ("PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors") or "dynquery" in str(key):
            yield from _dynamic(key, value, variables, line)
        else:
            yield from _pieces(value, variables, line)


def _leaves(statements: Any) -> bool:
    """Whether one of them ends the call: a RETURN, or a RAISE of an error rather than of a notice."""
    return any(
        "PLpgSQL_stmt_return" in each or each.get("PLpgSQL_stmt_raise", {}).get("elog_level", 0) >= _ERROR
        for each in statements or ()
    )


def _dynamic(key: str, node: Any, variables: list[str], line: int) -> Iterator[Piece]:
    """The text that an EXECUTE runs, and its parameters and loop body as ordinary pieces."""
    line = node.get("lineno", line)
    if key == "dynquery":
        yield Piece(node["PLpgSQL_expr"]["query"], line, dynamic=True)
        return
    yield Piece(node["query"]["PLpgSQL_expr"]["query"], line, dynamic=True)
    rest = {name: value for name, value in node.items() if name != "query"}
    yield from _pieces(rest, variables, line)
