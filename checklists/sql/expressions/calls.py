"""The calls an expression makes, and where they stand."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from checklists.sql.expressions.parse import constant_select, parse

# What a session knows of its caller; the same for every row of a statement.
SESSION_CALLS = frozenset({"auth.uid", "auth.jwt", "auth.role", "auth.email", "current_setting"})
_NOT_CALLS = (exp.Connector, exp.Cast, exp.Exists, exp.Case, exp.Coalesce, exp.Nullif, exp.Array, exp.If)


@dataclass(frozen=True, slots=True)
class Call:
    """`name` is lower-case and qualified where the text qualifies it."""

    name: str
    arguments: int
    node: exp.Expr

    @property
    def base(self) -> str:
        """The name without its schema."""
        return self.name.rpartition(".")[2]


def calls(text: str) -> tuple[Call, ...]:
    """Every call in the expression, sub-queries included."""
    tree = parse(text)
    return () if tree is None else tuple(calls_in(tree))


def calls_in(tree: exp.Expr) -> Iterator[Call]:
    """Every call below a node."""
    for node in tree.find_all(exp.Func):
        if isinstance(node, _NOT_CALLS):
            continue
        whole: exp.Expr = node
        name = _base_name(node)
        parent = node.parent
        if isinstance(parent, exp.Dot) and parent.expression is node:
            whole, name = parent, f"{identifier(parent.this)}.{name}"
        yield Call(name.removeprefix("pg_catalog."), _count(node), whole)


def bare_calls(text: str, names: frozenset[str] = SESSION_CALLS) -> tuple[Call, ...]:
    """Calls to `names` that Postgres makes again for each row.

    `(select auth.uid())` runs once, as an InitPlan: only a scalar sub-select without FROM takes a call out of
    the row's loop, at whatever depth it stands.
    """
    return tuple(call for call in calls(text) if call.name in names and not _runs_once(call.node))


def never_alone(text: str, names: frozenset[str] = SESSION_CALLS) -> tuple[Call, ...]:
    """Calls to `names` that no sub-select selects by themselves: `(select auth.jwt() ->> 'sub')`."""
    found = [call for call in calls(text) if call.name in names]
    alone = {call.name for call in found if isinstance(call.node.parent, exp.Select | exp.Alias)}
    return tuple(call for call in found if call.name not in alone)


def mentions(text: str, words: frozenset[str]) -> bool:
    """Whether any string literal or identifier of the expression is one of these words."""
    tree = parse(text)
    if tree is None:
        return False
    nodes = tree.find_all(exp.Literal, exp.Identifier, exp.JSONPathKey)
    return any(str(node.this) in words for node in nodes)


def identifier(node: exp.Expr) -> str:
    """A name as Postgres stores it: folded, unless quoted."""
    if isinstance(node, exp.Identifier):
        return str(node.this) if node.args.get("quoted") else str(node.this).lower()
    if isinstance(node, exp.Column):
        return ".".join(identifier(part) for part in node.parts)
    if isinstance(node, exp.Dot):
        return f"{identifier(node.this)}.{identifier(node.expression)}"
    return node.name.lower()


def _base_name(node: exp.Func) -> str:
    if isinstance(node, exp.Anonymous):
        named = node.this
        return str(named).lower() if isinstance(named, str) else identifier(named)
    return node.sql_name().lower()


def _count(node: exp.Func) -> int:
    if isinstance(node, exp.Anonymous):
        return len(node.expressions)
    return sum(1 for value in node.args.values() if isinstance(value, exp.Expr)) + len(node.expressions)


def _runs_once(node: exp.Expr) -> bool:
    above = node.parent
    while above is not None:
        if isinstance(above, exp.Subquery) and constant_select(above) is not None:
            return not any(True for _ in constant_select(above).find_all(exp.Column))  # type: ignore[union-attr]
        above = above.parent
    return False
