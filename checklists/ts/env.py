"""Reads of environment variables: `process.env.X`, `import.meta.env.X`, `Deno.env.get("X")`, and
destructuring.
"""

from collections.abc import Iterator

from checklists.model import Location
from checklists.ts.index import EnvRead
from checklists.ts.parse import Node, Tree, find_kinds, mark
from checklists.ts.patterns import bound

_READS = ("process.env", "process?.env", "import.meta.env", ".env.get")
_OBJECTS = frozenset({"process.env", "import.meta.env", "globalThis.process.env", "process?.env"})
GETTERS = frozenset({"Deno.env.get", "Netlify.env.get"})


def env_reads(tree: Tree, text: str) -> Iterator[EnvRead]:
    """Every read of a variable whose name is written out, in source order."""
    if not any(each in text for each in _READS):
        return
    kinds = ("call_expression", "member_expression", "subscript_expression", "variable_declarator")
    for node in find_kinds(tree.root, *kinds):
        place = mark(node)
        for name in _names(node, place.kind):
            yield EnvRead(name, Location(tree.path, place.line, place.end_line))


def _names(node: Node, kind: str) -> Iterator[str]:
    if kind == "member_expression":
        if is_env(node.field("object")):
            yield _text(node.field("property"))
    elif kind == "subscript_expression":
        index = node.field("index")
        if index is not None and index.kind() == "string" and is_env(node.field("object")):
            yield index.text().strip("'\"")
    elif kind == "call_expression":
        function, arguments = node.field("function"), node.field("arguments")
        if function is not None and arguments is not None and function.text() in GETTERS:
            first = next(iter(arguments.named_children()), None)
            if first is not None and first.kind() == "string":
                yield first.text().strip("'\"")
    else:
        target = node.field("name")
        if target is not None and target.kind() == "object_pattern" and is_env(node.field("value")):
            yield from (path for _, path, _ in bound(target) if path and path != "*")


def is_env(node: Node | None) -> bool:
    """Whether an expression is the environment itself."""
    return node is not None and node.kind() == "member_expression" and node.text() in _OBJECTS


def _text(node: Node | None) -> str:
    return node.text() if node is not None else ""
