"""Expressions that can only be one of a few values written out in the sources."""

from checklists.ts.chains import arguments
from checklists.ts.naming import callee
from checklists.ts.parse import Node, span, unwrap
from checklists.ts.patterns import bound
from checklists.ts.scope import ModuleScope

_LITERALS = frozenset({"string", "number", "true", "false", "null", "undefined"})
_GROUPS = frozenset({"array", "object", "pair"})
_KEYED = frozenset({"Object.keys", "Object.values", "Object.entries"})
_EACH = frozenset({"map", "forEach", "flatMap", "filter", "every", "some"})
_DEPTH = 3


def is_fixed(node: Node, module: ModuleScope) -> bool:
    """Whether it is the element of a list, or the property of an object, that is written out as literals."""
    node = unwrap(node)
    if node.kind() in ("subscript_expression", "member_expression"):
        held = node.field("object")
        return held is not None and (_is_written_out(held, module) or is_fixed(held, module))
    if node.kind() != "identifier":
        return False
    source = _listed(node, node.text())
    return source is not None and _is_written_out(source, module)


def _listed(node: Node, name: str) -> Node | None:
    """The list whose element the name stands for: of a `for … of` loop or of a callback."""
    above = node.parent()
    while above is not None:
        kind = above.kind()
        if kind == "for_in_statement":
            left = above.field("left")
            if left is not None and any(name == each for each, _, _ in bound(left)):
                return above.field("right")
        elif kind == "arrow_function" and name in _parameters(above):
            return _receiver(above)
        above = above.parent()
    return None


def _parameters(callback: Node) -> tuple[str, ...]:
    single = callback.field("parameter")
    if single is not None:
        return (single.text(),)
    listed = callback.field("parameters")
    first = next(iter(listed.named_children()), None) if listed is not None else None
    pattern = first.field("pattern") if first is not None else None
    return tuple(name for name, _, _ in bound(pattern)) if pattern is not None else ()


def _receiver(callback: Node) -> Node | None:
    listed = callback.parent()
    call = listed.parent() if listed is not None and listed.kind() == "arguments" else None
    function = call.field("function") if call is not None else None
    if function is None or callee(function).rpartition(".")[2] not in _EACH:
        return None
    return function.field("object")


def _is_written_out(node: Node, module: ModuleScope, depth: int = 0) -> bool:
    """Whether it holds literals alone, in its place or where its name is given a value."""
    node = unwrap(node)
    kind = node.kind()
    if kind in _LITERALS or (kind == "template_string" and "${" not in node.text()):
        return depth > 0
    if kind in _GROUPS:
        inner = [node.field("value")] if kind == "pair" else node.named_children()
        return all(
            each is not None and (each.kind() == "comment" or _is_written_out(each, module, depth + 1))
            for each in inner
        )
    if depth > _DEPTH:
        return False
    if kind == "call_expression":
        given = arguments(node)
        return (
            callee(node.field("function")) in _KEYED
            and bool(given)
            and _is_written_out(given[0], module, depth + 1)
        )
    if kind != "identifier":
        return False
    start = span(node)[0]
    found = module.resolve(node.text(), module.function_around(start), start)
    if found is None or found.value is None or found.path:
        return False
    return _is_written_out(found.value, found.module or module, depth + 1)
