"""The only import of the TypeScript parser: text in, a syntax tree to walk out."""

from collections.abc import Iterator
from dataclasses import dataclass

from ast_grep_py import SgNode, SgRoot

__all__ = ["Node", "Tree", "parse", "walk"]

Node = SgNode


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed file; `errors` lists 1-based lines where the grammar gave up and skipped text."""

    path: str
    root: Node
    errors: tuple[int, ...]


def parse(text: str, path: str) -> Tree:
    """Parse TypeScript, TSX, JavaScript or JSX; never raises, damage is reported in `errors`."""
    tree = SgRoot(text, "typescript" if path.endswith((".ts", ".mts", ".cts")) else "tsx").root()
    lines = {node.range().start.line + 1 for node in tree.find_all(kind="ERROR")}
    return Tree(path, tree, tuple(sorted(lines)))


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in source order."""
    yield node
    for child in node.children():
        yield from walk(child)
