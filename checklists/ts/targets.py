"""Which function a call runs: through aliases, wrappers, members, and what factories return."""

import re
from collections.abc import Iterator

from checklists.ts.naming import callee
from checklists.ts.parse import FUNCTIONS, Node, find_kinds, span, unwrap
from checklists.ts.scope import MAX_HOPS, Binding, FunctionScope, ModuleScope, Program

_CLASS_KINDS = frozenset({"abstract_class_declaration", "class", "class_declaration"})
_HEAD = re.compile(r"[^.(\[ ]*")


class Targets:
    """Answers for one program; remembers what functions return."""

    def __init__(self, program: Program) -> None:
        self._program = self.program = program
        self._returns: dict[str, tuple[Node, ...]] = {}
        self._known: dict[tuple[str, str, str | None], FunctionScope | None] = {}

    def target(
        self, module: ModuleScope, name: str, within: FunctionScope | None = None, at: int | None = None
    ) -> FunctionScope | None:
        """The function that `name(…)` runs, None where it is a package's or cannot be told.

        Args:
            module: Where the call stands.
            name: The callee in short, as `naming.callee` writes it.
            within: The function that makes the call.
            at: The call's offset.
        """
        head = _HEAD.match(name)
        if head is not None and head[0] not in module.heads:
            return None
        key = (module.path, name, within.id if within else None)
        if key not in self._known:
            self._known[key] = None  # a name that is defined by itself ends here
            self._known[key] = self._target(module, name, within, at, 0)
        return self._known[key]

    def returns(self, function: FunctionScope) -> tuple[Node, ...]:
        """The expressions that the function itself returns."""
        if function.id not in self._returns:
            self._returns[function.id] = tuple(_returned(function.node))
        return self._returns[function.id]

    def follow(self, binding: Binding, hops: int = 0) -> FunctionScope | None:
        """The function behind a binding."""
        if binding.function is not None and not binding.path:
            return binding.function
        module = binding.module
        if module is None or hops > MAX_HOPS:
            return None
        if binding.function is not None:
            return self._member(module, binding.function, binding.path, hops)
        if binding.parameter is not None:
            return self._class_member(module, binding.parameter.type, binding.path, hops)
        return (
            self._in_value(module, binding.value, binding.path, hops) if binding.value is not None else None
        )

    def _target(
        self, module: ModuleScope, name: str, within: FunctionScope | None, at: int | None, hops: int
    ) -> FunctionScope | None:
        if hops > MAX_HOPS or not name:
            return None
        if name.startswith("new "):
            title, _, rest = name[4:].partition(".")
            return self._class_member(module, title, rest or "constructor", hops)
        if "[]" in name:
            return None
        if "()" in name:
            factory, _, rest = name.rpartition("()")
            made = self._target(module, factory, within, at, hops + 1)
            return (
                self._member(made_in, made, rest[1:], hops)
                if made and (made_in := self._home(made))
                else None
            )
        binding = module.resolve(name, within, at)
        return self.follow(binding, hops + 1) if binding else None

    def _home(self, function: FunctionScope) -> ModuleScope | None:
        return self._program.modules.get(function.location.path)

    def _in_value(self, module: ModuleScope, value: Node, path: str, hops: int) -> FunctionScope | None:
        node = unwrap(value)
        kind = node.kind()
        start = span(node)[0]
        within = module.function_around(start)
        if kind in ("identifier", "member_expression"):
            name = callee(node)
            return self._target(module, f"{name}.{path}" if path else name, within, start, hops + 1)
        if kind == "call_expression":
            name = callee(node.field("function"))
            if path:
                return self._target(module, f"{name}().{path}", within, start, hops + 1)
            return self._wrapped(module, node, within, hops)
        if kind == "new_expression" and path:
            return self._class_member(module, callee(node.field("constructor")), path, hops)
        if kind in _CLASS_KINDS and path:
            title = node.field("name")
            return self._class_member(module, title.text(), path, hops) if title is not None else None
        if kind == "object" and path:
            return self._property(module, node, path, within, hops)
        return None

    def _wrapped(
        self, module: ModuleScope, call: Node, within: FunctionScope | None, hops: int
    ) -> FunctionScope | None:
        """The function that is handed to a wrapper: `cache(load)`, `withAuth(handler)`."""
        arguments = call.field("arguments")
        for each in arguments.named_children() if arguments is not None else ():
            if each.kind() == "identifier":
                found = self._target(module, each.text(), within, span(each)[0], hops + 1)
                if found is not None:
                    return found
            elif each.kind() == "call_expression":
                found = self._wrapped(module, each, within, hops + 1) if hops < MAX_HOPS else None
                if found is not None:
                    return found
        return None

    def _property(
        self, module: ModuleScope, node: Node, path: str, within: FunctionScope | None, hops: int
    ) -> FunctionScope | None:
        head, _, rest = path.partition(".")
        for child in node.named_children():
            if child.kind() == "shorthand_property_identifier" and child.text() == head:
                name = f"{head}.{rest}" if rest else head
                return self._target(module, name, within, span(child)[0], hops + 1)
            key, value = child.field("key"), child.field("value")
            if key is not None and value is not None and key.text().strip("'\"") == head:
                return self._in_value(module, value, rest, hops + 1) if hops < MAX_HOPS else None
        return None

    def _member(
        self, module: ModuleScope, factory: FunctionScope, path: str, hops: int
    ) -> FunctionScope | None:
        """A method of what a factory returns."""
        nested = module.functions.get(f"{factory.id}.{path}")
        if nested is not None or hops > MAX_HOPS:
            return nested
        for value in self.returns(factory):
            found = self._in_value(module, value, path, hops + 1)
            if found is not None:
                return found
        return None

    def _class_member(self, module: ModuleScope, title: str, path: str, hops: int) -> FunctionScope | None:
        if hops > MAX_HOPS or not path or not title.isidentifier():
            return None
        if title in module.classes:
            found = module.names.get(f"{title}.{path}")
            return module.functions[found] if found else None
        if title not in module.imported:
            return None
        source, there = module.imported[title]
        binding = self._program.exported(source.target, there) if source.target else None
        if binding is None or binding.module is None or binding.value is None or binding.module is module:
            return None
        return self._class_member(binding.module, binding.name, path, hops + 1)


def _returned(function: Node) -> Iterator[Node]:
    body = function.field("body")
    if body is None:
        return
    if body.kind() != "statement_block":
        yield body
        return
    past = -1
    for node in find_kinds(body, "return_statement", *sorted(FUNCTIONS)):
        start, end = span(node)
        if start < past:
            continue
        if node.kind() != "return_statement":
            past = end
            continue
        yield from (child for child in node.named_children() if child.kind() != "comment")
