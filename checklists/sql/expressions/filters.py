"""The literals of an expression, and the comparisons it makes of its own columns."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from checklists.sql.expressions.calls import calls_in
from checklists.sql.expressions.parse import bare, conjuncts, disjuncts, parse
from checklists.sql.expressions.scope import Names, column_name, own_columns_in, owner_of

_EQUALITIES = (exp.EQ, exp.In, exp.NullSafeEQ)
_RANGES = (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between)


@dataclass(frozen=True, slots=True)
class Filter:
    """A comparison of one column; `relation` is qualified, `kind` is `equality` or `range`."""

    relation: str
    column: str
    kind: str


def own_filters(text: str, names: Names) -> tuple[Filter, ...]:
    """Every comparison of a bare column, of the expression's own table or of one its sub-queries read."""
    tree = parse(text)
    return () if tree is None else tuple(_filters(tree, names))


def _filters(tree: exp.Expr, names: Names) -> Iterator[Filter]:
    for node in tree.find_all(*_EQUALITIES, *_RANGES):
        kind = "equality" if isinstance(node, _EQUALITIES) else "range"
        for side in (node.this, node.args.get("expression")):
            column = None if side is None else bare(side)
            if isinstance(column, exp.Column) and (relation := owner_of(column, names)) is not None:
                yield Filter(relation, column_name(column), kind)


def literals(text: str) -> tuple[str, ...]:
    """Every string literal, in order."""
    tree = parse(text)
    return (
        ()
        if tree is None
        else tuple(str(node.this) for node in tree.find_all(exp.Literal, bfs=False) if node.is_string)
    )


def text_literals(text: str, names: Names) -> tuple[tuple[str, str], ...]:
    """(own column, literal) for every literal that one of the own columns is compared with."""
    tree = parse(text)
    return () if tree is None else tuple(_compared(tree, names))


def _compared(tree: exp.Expr, names: Names) -> Iterator[tuple[str, str]]:
    for node in tree.find_all(exp.EQ, exp.NEQ, exp.In):
        if any(True for _ in calls_in(node.this)):
            continue
        columns = own_columns_in(node.this, names)
        values = node.find_all(exp.Literal)
        if len(columns) == 1 and isinstance(bare(node.this), exp.Column):
            yield from ((next(iter(columns)), str(value.this)) for value in values if value.is_string)


def always_reads(text: str, column: str, names: Names) -> bool:
    """Whether every way through the expression's ORs reads this own column."""
    tree = parse(text)
    return tree is not None and all(column in own_columns_in(part, names) for part in disjuncts(tree))


@dataclass(frozen=True, slots=True)
class Condition:
    """What a part of an AND asks of one own column: `kind` is `null`, `not null` or `value` with its text."""

    column: str
    kind: str
    value: str = ""


def conditions(text: str, names: Names) -> tuple[Condition, ...]:
    """The parts of an AND, each of one own column; nothing where any part is of another form."""
    tree = parse(text)
    found = [] if tree is None else [_condition(part, names) for part in conjuncts(tree)]
    return tuple(each for each in found if each is not None) if None not in found else ()


def _condition(part: exp.Expr, names: Names) -> Condition | None:
    node = part.unnest()
    negated = isinstance(node, exp.Not)
    inner = node.this.unnest() if negated else node
    if isinstance(inner, exp.Column):
        return _of_column(inner, "value", "false" if negated else "true", names)
    if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null):
        kind = "not null" if negated or inner.args.get("negate") else "null"
        return _of_column(bare(inner.this), kind, "", names)
    if isinstance(inner, exp.EQ | exp.Is) and not negated and not inner.args.get("negate"):
        value = bare(inner.expression)
        if isinstance(value, exp.Literal | exp.Boolean):
            text = str(value.this).lower() if isinstance(value, exp.Boolean) else str(value.this)
            return _of_column(bare(inner.this), "value", text, names)
    return None


def _of_column(node: exp.Expr, kind: str, value: str, names: Names) -> Condition | None:
    if not isinstance(node, exp.Column) or own_columns_in(node, names) != {column_name(node)}:
        return None
    return Condition(column_name(node), kind, value)


def demands_unmarked(text: str, column: str, names: Names) -> bool:
    """Whether every way through the expression's ORs asks that the own column is NULL, or false."""
    tree = parse(text)
    if tree is None:
        return False
    return all(any(_is_unmarked(part, column, names) for part in conjuncts(way)) for way in disjuncts(tree))


def _is_unmarked(part: exp.Expr, column: str, names: Names) -> bool:
    """`c is null`, `not c`, `c = false`, `c is false`, `coalesce(c, false) = false`."""
    node = part.unnest()
    if isinstance(node, exp.Not):
        inner = node.this.unnest()
        return isinstance(inner, exp.Column) and own_columns_in(inner, names) == {column}
    if not isinstance(node, exp.Is | exp.EQ) or node.args.get("negate"):
        return False
    nothing = isinstance(node.expression, exp.Null) if isinstance(node, exp.Is) else False
    false = isinstance(node.expression, exp.Boolean) and not node.expression.this
    return (nothing or false) and own_columns_in(node.this, names) == {column}


def is_exactly(text: str, column: str, value: str) -> bool:
    """Whether the expression is `column = 'value'`, or a list of values with this one, and nothing else."""
    tree = parse(text)
    if tree is None:
        return False
    node = tree.unnest()
    if not isinstance(node, exp.EQ | exp.In) or not isinstance(bare(node.this), exp.Column):
        return False
    values = {str(literal.this) for literal in node.find_all(exp.Literal)}
    columns = {column_name(each) for each in node.find_all(exp.Column)}
    return columns == {column} and value in values
