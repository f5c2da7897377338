"""Which own columns an expression ties to the caller, and whether only special callers get through."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp

from checklists.sql.expressions.calls import calls_in
from checklists.sql.expressions.parse import bare, conjuncts, disjuncts, parse
from checklists.sql.expressions.scope import Names, own_columns_in, relations_in
from checklists.sql.expressions.session import session_value
from checklists.sql.expressions.truth import Caller, always_true_node


@dataclass(frozen=True, slots=True)
class Reach:
    """What a condition demands of a plain signed-in caller.

    `columns` are the own columns tied to the caller (`created_by = auth.uid()`, `is_member(org_id)`,
    `org_id in (select … auth.uid())`) in every way that a plain caller can pass. `gated` is true where a
    plain caller cannot pass at all: something about the caller alone is demanded (`is_admin()`, a claim, a
    row of a roles table).
    """

    columns: frozenset[str] = frozenset()
    gated: bool = False

    @property
    def free(self) -> bool:
        """Whether nothing ties a row to the caller and nothing keeps a plain caller out."""
        return not self.columns and not self.gated


@lru_cache(maxsize=4096)
def reach(text: str, names: Names) -> Reach | None:
    """What the expression demands of its caller; None where it cannot be read."""
    tree = parse(text)
    if tree is None:
        return None
    try:
        return _reach(tree, names)
    except RecursionError:
        return None


def _reach(node: exp.Expr, names: Names) -> Reach:
    node = _inner(node)
    if isinstance(node, exp.And):
        left, right = _reach(node.left, names), _reach(node.right, names)
        return Reach(left.columns | right.columns, left.gated or right.gated)
    if isinstance(node, exp.Or):
        sides = (_reach(node.left, names), _reach(node.right, names))
        plain = tuple(side for side in sides if not side.gated) or sides
        return Reach(
            frozenset.intersection(*(side.columns for side in plain)), all(side.gated for side in sides)
        )
    return _atom(node, names)


def _inner(node: exp.Expr) -> exp.Expr:
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def _atom(node: exp.Expr, names: Names) -> Reach:
    if not reads_caller(node, names) or isinstance(node, exp.NEQ | exp.NullSafeNEQ | exp.NullSafeEQ):
        return Reach()
    columns = own_columns_in(node, names)
    if isinstance(node, exp.Not | exp.Is):
        return Reach(gated=not columns and not _passes(node))
    return Reach(columns) if columns else Reach(gated=not _passes(node))


def _passes(node: exp.Expr) -> bool:
    """Whether every signed-in caller satisfies it, or every visitor does."""
    return any(always_true_node(node, caller) for caller in (Caller.SIGNED_IN, Caller.ANONYMOUS))


def reads_caller(node: exp.Expr, names: Names) -> bool:
    """Whether it reads the session or another table, or runs a function of the repo, which may do either."""
    if relations_in(node) or any(names.is_repo_function(call.name) for call in calls_in(node)):
        return True
    return any(session_value(each) is not None for each in node.walk()) or any(node.find_all(exp.CurrentUser))


def always_asks_caller(text: str, asking: frozenset[str]) -> bool:
    """Whether every way through the expression's ORs reads the session, itself or by one of the functions
    `asking`.
    """
    tree = parse(text)
    return tree is not None and all(_asks(part, asking) for part in disjuncts(tree))


def _asks(part: exp.Expr, asking: frozenset[str]) -> bool:
    called = {call.name if "." in call.name else f"public.{call.name}" for call in calls_in(part)}
    return bool(called & asking) or any(session_value(each) not in (None, "jwt") for each in part.walk())


def owner_columns(text: str, names: Names) -> frozenset[str]:
    """The own columns compared by `=` with the caller's own id."""
    tree = parse(text)
    return frozenset() if tree is None else frozenset(_owners(tree, names))


def _owners(tree: exp.Expr, names: Names) -> Iterator[str]:
    for node in tree.find_all(exp.EQ):
        for side, other in ((node.left, node.right), (node.right, node.left)):
            column = bare(side)
            if isinstance(column, exp.Column) and session_value(bare(other)) == "uid":
                yield from own_columns_in(column, names)


def own_or_none(text: str, names: Names) -> frozenset[str]:
    """The own columns that each way through holds to the caller's own id, or to NULL."""
    tree = parse(text)
    return frozenset() if tree is None else _own_or_none(tree, names)


def _own_or_none(node: exp.Expr, names: Names) -> frozenset[str]:
    node = _inner(node)
    if isinstance(node, exp.And | exp.Or):
        left, right = _own_or_none(node.left, names), _own_or_none(node.right, names)
        return left | right if isinstance(node, exp.And) else left & right
    if isinstance(node, exp.EQ):
        return frozenset(_owners(node, names))
    column = bare(node.this) if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null) else None
    absent = isinstance(column, exp.Column) and not node.args.get("negate")
    return own_columns_in(column, names) if column is not None and absent else frozenset()


def tied_columns(text: str, names: Names) -> frozenset[str]:
    """The bare own columns compared with the caller by `=` or IN, anywhere: what an index can serve."""
    tree = parse(text)
    found: set[str] = set()
    for node in tree.find_all(exp.EQ, exp.In) if tree is not None else ():
        sides = [node.this, node.args.get("expression")]
        for side, other in (sides, sides[::-1]):
            column = None if side is None else bare(side)
            rest = other if other is not None else node.args.get("query")
            if isinstance(column, exp.Column) and rest is not None and reads_caller(rest, names):
                found |= own_columns_in(column, names)
    return frozenset(found)


def own_ways(text: str, names: Names) -> tuple[frozenset[str], ...]:
    """The ways through an expression open to every signed-in user with a row of their own.

    Each is one part of an OR, as the own columns that it names. Parts that ask another table or a function of
    the repo are left out: who passes those is not for the expression to say.
    """
    tree = parse(text)
    parts = () if tree is None else tuple(disjuncts(tree))
    return tuple(own_columns_in(part, names) for part in parts if _is_own(part, names))


def always_tied(text: str, names: Names) -> bool:
    """Whether each way through its ORs compares a bare own column with the caller, as indexes need it."""
    tree = parse(text)
    return tree is not None and all(
        any(tied_columns(each.sql("postgres"), names) for each in conjuncts(part)) for part in disjuncts(tree)
    )


def held_columns(text: str, names: Names) -> frozenset[str]:
    """The own columns that each way open to a plain caller holds to a value that is written there:
    `org_id is null`, `status = 'closed'`.
    """
    tree = parse(text)
    parts = () if tree is None else tuple(p for p in disjuncts(tree) if not _reach(p, names).gated)
    held = [frozenset(c for each in conjuncts(part) for c in _held(each, names)) for part in parts]
    return frozenset.intersection(*held) if held else frozenset()


def _held(node: exp.Expr, names: Names) -> Iterator[str]:
    node = node.unnest()
    if not isinstance(node, exp.EQ | exp.Is | exp.In) or node.args.get("negate") or reads_caller(node, names):
        return
    values = [node.args.get("expression"), *node.expressions]
    column = bare(node.this)
    if isinstance(column, exp.Column) and not any(v.find(exp.Column) for v in values if v is not None):
        yield from own_columns_in(column, names)


def _is_own(part: exp.Expr, names: Names) -> bool:
    asks = relations_in(part) or any(names.is_repo_function(call.name) for call in calls_in(part))
    return not asks and not _reach(part, names).gated
