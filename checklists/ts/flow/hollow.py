"""Tests that nobody can fail: of `{ data, error }`, which Supabase answers whoever calls."""

from collections.abc import Iterator

from checklists.ts.flow.body import AnyCall, Body, result_names
from checklists.ts.flow.syntax import comparison, member_path, negated, operands, root_name
from checklists.ts.parse import Node, find_kinds, span, unwrap

_JOINING = ("&&", "||")


def hollow_test(body: Body, call: AnyCall) -> str | None:
    """The variable that holds a call's whole answer, and is tested as if it were the user; None for none."""
    names = {local.name for local in result_names(body, call) if not local.path}
    names = {name for name in names if sum(local.name == name for local in body.locals) == 1}
    if not names:
        return None
    questions = [
        (name, member_path(asked))
        for asked in _asked(body.function.node)
        if span(asked)[0] > call.end and (name := root_name(asked)) in names and name is not None
    ]
    if any(path for _, path in questions):
        return None  # `result && result.data.user`
    return next((name for name, _ in questions), None)


def _asked(node: Node) -> Iterator[Node]:
    """What stands where only its being there counts: conditions, and the sides of `&&`."""
    for each in find_kinds(
        node, "if_statement", "ternary_expression", "binary_expression", "unary_expression"
    ):
        condition = each.field("condition")
        sides = comparison(each)
        if condition is not None:
            yield from map(_plain, operands(condition, *_JOINING))
        elif sides is not None and sides[1] in _JOINING:
            yield _plain(sides[0])
        elif (inner := negated(each)) is not None:
            yield _plain(inner)


def _plain(node: Node) -> Node:
    """`x` of `!!x`, and of `x != null`."""
    inner = negated(node)
    if inner is not None:
        return _plain(inner)
    sides = comparison(node)
    if sides is not None and unwrap(sides[2]).text() in ("null", "undefined"):
        return _plain(sides[0])
    return unwrap(node)
