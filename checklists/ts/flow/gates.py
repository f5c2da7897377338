"""Where a test decides what runs: the lines that are reached only if a tested value was there.

`if (!user) return` gates the rest of its block, `if (user) { … }` its own block. A `try` whose `catch` always
leaves is seen through: what follows it runs only if the test inside passed.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from checklists.ts.flow.body import Body
from checklists.ts.flow.syntax import (
    BLOCKS,
    callee,
    comparison,
    is_leaving,
    leaves,
    member_path,
    negated,
    operands,
    root_name,
)
from checklists.ts.parse import FUNCTIONS, Mark, Node, Span, span, unwrap

_NOTHING = frozenset({"null", "undefined", "false", "''", '""', "0"})
_EQUAL = frozenset({"==", "==="})
_UNEQUAL = frozenset({"!=", "!=="})

_REFUSING = re.compile(
    r"response|\bjson\b|redirect|fail|error|unauthori[sz]ed|forbidden|denied|reject|notFound", re.IGNORECASE
)

_REDIRECTS = re.compile(r"(?:^|\.)(?:redirect|permanentRedirect)$")

Absent = Callable[[Node], bool]
"""Whether an expression is true exactly where the tested value is missing."""


@dataclass(frozen=True, slots=True)
class Gate:
    """The text that a test lets through; `exit` is what turns others away, None for a positive test.

    `otherwise` is a block in which others may still identify themselves: the gate holds only if that block
    has a gate of its own. `idle` where the text only redirects, or is a part of a page.
    """

    covers: Span
    exit: Node | None
    goes_up: bool = False
    otherwise: Span | None = None
    idle: bool = False


def gates_on(body: Body, names: frozenset[str], absent: Absent, present: Absent) -> Iterator[Gate]:
    """Every gate whose condition tests one of these names in the way that the two functions recognise.

    Args:
        body: The function.
        names: Variables of interest; conditions without any of them are skipped.
        absent: Recognises the operand of a condition that holds for a missing value (`!user`).
        present: Recognises the operand that holds for a present one (`user`, `user.role === "admin"`).
    """
    for branch in body.branches:
        if names & branch.names:
            yield from branch_gates(branch.mark, branch.condition, absent, present)


def branch_gates(branch: Mark, condition: Node, absent: Absent, present: Absent) -> Iterator[Gate]:
    """The gates that one `if` or `? :` makes."""
    yes, no = branch.node.field("consequence"), branch.node.field("alternative")
    if any(_all_absent(part, absent) for part in operands(condition, "||")):
        exit_ = leaves(yes) if yes is not None and branch.kind == "if_statement" else None
        if exit_ is not None and yes is not None and _acts(exit_, condition, present):
            yield Gate(span(yes), None)
            if no is not None and (refusal := leaves(no)) is not None:
                yield Gate(covered_after(branch.node), refusal, goes_up(refusal))
        elif exit_ is not None:
            yield Gate(covered_after(branch.node), exit_, goes_up(exit_))
        elif no is not None:
            yield Gate(span(no), None)
        elif yes is not None and yes.kind() == "statement_block":
            yield Gate(covered_after(branch.node), None, otherwise=span(yes))
    elif yes is not None and any(present(part) for part in operands(condition, "&&")):
        yield Gate(span(yes), None, idle=_is_idle(yes))
        exit_ = leaves(no) if no is not None else None
        if exit_ is not None:
            yield Gate(covered_after(branch.node), exit_, goes_up(exit_))


def _is_idle(block: Node) -> bool:
    """Whether a block ends by sending its callers to another page, or is markup."""
    if unwrap(block).kind().startswith("jsx_"):
        return True
    exit_ = leaves(block)
    inner = (
        [child for child in exit_.named_children() if child.kind() != "comment"] if exit_ is not None else []
    )
    return bool(inner) and bool(_REDIRECTS.search(callee(unwrap(inner[0]))))


def _acts(exit_: Node, condition: Node, present: Absent) -> bool:
    """`if (isAdmin) return run(input)`: the branch that leaves is the one for known callers."""
    parts = list(operands(condition, "||", "&&"))
    if not any(present(part) for part in parts) or any(_is_negative(part) for part in parts):
        return False
    value = unwrap(exit_.named_children()[0]) if exit_.named_children() else None
    return value is not None and value.kind() == "call_expression" and not _REFUSING.search(callee(value))


def _is_negative(part: Node) -> bool:
    sides = comparison(part)
    return negated(part) is not None or (sides is not None and sides[1] in (*_UNEQUAL, "instanceof", "in"))


def _all_absent(part: Node, absent: Absent) -> bool:
    """`!user && !key` turns away only where both are missing: each of the two must be a test."""
    return all(absent(inner) for inner in operands(part, "&&"))


def goes_up(exit_: Node) -> bool:
    """Whether the exit leaves the callers too: `throw` and `redirect` do, unless they are caught."""
    if exit_.kind() == "return_statement":
        value = exit_.named_children()
        if not value or not is_leaving(value[0]):
            return False
    return not _is_caught(exit_)


def _is_caught(exit_: Node) -> bool:
    inner = exit_
    for above in exit_.ancestors():
        if above.kind() in FUNCTIONS:
            return False
        if above.kind() == "try_statement" and above.field("body") == inner:
            handler = above.field("handler")
            caught = handler.field("body") if handler is not None else None
            last = leaves(caught) if caught is not None else None
            if caught is not None and (last is None or last.kind() != "throw_statement"):
                return True
        inner = above
    return False


def covered_after(node: Node) -> Span:
    """The text that runs only after the statement around `node` has run through."""
    end = span(node)[1]
    block = _block(node)
    return end, end if block is None else _end(block)


def _block(node: Node) -> Node | None:
    for above in node.ancestors():
        if above.kind() in BLOCKS:
            return above
        if above.kind() in FUNCTIONS:
            return above
    return None


def _end(block: Node) -> int:
    """Where the text ends that the block's statements dominate."""
    above = block.parent()
    if block.kind() == "statement_block" and above is not None and above.kind() == "try_statement":
        handler = above.field("handler")
        caught = handler.field("body") if handler is not None else None
        around = _block(above)
        is_body = above.field("body") == block
        if is_body and around is not None and (caught is None or leaves(caught) is not None):
            return _end(around)
    if block.kind() == "statement_block" and above is not None and above.kind() in BLOCKS:
        return _end(above)
    return span(block)[1]


