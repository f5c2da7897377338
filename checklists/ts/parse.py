"""The only import of the TypeScript parser: text in, a syntax tree out, with the nodes that matter already
found.

Crossing into the parser costs more than anything done in Python, so one search a file finds every node of
`KINDS`, and `Mark` carries what is asked of each again and again: its kind, its span and its lines.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from ast_grep_py import Config, SgNode, SgRoot

__all__ = [
    "FUNCTIONS",
    "LOOPS",
    "Mark",
    "Node",
    "Span",
    "Tree",
    "find_kinds",
    "mark",
    "matcher_fault",
    "matching",
    "parse",
    "span",
    "unwrap",
    "walk",
]

Node = SgNode
Span = tuple[int, int]
"""Offsets in characters of the module's text: first, and one past the last."""

FUNCTIONS = frozenset(
    {
        "arrow_function", "function_declaration", "function_expression", "generator_function",
        "generator_function_declaration", "method_definition",
    }
)  # fmt: skip
LOOPS = frozenset({"do_statement", "for_in_statement", "for_statement", "while_statement"})
KINDS = (
    *sorted(FUNCTIONS), *sorted(LOOPS), "ERROR", "abstract_class_declaration", "assignment_expression",
    "call_expression", "class", "class_declaration", "export_statement", "import_statement", "new_expression",
    "variable_declarator",
)  # fmt: skip
_WRAPPERS = frozenset(
    {"as_expression", "await_expression", "non_null_expression", "parenthesized_expression",
    "satisfies_expression",
     "type_assertion"}
)  # fmt: skip

_PLAIN = (".ts", ".mts", ".cts", ".svelte", ".vue")  # without tags among the code
_MASKINGS = 3
_IMPORTED_TYPE = re.compile(r"""import\((["'])[^"'\n]*\1\)(?=\.\w)""")


class Mark(NamedTuple):
    """A node with its place: `start` and `end` are offsets in characters, lines count from 1."""

    node: Node
    kind: str
    start: int
    end: int
    line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed file; `errors` lists 1-based lines where the grammar gave up and skipped text, `marks` the
    nodes of
    `KINDS` in source order, outer before inner.
    """

    path: str
    root: Node
    errors: tuple[int, ...]
    marks: tuple[Mark, ...] = ()


def parse(text: str, path: str) -> Tree:
    """Parse TypeScript, TSX, JavaScript or JSX; never raises, damage is reported in `errors`.

    Where the grammar that the file's name asks for stumbles, correct text that it is known to misread is
    masked, then the other grammar is tried (`<T>value` is a cast in one and a tag in the other), and the best
    reading kept. Offsets stay those of `text`.
    """
    first, second = ("typescript", "tsx") if path.endswith(_PLAIN) else ("tsx", "typescript")
    tree = _read(text, path, first)
    latest, masked = tree, text
    for _ in range(_MASKINGS):  # behind one stumble the next may show
        before, masked = masked, _mask(masked, latest)
        if masked == before:
            break
        latest = _read(masked, path, first)
        tree = min(tree, latest, key=_damage)
    if tree.errors:
        tree = min(tree, _read(text, path, second), key=_damage)
    return tree


def _damage(tree: Tree) -> int:
    return len(tree.errors)


def _mask(text: str, tree: Tree) -> str:
    """The text with what the grammar misreads replaced, character for character, by what it reads alike.

    That is a bare `&` in a tag's text or attribute, `export type * from`, and `import("m").T[]` as a type.
    """
    for each in tree.marks if tree.errors else ():
        if each.kind != "ERROR":
            continue
        wrong, around = text[each.start : each.end], each.node.parent()
        if wrong == "#" and text.startswith("&", each.start - 1):
            text = f"{text[: each.start - 1]}__{text[each.end :]}"
            continue
        if wrong.startswith("&"):
            plain = re.sub(r"&#?", lambda found: "_" * len(found[0]), wrong)
        elif wrong == "type" and around is not None and around.kind() == "export_statement":
            plain = "    "
        else:
            plain = _IMPORTED_TYPE.sub(lambda found: "import" + "_" * (len(found[0]) - 6), wrong)
        text = text[: each.start] + plain + text[each.end :]
    return text


def _read(text: str, path: str, grammar: str) -> Tree:
    root = SgRoot(text, grammar).root()
    marks = tuple(mark(node) for node in find_kinds(root, *KINDS))
    return Tree(path, root, tuple(sorted({m.line for m in marks if m.kind == "ERROR"})), marks)


def find_kinds(node: Node, *kinds: str) -> list[Node]:
    """Every node of these kinds at or below `node`, in source order, outer before inner."""
    return node.find_all(kind=", ".join(kinds))


def matching(text: str, path: str, matcher: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
    """The first and last line, from 1, of everything in a file that an ast-grep rule matches."""
    found = parse(text, path).root.find_all(cast("Config", dict(matcher)))
    places = (node.range() for node in found)
    return tuple((place.start.line + 1, place.end.line + 1) for place in places)


def matcher_fault(matcher: Mapping[str, Any]) -> str:
    """Why ast-grep does not take a rule; empty where it does."""
    try:
        SgRoot("", "typescript").root().find_all(cast("Config", dict(matcher)))
    except Exception as error:  # noqa: BLE001 - it raises bare ones, with causes, then its own stack
        words = str(error).partition("Stack backtrace")[0].split("\n")
        return "; ".join(line.strip() for line in words if line.strip() and line.strip() != "Caused by:")
    return ""


def mark(node: Node) -> Mark:
    """The node with its kind and place."""
    place = node.range()
    start, end = place.start, place.end
    return Mark(node, node.kind(), start.index, end.index, start.line + 1, end.line + 1)


def span(node: Node) -> Span:
    """First offset, and one past the last."""
    place = node.range()
    return place.start.index, place.end.index


def unwrap(node: Node) -> Node:
    """The expression inside `await`, parentheses, `!`, `as T` and `satisfies T`."""
    while node.kind() in _WRAPPERS:
        inner = [child for child in node.named_children() if child.kind() != "comment"]
        if not inner:
            return node
        node = inner[-1 if node.kind() == "type_assertion" else 0]
    return node


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in source order."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(current.children()))
