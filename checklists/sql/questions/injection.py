"""Where the text of an EXECUTE comes from: written out, quoted, or put together from what a caller chose."""

import re
from dataclasses import dataclass
from enum import IntEnum

from sqlglot import exp

from checklists.sql.comments import without_comments
from checklists.sql.expressions.calls import calls_in, identifier
from checklists.sql.expressions.parse import constant_select, parse
from checklists.sql.questions.bodies import Body, Piece, body_of
from checklists.sql.schema import Function


class Trust(IntEnum):
    """How far a piece of text can be trusted; the worst part decides."""

    SAFE = 0
    UNKNOWN = 1
    CALLER = 2


@dataclass(frozen=True, slots=True)
class Origin:
    """The trust, and what it hangs on: a parameter's or column's name, or why it is not known."""

    trust: Trust = Trust.SAFE
    source: str = ""


_SAFE = Origin()
# Types whose text holds no quote, blank or keyword that a caller chose; reg* types print quoted names.
_HARMLESS = re.compile(
    r"(reg\w+|uuid|bool(ean)?|smallint|integer|int\d?|bigint|numeric|decimal|real|float\d?|double precision|"
    r"oid|date|time(stamp)?(tz)?|timestamp with(out)? time zone|interval)(\(.*\))?(\[\])*"
)
_QUOTING = frozenset({"quote_ident", "quote_literal", "quote_nullable"})
_HARMLESS_CALLS = frozenset(
    {"md5", "gen_random_uuid", "now", "count", "length", "txid_current", "to_regclass"}
)
# Built-in functions that hand on what they are given; others of the kind have a node of their own.
_PASSING = frozenset({"btrim", "ltrim", "rtrim", "translate", "to_char", "array_to_string", "concat_ws"})
_SPEC = re.compile(r"%(?:(\d+)\$)?-?\d*([sIL%])")
# `if q not in ('a', 'b') then raise`: what comes after has one of the values that the author wrote.
_LITERALS = r"\s*'[^']*'(?:::\w+)?(?:\s*,\s*'[^']*'(?:::\w+)?)*\s*"
_LISTED = re.compile(
    rf"\bif\s+(?:\w+\.)?(\w+)\s*(?:not\s+in\s*\({_LITERALS}\)|<>\s*all\s*\(\s*array\s*\[{_LITERALS}\](?:::\w+\[\])?\s*\))"
    r"\s*then\s+(?:raise\s+(?:exception\b|')|return\b)",
    re.IGNORECASE,
)
_PLATFORM = frozenset({"tg_table_name", "tg_table_schema", "tg_relname", "tg_op", "tg_name", "found"})


def dynamic_statements(function: Function) -> list[tuple[Piece, Origin]]:
    """Each EXECUTE of the body, with the least trusted part of its text."""
    body = body_of(function)
    judge = _Judge(function, body)
    return [(piece, judge.text(piece.text, frozenset())) for piece in body.pieces if piece.dynamic]


class _Judge:
    def __init__(self, function: Function, body: Body) -> None:
        kinds = dict(zip(function.argument_names, function.arguments, strict=False))
        self.parameters = {name.lower(): kind for name, kind in kinds.items() if name}
        self.parameters |= {f"${n}": kind for n, kind in enumerate(function.arguments, 1)}
        self.name = function.name
        self.listed = {found[1].lower() for found in _LISTED.finditer(without_comments(function.body))}
        self.body = body

    def text(self, text: str, seen: frozenset[str]) -> Origin:
        """The origin of an expression's value; `seen` are the variables being followed."""
        tree = parse(text)
        return (
            Origin(Trust.UNKNOWN, "an expression that cannot be read")
            if tree is None
            else self.node(tree, seen)
        )

    def node(self, node: exp.Expr, seen: frozenset[str]) -> Origin:
        """The origin of one part."""
        match node:
            case exp.Literal() | exp.RawString() | exp.Boolean() | exp.Null() | exp.Neg():
                return _SAFE
            case exp.Paren():
                return self.node(node.this, seen)
            case exp.Cast():
                kind = node.args["to"].sql("postgres").lower()
                return _SAFE if _HARMLESS.fullmatch(kind) else self.node(node.this, seen)
            case exp.DPipe() | exp.Add():
                return self.worst([node.left, node.right], seen)
            case exp.Case():
                results = [branch.args["true"] for branch in node.args["ifs"]]
                return self.worst([*results, *filter(None, [node.args.get("default")])], seen)
            case exp.Subquery() if (inner := constant_select(node)) is not None:
                return self.node(inner, seen)
            case exp.Column() | exp.Parameter() | exp.Placeholder():
                return self.name_of(node, seen)
            case exp.Func() | exp.Dot():
                return self.call(node, seen)
        return Origin(Trust.UNKNOWN, "a value that is read at run time")

    def worst(self, nodes: list[exp.Expr], seen: frozenset[str]) -> Origin:
        """The least trusted of several parts."""
        return max((self.node(node, seen) for node in nodes), key=lambda o: o.trust, default=_SAFE)

    def call(self, node: exp.Expr, seen: frozenset[str]) -> Origin:
        """Quoting functions make text safe; others pass on what they are given."""
        made = next(calls_in(node), None)
        if made is None or made.node is not node:
            return self.worst(list(_arguments(node)), seen)
        inner = node.expression if isinstance(node, exp.Dot) else node
        if made.base in _QUOTING or made.base in _HARMLESS_CALLS:
            return _SAFE
        if made.base == "format":
            return self.format(list(_arguments(inner)), seen)
        if "." in made.name or (isinstance(inner, exp.Anonymous) and made.base not in _PASSING):
            return Origin(Trust.UNKNOWN, f"the result of {made.name}()")
        return self.worst(list(_arguments(inner)), seen)

    def format(self, arguments: list[exp.Expr], seen: frozenset[str]) -> Origin:
        """`%I` and `%L` quote, `%s` does not."""
        template, *values = arguments or [exp.null()]
        if not isinstance(template, exp.Literal | exp.RawString):
            return self.worst(arguments, seen)
        raw, position = [], 0
        for number, kind in _SPEC.findall(str(template.this)):
            if kind == "%":
                continue
            position = int(number) if number else position + 1
            if kind == "s" and position <= len(values):
                raw.append(values[position - 1])
        return self.worst(raw, seen)

    def name_of(self, node: exp.Expr, seen: frozenset[str]) -> Origin:
        """A parameter, a variable (followed to what was put in it), or a column of NEW or OLD."""
        name = node.sql("postgres").lower() if not isinstance(node, exp.Column) else identifier(node)
        name = name.removeprefix(f"{self.name}.")
        if name in self.parameters:
            kind = self.parameters[name].lower()
            return (
                _SAFE
                if _HARMLESS.fullmatch(kind) or name in self.listed
                else Origin(Trust.CALLER, f"the parameter {name}")
            )
        if name.startswith(("new.", "old.")):
            return Origin(Trust.CALLER, f"the row's column {name}")
        if name in _PLATFORM or name in seen:
            return _SAFE
        texts = [piece.text for piece in self.body.pieces if (piece.assigns or "").lower() == name]
        if not texts:
            return Origin(Trust.UNKNOWN, f"the variable {name}, which is filled at run time")
        return max((self.text(text, seen | {name}) for text in texts), key=lambda o: o.trust)


def _arguments(node: exp.Expr) -> list[exp.Expr]:
    values: list[exp.Expr] = []
    for value in node.args.values():
        values += [
            each for each in (value if isinstance(value, list) else [value]) if isinstance(each, exp.Expr)
        ]
    return values
