"""What a function is called: by its declaration, or by the variable, property or wrapper that holds it."""

from dataclasses import dataclass

from checklists.ts.parse import Node

# Methods that run a callback at once or later for its own sake: what they return is not the function.
CALLBACK_METHODS = frozenset(
    {
        "all", "allSettled", "any", "catch", "every", "filter", "finally", "find", "findIndex", "findLast",
        "flatMap",
        "forEach", "from", "map", "reduce", "replace", "setInterval", "setTimeout", "some", "sort", "then",
        "transaction", "useEffect", "useLayoutEffect", "useMemo",
    }
)  # fmt: skip
_THROUGH = frozenset(
    {"as_expression", "binary_expression", "non_null_expression", "parenthesized_expression",
    "satisfies_expression",
     "ternary_expression", "type_assertion"}
)  # fmt: skip
_CLASSES = frozenset({"abstract_class_declaration", "class", "class_declaration"})


@dataclass(frozen=True, slots=True)
class Held:
    """`parts` is empty for a function that nothing names; `wrappers` are callees, outermost first; `argument`
    is
    true where it lies in an object that is handed to a call.
    """

    parts: tuple[str, ...]
    wrappers: tuple[str, ...] = ()
    argument: bool = False


def held(node: Node, kind: str) -> Held:
    """What holds a function node."""
    if kind in ("function_declaration", "generator_function_declaration"):
        name = node.field("name")
        return Held((name.text(),) if name is not None else ("default",))
    if kind == "method_definition":
        return _method(node, node.field("name"))
    return _climb(node)


def callee(node: Node | None) -> str:
    """A callee in short: `z.object().parse` for `z.object({…}).parse`, `this.client.from` as it stands."""
    if node is None:
        return ""
    kind = node.kind()
    if kind in ("identifier", "this", "super", "import", "property_identifier"):
        return node.text()
    if kind == "member_expression":
        name = node.field("property")
        return f"{callee(node.field('object'))}.{name.text() if name is not None else ''}"
    if kind == "call_expression":
        return f"{callee(node.field('function'))}()"
    if kind in _THROUGH or kind == "await_expression":
        inner = node.named_children()
        return callee(inner[0]) if inner else ""
    if kind == "new_expression":
        return f"new {callee(node.field('constructor'))}"
    if kind == "subscript_expression":
        return f"{callee(node.field('object'))}[]"
    return ""


def _climb(node: Node) -> Held:
    wrappers: list[str] = []
    below, above = node, node.parent()
    while above is not None:
        kind = above.kind()
        if kind == "arguments":
            call = above.parent()
            if call is None or call.kind() != "call_expression":
                break
            wrappers.insert(0, callee(call.field("function")))
            if wrappers[0].rpartition(".")[2] in CALLBACK_METHODS:
                break
            below = call
        elif kind in _THROUGH:
            below = above
        else:
            found = _holder(below, above, kind)
            return Held(found.parts, tuple(wrappers), found.argument) if found else Held((), tuple(wrappers))
        above = below.parent()
    return Held((), tuple(wrappers))


def _holder(below: Node, above: Node, kind: str) -> Held | None:
    if kind == "variable_declarator":
        name = above.field("name")
        return Held((name.text(),)) if name is not None and name.kind() == "identifier" else None
    if kind == "pair":
        return _method(above, above.field("key"))
    if kind in ("public_field_definition", "field_definition"):
        return _method(above, above.field("name") or above.field("property"))
    if kind == "export_statement":
        return Held(("default",))
    if kind == "assignment_expression" and above.field("right") == below:
        return _assigned(above.field("left"))
    return None


def _assigned(left: Node | None) -> Held | None:
    text = callee(left)
    if text == "module.exports":
        return Held(("default",))
    parts = text.removeprefix("module.").removeprefix("exports.").split(".")
    return Held(tuple(parts)) if text and all(part.isidentifier() for part in parts) else None


def _method(node: Node, name: Node | None) -> Held:
    """A function held by a class or an object, which is held by something in turn."""
    key = name.text().strip("'\"`#") if name is not None else ""
    body = node.parent()
    if not key or body is None:
        return Held(())
    if body.kind() == "class_body":
        owner = body.parent()
        title = owner.field("name") if owner is not None and owner.kind() in _CLASSES else None
        return Held((title.text() if title is not None else "class", key))
    around = body.parent()
    while around is not None and around.kind() in _THROUGH:
        around = around.parent()
    if around is not None and around.kind() in ("return_statement", "arrow_function"):
        return Held((key,))
    outer = _climb(body)
    argument = outer.argument or bool(outer.wrappers)
    return (
        Held((*outer.parts, key), outer.wrappers, argument)
        if outer.parts
        else Held((), outer.wrappers, argument)
    )
