"""What the outside can reach of a web application: server actions and route handlers."""

import re
from collections.abc import Iterator

from checklists.model import Location
from checklists.ts.chains import read_chain
from checklists.ts.index import Endpoint, EndpointKind
from checklists.ts.naming import callee
from checklists.ts.parse import FUNCTIONS, Node, find_kinds, mark, unwrap
from checklists.ts.scope import Binding, Exported, FunctionScope, ModuleScope, Program
from checklists.ts.targets import Targets

VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# Next serves no folder whose name begins with `_`.
_ROUTE = re.compile(r"(?:^|/)app/(?:(?!_)[^/]+/)*route\.(?:ts|tsx|js|jsx|mts|mjs)$")
_API_PAGE = re.compile(r"(?:^|/)pages/api/.+\.(?:ts|tsx|js|jsx)$")


class EndpointReader:
    """Finds the endpoints of a program."""

    def __init__(self, program: Program, targets: Targets) -> None:
        self._program, self._targets = program, targets

    def find(self) -> Iterator[Endpoint]:
        """All of them, module by module."""
        for module in self._program.modules.values():
            yield from self._actions(module)
            yield from self._routes(module)

    def _actions(self, module: ModuleScope) -> Iterator[Endpoint]:
        if "use server" not in module.text:
            return
        if "use server" in module.directives:
            yield from self._exported_actions(module)
        for function in module.functions.values():
            if function.inline_server:
                name = f"{module.path}#{function.name}"
                yield Endpoint(EndpointKind.ACTION, name, function.location, function.id, _wrapper(function))

    def _exported_actions(self, module: ModuleScope) -> Iterator[Endpoint]:
        names = dict(module.exports)
        for star in module.stars:
            if star.target and not star.type_only:
                names = {name: Exported(name, name, star.line) for name in self._names(star.target)} | names
        for name, export in names.items():
            if export.type_only:
                continue
            endpoint = self._exported(EndpointKind.ACTION, module, name, export)
            if endpoint is not None:
                yield endpoint

    def _names(self, path: str, hops: int = 0) -> Iterator[str]:
        module = self._program.modules.get(path)
        if module is None or hops > 4:
            return
        yield from (
            name for name, export in module.exports.items() if name != "default" and not export.type_only
        )
        for star in module.stars:
            yield from self._names(star.target, hops + 1) if star.target else ()

    def _exported(
        self, kind: EndpointKind, module: ModuleScope, name: str, export: Exported
    ) -> Endpoint | None:
        """An exported function as an endpoint; None for what is no function: a type, a class, a value."""
        title = f"{module.path}#{name}"
        here = Location(module.path, export.line, export.line)
        binding = self._program.exported(module.path, name)
        if binding is None:
            if export.specifier or export.target:
                return Endpoint(kind, title, here, None, because=f"it is re-exported from {export.specifier}")
            return None
        if binding.package:
            because = f"it comes from the package {binding.package}"
            return Endpoint(kind, title, here, None, because=because)
        function = self._targets.follow(binding)
        if function is not None:
            own = function.location.path == module.path
            return Endpoint(
                kind, title, function.location if own else here, function.id, self._wrapped(binding, function)
            )
        return self._unresolved(kind, title, here, binding)

    def _unresolved(
        self, kind: EndpointKind, title: str, here: Location, binding: Binding
    ) -> Endpoint | None:
        if binding.value is None or binding.module is None:
            return None
        value = unwrap(binding.value)
        if value.kind() not in ("call_expression", "identifier", "member_expression") and not binding.path:
            return None
        if value.kind() == "call_expression" and _is_plain(value):
            return None
        wrapper = callee(value.field("function")) if value.kind() == "call_expression" else callee(value)
        if binding.module.path == here.path:
            place = mark(value)
            here = Location(here.path, here.line, max(place.end_line, here.line))
        because = f"what {wrapper or 'the value'} makes of it cannot be followed"
        return Endpoint(kind, title, here, None, wrapper or None, because)

    def _wrapped(self, binding: Binding, function: FunctionScope) -> str | None:
        if binding.value is not None and binding.function is None:
            value = unwrap(binding.value)
            if value.kind() == "call_expression":
                return callee(value.field("function")) or None
        return _wrapper(function)

    def _routes(self, module: ModuleScope) -> Iterator[Endpoint]:
        if _ROUTE.search(module.path):
            names = dict(module.exports)
            for star in module.stars:
                if star.target:
                    names = {
                        n: Exported(n, n, star.line, star.target) for n in self._names(star.target)
                    } | names
            for verb in VERBS:
                if verb in names and not names[verb].type_only:
                    yield self._exported(EndpointKind.ROUTE, module, verb, names[verb]) or self._bare(
                        module, names[verb]
                    )
        elif _API_PAGE.search(module.path) and "default" in module.exports:
            export = module.exports["default"]
            yield self._exported(EndpointKind.ROUTE, module, "default", export) or self._bare(module, export)

    def _bare(self, module: ModuleScope, export: Exported) -> Endpoint:
        here = Location(module.path, export.line, export.line)
        because = "what it exports is no function that can be followed"
        return Endpoint(EndpointKind.ROUTE, f"{module.path}#{export.name}", here, None, because=because)


def _wrapper(function: FunctionScope) -> str | None:
    return function.wrappers[0] if function.wrappers else None


def _is_plain(call: Node) -> bool:
    """A call that makes a value, not a function: a schema, a client, a constant."""
    chain = read_chain(call)
    root = chain.root.field("function") if chain.root.kind() == "call_expression" else chain.root
    name = root.text() if root is not None else ""
    has_function = bool(find_kinds(call, *sorted(FUNCTIONS)))
    return not has_function and (name == "z" or name.startswith(("create", "new", "require")))
