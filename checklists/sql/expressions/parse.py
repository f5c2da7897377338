"""SQL text to a sqlglot tree, or None where it cannot be read."""

import logging
from collections.abc import Iterator
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

# It warns of what it cannot read with the text of the repo under review, on the terminal and unescaped.
logging.getLogger("sqlglot").addHandler(logging.NullHandler())
logging.getLogger("sqlglot").propagate = False
# Deeper or longer expressions are generated, and cost more stack than they are worth.
_LONGEST = 30_000
_DEEPEST = 150  # levels; people write thirty, and a question takes up to five calls for each


@lru_cache(maxsize=8192)
def parse(text: str) -> exp.Expr | None:
    """The tree of one expression; callers share it and must not change it."""
    return _read(text, exp.Condition)


@lru_cache(maxsize=2048)
def parse_query(text: str) -> exp.Query | None:
    """The tree of one SELECT; callers share it and must not change it."""
    tree = _read(text, None)
    return tree if isinstance(tree, exp.Query) else None


@lru_cache(maxsize=2048)
def parse_statement(text: str) -> exp.Expr | None:
    """The tree of one statement of any kind; callers share it and must not change it."""
    return _read(text, None)


def readable(text: str) -> bool:
    """Whether the expression can be reasoned about at all."""
    return parse(text) is not None


def _read(text: str, into: type[exp.Expr] | None) -> exp.Expr | None:
    if len(text) > _LONGEST:
        return None
    try:
        tree: exp.Expr = sqlglot.parse_one(text, read="postgres", into=into)
    except (SqlglotError, RecursionError, TypeError, AttributeError):  # the last two of `0?` and its like
        return None
    return None if _too_deep(tree) else tree


def _too_deep(tree: exp.Expr) -> bool:
    """Whether questions would not come to the end of it; told here, once."""
    level = [tree]
    for _ in range(_DEEPEST):
        level = [below for node in level for below in node.iter_expressions()]
        if not level:
            return False
    return True


def bare(node: exp.Expr) -> exp.Expr:
    """The node without parentheses, casts, and `(select x)` around it."""
    while True:
        if isinstance(node, exp.Paren | exp.Cast):
            node = node.this
        elif isinstance(node, exp.Subquery) and (inner := constant_select(node.this)) is not None:
            node = inner
        else:
            return node


def constant_select(node: exp.Expr | None) -> exp.Expr | None:
    """What `select x` without FROM and WHERE selects, in any parentheses; None for any other query."""
    while isinstance(node, exp.Subquery | exp.Paren):
        node = node.this
    if not isinstance(node, exp.Select) or len(node.expressions) != 1:
        return None
    if any(node.args.get(part) for part in ("from_", "where", "joins", "limit", "offset", "having", "group")):
        return None
    selected: exp.Expr = node.expressions[0].unalias()
    return selected


def conjuncts(node: exp.Expr) -> Iterator[exp.Expr]:
    """The parts joined by AND at the top."""
    node = node.unnest()
    if isinstance(node, exp.And):
        yield from conjuncts(node.left)
        yield from conjuncts(node.right)
    else:
        yield node


def disjuncts(node: exp.Expr) -> Iterator[exp.Expr]:
    """The parts joined by OR at the top."""
    node = node.unnest()
    if isinstance(node, exp.Or):
        yield from disjuncts(node.left)
        yield from disjuncts(node.right)
    else:
        yield node
