"""Small questions about syntax nodes that every part of the flow analysis asks."""

import re
from collections.abc import Iterator

from checklists.ts.parse import Node, find_kinds, span, unwrap

BLOCKS = frozenset({"statement_block", "program", "switch_case", "switch_default"})
_CHAINS = frozenset({"member_expression", "subscript_expression"})
_NOISE = re.compile(r"\s+|\?(?=\.)|!(?=\.)")
_LEAVING_CALL = re.compile(
    r"(?:^|\.)(?:redirect|permanentRedirect|notFound|unauthorized|forbidden|redirectToSignIn)$"
)


def squeeze(text: str) -> str:
    """Source text without blanks, `?.` and `!.` read as `.`."""
    return _NOISE.sub("", text)


def on_one_line(text: str) -> str:
    """Source text as written, with each run of blanks and line ends as one blank."""
    return " ".join(text.split())


def callee(call: Node) -> str:
    """What is called, squeezed: `supabase.auth.getUser`."""
    function = call.field("function") or call.field("constructor")
    return "" if function is None else squeeze(unwrap(function).text())


def arguments(call: Node) -> list[Node]:
    """The arguments of a call, comments left out; a tagged template has none."""
    given = call.field("arguments")
    if given is None or given.kind() != "arguments":
        return []
    return [node for node in given.named_children() if node.kind() != "comment"]


def identifiers(node: Node) -> set[str]:
    """Names of variables used in an expression, shorthand properties included."""
    return {each.text() for each in find_kinds(node, "identifier", "shorthand_property_identifier")}


def root_name(node: Node) -> str | None:
    """`user` for `user?.app_metadata.role` and for `user!`; None for what is not a member chain."""
    node = unwrap(node)
    while node.kind() in _CHAINS:
        inner = node.field("object")
        if inner is None:
            return None
        node = unwrap(inner)
    return node.text() if node.kind() == "identifier" else None


def member_path(node: Node) -> str:
    """`data.user` for `res?.data!.user`; empty for a bare name."""
    parts: list[str] = []
    node = unwrap(node)
    while node.kind() in _CHAINS:
        name = node.field("property") or node.field("index")
        parts.append("" if name is None else name.text().strip("'\"`"))
        inner = node.field("object")
        if inner is None:
            break
        node = unwrap(inner)
    return ".".join(reversed(parts))


def join(first: str, second: str) -> str:
    """Two property paths as one; either may be empty."""
    return f"{first}.{second}" if first and second else first or second


def holds(outer: Node, inner: Node) -> bool:
    """Whether one node lies in the other's text."""
    first, last = span(outer)
    start, end = span(inner)
    return first <= start and end <= last


def statements(node: Node) -> list[Node]:
    """The statements of a block, or the one statement that stands without braces."""
    if node.kind() == "else_clause":
        inner = [child for child in node.named_children() if child.kind() != "comment"]
        return statements(inner[0]) if inner else []
    if node.kind() == "statement_block":
        return [child for child in node.named_children() if child.kind() != "comment"]
    return [node]


def leaves(branch: Node) -> Node | None:
    """The statement by which a branch always leaves its function (return, throw, redirect), or None."""
    for statement in statements(branch):
        found = _leaves(statement)
        if found is not None:
            return found
    return None


def _leaves(statement: Node) -> Node | None:
    kind = statement.kind()
    if kind in ("return_statement", "throw_statement"):
        return statement
    if kind == "expression_statement":
        return statement if is_leaving(statement.child(0)) else None
    if kind == "try_statement":
        body = statement.field("body")
        return None if body is None else leaves(body)
    if kind != "if_statement":
        return None
    yes, no = statement.field("consequence"), statement.field("alternative")
    if yes is None or no is None or leaves(no) is None:
        return None
    return leaves(yes)


def is_leaving(node: Node | None) -> bool:
    """Whether an expression is a call that never returns, such as Next's `redirect`."""
    if node is None:
        return False
    node = unwrap(node)
    return node.kind() == "call_expression" and bool(_LEAVING_CALL.search(callee(node)))


def operands(node: Node, *operators: str) -> Iterator[Node]:
    """The parts of `a || b || c`, parentheses seen through; the node itself where it is no such chain."""
    node = unwrap(node)
    parts = comparison(node)
    if parts is not None and parts[1] in operators:
        yield from operands(parts[0], *operators)
        yield from operands(parts[2], *operators)
    else:
        yield node


def comparison(node: Node) -> tuple[Node, str, Node] | None:
    """Left, operator and right of a binary expression."""
    node = unwrap(node)
    if node.kind() != "binary_expression":
        return None
    left, operator, right = node.field("left"), node.field("operator"), node.field("right")
    if left is None or operator is None or right is None:
        return None
    return left, operator.text(), right


def negated(node: Node) -> Node | None:
    """`x` of `!x`."""
    node = unwrap(node)
    if node.kind() != "unary_expression":
        return None
    operator, argument = node.field("operator"), node.field("argument")
    return (
        unwrap(argument) if operator is not None and argument is not None and operator.text() == "!" else None
    )