def missing(names: frozenset[str], parts: Callable[[str, str], bool]) -> Absent:
    """Recognises `!x`, `x == null`, `x.role !== y` for a name whose part (name, path) is one that tells."""

    def told(node: Node) -> bool:
        return any(parts(name, path) for name, path in chains(node, names))

    def absent(node: Node) -> bool:
        inner = negated(node)
        if inner is not None:
            return told(inner)
        sides = comparison(node)
        if sides is None:
            return False
        left, operator, right = sides
        if operator in _EQUAL:
            nothing = {unwrap(left).text(), unwrap(right).text()} & _NOTHING
            return bool(nothing) and (told(left) or told(right))
        return operator in _UNEQUAL and not _is_nothing(left, right) and (told(left) or told(right))

    return absent


def present(names: frozenset[str], parts: Callable[[str, str], bool]) -> Absent:
    """Recognises `x`, `x != null`, `x.role === "admin"` for a name whose part is one that tells."""

    def told(node: Node) -> bool:
        return any(parts(name, path) for name, path in chains(node, names))

    def is_present(node: Node) -> bool:
        if negated(node) is not None:
            return False
        sides = comparison(node)
        if sides is None:
            return told(node)
        left, operator, right = sides
        if operator in _UNEQUAL:
            return _is_nothing(left, right) and (told(left) or told(right))
        return operator in _EQUAL and not _is_nothing(left, right) and (told(left) or told(right))

    return is_present


def _is_nothing(left: Node, right: Node) -> bool:
    return bool({unwrap(left).text(), unwrap(right).text()} & _NOTHING)


def chains(node: Node, names: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Each use of a name in an expression, with the longest member chain read from it."""
    node = unwrap(node)
    name = root_name(node)
    if name is not None:
        if name in names:
            yield name, member_path(node)
        return
    for child in node.named_children():
        yield from chains(child, names)
