"""Working values of the index: what every name in a module stands for, while the syntax trees are at hand.

Made once per module by `functions.py` and `modules.py`, read by `clients.py`, `queries.py` and `flow/`. They
hold syntax nodes, so they live only as long as `build_index` runs; what remains is `index.py`.

    scope = program.modules["app/actions.ts"]
    scope.functions["app/actions.ts#save"].node          the syntax node
    scope.resolve("createClient")                        what the name stands for here, across imports and
    barrels scope.resolve("service.create", within=function)     locals and parameters of `function` first
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from checklists.model import Location
from checklists.ts.index import EnvRead, Import
from checklists.ts.parse import Mark, Node, Span, Tree

MAX_HOPS = 12  # re-exports and aliases followed for one name; real barrels nest three or four deep


@dataclass(frozen=True, slots=True)
class Parameter:
    """`names` are all names it binds (one, or those of a pattern), `type` its annotation as written, or
    empty.
    """

    text: str
    names: tuple[str, ...]
    type: str
    node: Node = field(compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Local:
    """A name given a value: `const a = value`, `const { path: a } = value`, `a = value`.

    `path` is the property taken (`data.user`, `0` for the first of an array), empty for the whole value;
    `holder` the span of the innermost function around, named or not, in which it is known. `start` is the
    name's offset.
    """

    name: str
    value: Node
    path: str
    start: int
    holder: Span
    declared: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class FunctionScope:
    """A function that has a name of its own, or stands at the top of a module.

    Callbacks within another function are part of that one. `node` is the syntax node with its parameters and
    body, `parent` the id of the function around it, `wrappers` the calls around it as written, outermost
    first (`withAuth` for `withAuth(async () => …)`), `holder` the class or object that it is a method of.
    """

    id: str
    name: str
    node: Node
    span: Span
    location: Location
    parameters: tuple[Parameter, ...] = ()
    parent: str | None = None
    exported: bool = False
    is_async: bool = False
    inline_server: bool = False
    wrappers: tuple[str, ...] = ()
    holder: str | None = None
    locals: Mapping[str, tuple[Local, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """What a name stands for.

    Either in the repo (`module`, with its `function` or its `value`, the initializer's node), or from a
    `package` (the specifier as written) under its exported `name`. `path` are the properties taken from the
    value.
    """

    name: str
    module: "ModuleScope | None" = None
    function: FunctionScope | None = None
    value: Node | None = None
    package: str = ""
    path: str = ""
    parameter: Parameter | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Exported:
    """One exported name: `local` here, or `local` of `target` (a repo path) or of a package where
    `specifier`.
    """

    name: str
    local: str
    line: int
    target: str | None = None
    specifier: str = ""
    type_only: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ModuleScope:
    """One module with its syntax tree.

    `names` maps a top-level name (`save`, `service.save`, `Class.method`, `default`) to a function's id;
    `constants` the top-level names that hold something else; `classes` the class nodes by name; `imported`
    local names to the import and the name there; `stars` the targets (or specifiers) of `export * from`.
    """

    path: str
    text: str
    tree: Tree
    program: "Program"
    directives: tuple[str, ...] = ()
    imports: tuple[Import, ...] = ()
    imported: Mapping[str, tuple[Import, str]] = field(default_factory=dict)
    exports: Mapping[str, Exported] = field(default_factory=dict)
    stars: tuple[Import, ...] = ()
    functions: Mapping[str, FunctionScope] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, Local] = field(default_factory=dict)
    classes: Mapping[str, Mark] = field(default_factory=dict)
    env: tuple[EnvRead, ...] = ()
    heads: frozenset[str] = frozenset()

    def slice(self, node: Node) -> str:
        """The node's source text."""
        place = node.range()
        return self.text[place.start.index : place.end.index]

    def function_around(self, offset: int) -> FunctionScope | None:
        """The innermost function that holds the offset."""
        found = None
        for function in self.functions.values():
            if function.span[0] > offset:
                break
            if offset < function.span[1]:
                found = function
        return found

    def resolve(
        self, name: str, within: FunctionScope | None = None, at: int | None = None
    ) -> Binding | None:
        """What a dotted name stands for in this module, following aliases and imports; None where nothing
        says.

        Args:
            name: As written: `save`, `service.save`, `this.save`.
            within: The function that uses it: its parameters and variables, and those around it, come first.
            at: Offset of the use; a variable that is given several values means the last one before.
        """
        return self.program.resolve(self, name, within, at)


@dataclass(slots=True, eq=False)
class Program:
    """All modules of the snapshot; filled while they are read, asked once all are there."""

    modules: dict[str, ModuleScope] = field(default_factory=dict)

    def resolve(
        self,
        module: ModuleScope,
        name: str,
        within: FunctionScope | None = None,
        at: int | None = None,
        hops: int = 0,
    ) -> Binding | None:
        """As `ModuleScope.resolve`."""
        if hops > MAX_HOPS:
            return None
        head, _, rest = name.partition(".")
        if within is not None:
            if head == "this" and within.holder and rest:
                return self._top(module, f"{within.holder}.{rest}", hops)
            inner = self._inner(module, head, rest, within, at)
            if inner is not None:
                return inner
        return self._top(module, name, hops)

    def exported(self, path: str, name: str, hops: int = 0) -> Binding | None:
        """What a module exports under a (dotted) name, through re-exports and barrels."""
        module = self.modules.get(path)
        if module is None or hops > MAX_HOPS:
            return None
        head, dot, rest = name.partition(".")
        export = module.exports.get(head)
        if export is not None:
            local = f"{export.local}{dot}{rest}"
            if export.target is not None:
                return self.exported(export.target, rest if export.local == "*" else local, hops + 1)
            if export.specifier:
                return Binding(local, package=export.specifier)
            return self.resolve(module, local, hops=hops + 1)
        if head == "default":
            return None
        for star in module.stars:
            found = self.exported(star.target, name, hops + 1) if star.target else None
            if found is not None:
                return found
        return None

    def ancestors(self, module: ModuleScope, function: FunctionScope | None) -> Iterator[FunctionScope]:
        """The function, then those around it, innermost first."""
        while function is not None:
            yield function
            function = module.functions.get(function.parent) if function.parent else None

    def _inner(
        self, module: ModuleScope, head: str, rest: str, within: FunctionScope, at: int | None
    ) -> Binding | None:
        """A variable, parameter or nested function of `within` or of what is around it."""
        for function in self.ancestors(module, within):
            nested = module.functions.get(f"{function.id}.{head}" + (f".{rest}" if rest else ""))
            if nested is not None:
                return Binding(nested.name, module, nested)
            local = _known(function.locals.get(head, ()), at)
            if local is not None:
                return Binding(head, module, value=local.value, path=_join(local.path, rest))
            parameter = next((each for each in function.parameters if head in each.names), None)
            if parameter is not None:
                return Binding(head, module, parameter=parameter, path=rest)
        return None

    def _top(self, module: ModuleScope, name: str, hops: int) -> Binding | None:
        function = module.names.get(name)
        head, _, rest = name.partition(".")
        constant = module.constants.get(head)
        if function is not None:
            value = constant.value if constant is not None and not rest else None
            return Binding(name, module, module.functions[function], value)
        if constant is not None:
            return Binding(head, module, value=constant.value, path=_join(constant.path, rest))
        if head in module.imported:
            return self._imported(module, head, rest, hops)
        if head in module.classes:
            return Binding(name, module, value=module.classes[head].node, path=rest)
        return None

    def _imported(self, module: ModuleScope, head: str, rest: str, hops: int) -> Binding | None:
        source, there = module.imported[head]
        name = rest if there == "*" else _join(there, rest)
        if source.target is None:
            return Binding(name, package=source.specifier)
        return self.exported(source.target, name, hops + 1) if name else None


def _known(values: tuple[Local, ...], at: int | None) -> Local | None:
    """The last value before the use that is known there; the last of all where nothing is before it."""
    if not values or at is None:
        return values[-1] if values else None
    here = [each for each in values if each.holder[0] <= at < each.holder[1]] or list(values)
    before = [each for each in here if each.start < at]
    return before[-1] if before else here[0]


def _join(first: str, second: str) -> str:
    return f"{first}.{second}" if first and second else first or second
