"""Edge functions: which function of the repo answers, by Deno.serve, a default export or an application."""

from collections.abc import Iterator

from checklists.model import Location
from checklists.ts.chains import arguments, properties
from checklists.ts.index import Call, Endpoint, EndpointKind, Function
from checklists.ts.naming import callee
from checklists.ts.parse import FUNCTIONS, Node, span, unwrap
from checklists.ts.scope import MAX_HOPS, FunctionScope, ModuleScope, Program
from checklists.ts.targets import Targets

_SERVERS = frozenset({"Deno.serve", "handle", "serve", "withSupabase"})
_MOUNTS = frozenset({"mount", "route", "use"})


class EdgeReader:
    """Finds the handler behind each edge function's entry file."""

    def __init__(self, program: Program, targets: Targets) -> None:
        self._program, self._targets = program, targets

    def read(self, name: str, path: str) -> tuple[Endpoint, Function | None]:
        """The endpoint; with it, for an application of several handlers, a function that stands for all of
        them.
        """
        module = self._program.modules.get(path)
        if module is None:
            because = "its entry file could not be read"
            return Endpoint(EndpointKind.EDGE, name, Location(path, 1, 1), None, because=because), None
        whole = Location(path, 1, module.text.count("\n") + 1)
        handlers, wrapper = self._handlers(module)
        if not handlers:
            because = "no handler was found: no Deno.serve, serve, default export with fetch or application"
            return Endpoint(EndpointKind.EDGE, name, whole, None, wrapper, because), None
        if len(handlers) == 1:
            return Endpoint(EndpointKind.EDGE, name, whole, handlers[0].id, wrapper), None
        together = _together(module, whole, handlers)
        return Endpoint(EndpointKind.EDGE, name, whole, together.id, wrapper), together

    def _handlers(self, module: ModuleScope) -> tuple[tuple[FunctionScope, ...], str | None]:
        for each in module.tree.marks:
            if each.kind != "call_expression":
                continue
            name = callee(each.node.field("function"))
            if name in _SERVERS or name.endswith(".serve"):
                found = tuple(self._given(module, each.node))
                if found:
                    return found, name if name == "withSupabase" else None
        return tuple(self._default(module)), None

    def _given(self, module: ModuleScope, call: Node) -> Iterator[FunctionScope]:
        """What a server is started with: a function, by name, wrapped or in an object, or an application."""
        own = {function.span: function for function in module.functions.values()}
        for each in reversed(arguments(call)):
            node = unwrap(each)
            kind = node.kind()
            if kind in FUNCTIONS and span(node) in own:
                yield own[span(node)]
            elif kind in ("identifier", "member_expression"):
                yield from self._named(module, callee(node), span(node)[0])
            elif kind == "call_expression":
                yield from self._given(module, node)
            elif kind == "object":
                value = properties(node).get("handler") or properties(node).get("fetch")
                if value is not None and span(value) in own:
                    yield own[span(value)]

    def _named(self, module: ModuleScope, name: str, at: int) -> Iterator[FunctionScope]:
        found = self._targets.target(module, name, module.function_around(at), at)
        if found is not None:
            yield found
        else:
            yield from self._application(module, name.removesuffix(".fetch").removesuffix(".handle"), set())

    def _application(self, module: ModuleScope, name: str, seen: set[str]) -> Iterator[FunctionScope]:
        """Every handler of a Hono or Oak application, those of the applications mounted in it included."""
        here = f"{module.path}#{name}"
        if here in seen or len(seen) > MAX_HOPS * MAX_HOPS:
            return
        seen.add(here)
        for function in module.functions.values():
            if function.parent is None and any(each.startswith(f"{name}.") for each in function.wrappers):
                yield function
        for each in module.tree.marks:
            if each.kind != "call_expression":
                continue
            head, _, last = callee(each.node.field("function")).rpartition(".")
            if head != name:
                continue
            for given in arguments(each.node):
                if given.kind() == "identifier":
                    yield from self._mounted(module, given, seen, mounts=last in _MOUNTS)

    def _mounted(
        self, module: ModuleScope, given: Node, seen: set[str], *, mounts: bool
    ) -> Iterator[FunctionScope]:
        binding = module.resolve(given.text(), None, span(given)[0])
        if binding is None or binding.module is None:
            return
        function = self._targets.follow(binding)
        if function is not None:
            yield function
        elif mounts:
            yield from self._application(binding.module, binding.name, seen)

    def _default(self, module: ModuleScope) -> Iterator[FunctionScope]:
        for name in ("default.fetch", "default"):
            if name in module.names:
                yield module.functions[module.names[name]]
                return
        export = module.exports.get("default")
        binding = self._program.exported(module.path, "default") if export is not None else None
        if binding is None:
            return
        found = self._targets.follow(binding)
        if found is not None:
            yield found
        elif binding.module is not None:
            yield from self._application(binding.module, binding.name, set())


def _together(module: ModuleScope, whole: Location, handlers: tuple[FunctionScope, ...]) -> Function:
    calls = tuple(Call(each.name, each.id, each.location) for each in dict.fromkeys(handlers))
    return Function(
        id=f"{module.path}#application",
        name="application",
        location=whole,
        exported=False,
        is_async=True,
        parameters=(),
        calls=calls,
    )
