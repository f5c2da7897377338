"""What Postgres does again for each row that a policy judges, and what it does once a statement."""

from sqlglot import exp

from checklists.sql.expressions.calls import Call, bare_calls, calls_in
from checklists.sql.expressions.parse import conjuncts, parse, parse_query
from checklists.sql.expressions.scope import (
    Names,
    column_name,
    depends_on_row,
    own_columns_in,
    owner_of,
    relations_in,
)
from checklists.sql.expressions.session import session_value


def row_calls(text: str, names: Names) -> tuple[Call, ...]:
    """The bare session calls that are made for each row: those in a sub-query that does not read the row are
    not, for Postgres runs it once a statement.
    """
    return tuple(call for call in bare_calls(text) if not _stands_apart(call.node, names))


def _stands_apart(node: exp.Expr, names: Names) -> bool:
    """Whether the outermost sub-query around it does not read the row."""
    outermost, select = None, node.find_ancestor(exp.Select)
    while select is not None:
        outermost, select = select, select.find_ancestor(exp.Select)
    return outermost is not None and not depends_on_row(outermost, names)


def sought_columns(text: str, names: Names) -> frozenset[str]:
    """The own columns that an AND compares with a session call by `=`, so that an index on one of them finds
    the rows; nothing where a session call stands in any other place.
    """
    tree = parse(text)
    found: set[str] = set()
    for part in conjuncts(tree) if tree is not None else ():
        column = _sought(part, names)
        if column is None and row_calls(part.sql("postgres"), names):
            return frozenset()
        found |= {column} if column is not None else set()
    return frozenset(found)


def indexable_columns(text: str, names: Names) -> frozenset[str]:
    """The own columns that an AND compares by `=` with what the session says, asked anew or once a statement:
    an index on one of them finds the rows either way.
    """
    tree = parse(text)
    nodes = [part.unnest() for part in conjuncts(tree)] if tree is not None else []
    sides = [pair for n in nodes if isinstance(n, exp.EQ) for pair in ((n.left, n.right), (n.right, n.left))]
    tied = (side for side, other in sides if isinstance(side, exp.Column) and _is_of_session(other, names))
    return frozenset(column for side in tied for column in own_columns_in(side, names))


def _is_of_session(node: exp.Expr, names: Names) -> bool:
    """Whether it is worked out from what the session says, without the row or another table."""
    asks = any(session_value(each) is not None for each in node.walk())
    return asks and not own_columns_in(node, names) and not relations_in(node)


def _sought(part: exp.Expr, names: Names) -> str | None:
    node = part.unnest()
    if not isinstance(node, exp.EQ):
        return None
    for side, other in ((node.left, node.right), (node.right, node.left)):
        asks = any(session_value(each) is not None for each in other.walk()) and not other.find(exp.Select)
        if isinstance(side, exp.Column) and own_columns_in(side, names) and asks:
            return None if own_columns_in(other, names) else column_name(side)
    return None


def sums_up(query: str) -> bool:
    """Whether a query shows sums, counts and the like, with what they are grouped by, and no single rows."""
    tree = parse_query(query)
    if not isinstance(tree, exp.Select) or not tree.expressions:
        return False
    groups = tree.args.get("group")
    keys = {each.sql("postgres") for each in groups.expressions} if groups is not None else set()
    shown = [each.unalias() for each in tree.expressions if each.unalias().sql("postgres") not in keys]
    return bool(shown) and all(each.find(exp.AggFunc) is not None for each in shown)


def grouped_by(query: str) -> frozenset[str]:
    """The names of the columns that a query groups by and shows."""
    tree = parse_query(query)
    groups = tree.args.get("group") if isinstance(tree, exp.Select) else None
    if groups is None or not isinstance(tree, exp.Select):
        return frozenset()
    keys = {each.sql("postgres") for each in groups.expressions}
    shown = (each.unalias() for each in tree.expressions)
    return frozenset(
        column_name(each) for each in shown if isinstance(each, exp.Column) and each.sql("postgres") in keys
    )


def shown_besides_counts(query: str, names: Names) -> frozenset[str] | None:
    """The qualified relations of which a query shows more than how many rows there are; None where that
    cannot be told.
    """
    tree = parse_query(query)
    if not isinstance(tree, exp.Select) or tree.find(exp.CTE) is not None:
        return None
    shown = [c for each in tree.expressions for c in each.find_all(exp.Column, exp.Star)]
    shown = [each for each in shown if each.find_ancestor(exp.Count) is None]
    if any(each.find(exp.Star) is not None for each in shown):
        return None
    owners = {owner_of(column, names) for column in shown if isinstance(column, exp.Column)}
    return None if None in owners else frozenset(owner for owner in owners if owner is not None)


def row_searches(text: str, names: Names) -> tuple[str, ...]:
    """What the expression asks about each row: relations that a sub-query searches by an own column, and
    functions of the repo that take one.
    """
    tree = parse(text) if text else None
    if tree is None:
        return ()
    found: dict[str, None] = {}
    for select in tree.find_all(exp.Select):
        if select.args.get("from_") and own_columns_in(select, names):
            found.update(dict.fromkeys(sorted(relations_in(select))))
    for call in calls_in(tree):
        if names.is_repo_function(call.name) and own_columns_in(call.node, names):
            found[f"{call.name}(…)"] = None
    return tuple(found)


def constant_calls(text: str, names: Names) -> tuple[str, ...]:
    """The calls of the repo's functions that take no column and stand in no sub-select: `is_admin()`,
    `has_role(…)`.
    """
    tree = parse(text)
    found = [] if tree is None else [c for c in calls_in(tree) if names.is_repo_function(c.name)]
    inner = {id(each) for call in found for each in call.node.walk() if each is not call.node}
    alone = (call for call in found if id(call.node) not in inner and _is_constant(call.node))
    return tuple(f"{call.name}({'…' if call.arguments else ''})" for call in alone)


def _is_constant(node: exp.Expr) -> bool:
    call = node.expression if isinstance(node, exp.Dot) else node
    return node.find_ancestor(exp.Select) is None and not any(call.find_all(exp.Column))
