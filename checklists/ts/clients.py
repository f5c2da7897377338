"""Where a client comes from: the factory that made it and the credential it acts with.

Method names prove nothing: `.delete()` may be a Map's. A receiver counts as a client where it can be followed
to a factory of Supabase, Drizzle or a Postgres driver, or is a parameter of such a type.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from checklists.model import Location
from checklists.ts.chains import arguments, properties
from checklists.ts.index import Client, Key
from checklists.ts.keys import forwards_user, key_of
from checklists.ts.naming import callee
from checklists.ts.parse import Node, find_kinds, mark, span, unwrap
from checklists.ts.scope import MAX_HOPS, Binding, FunctionScope, ModuleScope, Program
from checklists.ts.targets import Targets

SUPABASE = re.compile(r"supabase", re.IGNORECASE)
_SUPABASE_TYPE = re.compile(
    r"Supabase\w*Client|SupabaseClient|SBClient|TypedClient|ServerClient|\bSupabase\b"
)
_DRIZZLE_TYPE = re.compile(r"\w*Pg\w*Database|PostgresJsDatabase|PgTransaction|Drizzle\w*|typeof db\b")
_WITH_SESSION = re.compile(
    r"^(?:create(?:Client|Server)ComponentClient|createRouteHandlerClient|createMiddlewareClient|useSupabaseClient"
    r"|createServerActionClient|createPages\w+Client|create(?:Server|Browser|Middleware)SupabaseClient"
    r"|serverSupabaseClient|createBrowserClient)$"
)
FACTORIES = frozenset({"createClient", "createServerClient", "createBrowserClient"})


@dataclass(frozen=True, slots=True)
class Origin:
    """A parameter: its function, its position, and the property taken from it."""

    function: str
    position: int
    path: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """`api` is supabase, drizzle or postgres; `origin` is the parameter that the client came in by.

    `bare` is the key that it acts with where the factory's caller hands nothing in, if that is another one.
    """

    api: str
    key: Key
    origin: Origin | None = None
    bare: Key | None = None


class Clients:
    """Answers for one program, each question worked out once; `made` collects every client that it came
    across.
    """

    def __init__(self, program: Program, targets: Targets) -> None:
        self._program, self._targets = program, targets
        self._known: dict[tuple[str, int, int, str], Provenance | None] = {}
        self._made: dict[Location, Client] = {}

    @property
    def made(self) -> tuple[Client, ...]:
        """Supabase clients, in order of place."""
        return tuple(self._made[place] for place in sorted(self._made))

    def of(self, node: Node, module: ModuleScope, path: str = "", hops: int = 0) -> Provenance | None:
        """The client that an expression (or the property `path` of it) stands for, None where it is none."""
        if hops > MAX_HOPS:
            return None
        inner = unwrap(node)
        start, end = span(inner)
        key = (module.path, start, end, path)
        if key not in self._known:
            self._known[key] = None  # what is defined by itself ends here
            self._known[key] = self._of(inner, module, path, start, hops)
        return self._known[key]

    def _of(self, node: Node, module: ModuleScope, path: str, start: int, hops: int) -> Provenance | None:
        kind = node.kind()
        within = module.function_around(start)
        if kind == "member_expression" and "(" in callee(node):
            target, taken = node.field("object"), node.field("property")
            if target is None or taken is None:
                return None
            return self.of(target, module, f"{taken.text()}.{path}" if path else taken.text(), hops + 1)
        if kind in ("identifier", "member_expression", "shorthand_property_identifier"):
            name = node.text() if kind != "member_expression" else callee(node)
            return self._named(f"{name}.{path}" if path else name, module, within, start, hops)
        if kind == "call_expression":
            return self._called(node, module, within, path, hops)
        if kind == "new_expression":
            return self._constructed(node, module, within)
        if kind == "object" and path:
            head, _, rest = path.partition(".")
            value = properties(node).get(head)
            return self.of(value, module, rest, hops + 1) if value is not None else None
        if kind == "ternary_expression":
            branches = (node.field("consequence"), node.field("alternative"))
            return _agree(self.of(each, module, path, hops + 1) for each in branches if each is not None)
        if kind in ("binary_expression", "assignment_expression", "augmented_assignment_expression"):
            sides = (node.field("right"), node.field("left"))
            return next(
                (
                    found
                    for each in sides
                    if each is not None and (found := self.of(each, module, path, hops + 1))
                ),
                None,
            )
        return None

    def _named(
        self, name: str, module: ModuleScope, within: FunctionScope | None, start: int, hops: int
    ) -> Provenance | None:
        if name.startswith("this.") and within is not None:
            found = self._field(name[5:], module, within, hops)
            if found is not None:
                return found
        if "()" in name or "[]" in name:
            return None
        binding = module.resolve(name, within, start)
        if binding is None or binding.module is None:
            return None
        if binding.parameter is not None:
            return self._parameter(binding, within)
        if binding.value is None:
            return None
        return self.of(binding.value, binding.module, binding.path, hops + 1)

    def _called(
        self, call: Node, module: ModuleScope, within: FunctionScope | None, path: str, hops: int
    ) -> Provenance | None:
        name = callee(call.field("function"))
        start = span(call)[0]
        binding = module.resolve(name, within, start) if "(" not in name and "[" not in name else None
        if binding is not None and binding.package:
            return None if path else self._factory(binding, call, module, within)
        function = self._targets.target(module, name, within, start)
        if function is None:
            return None
        home = self._program.modules[function.location.path]
        returned = [self.of(value, home, path, hops + 1) for value in self._targets.returns(function)]
        found = _chosen([each for each in returned if each is not None], call, module)
        if found is not None and found.bare is not None:
            return replace(found, key=found.key if arguments(call) else found.bare, bare=None)
        return found

    def _factory(
        self, binding: Binding, call: Node, module: ModuleScope, within: FunctionScope | None
    ) -> Provenance | None:
        name, package = binding.name.rpartition(".")[2], binding.package
        if name == "drizzle" and "drizzle" in package:
            return Provenance("drizzle", Key.OWNER)
        if package in ("postgres", "npm:postgres") or package.startswith(
            ("npm:postgres@", "https://deno.land/x/postgresjs")
        ):
            return Provenance("postgres", Key.OWNER)
        if not SUPABASE.search(package):
            return None
        if name == "serverSupabaseServiceRole":
            return Provenance("supabase", Key.SERVICE)
        given = arguments(call)
        if name in FACTORIES and len(given) > 1:
            return self._supabase(given, name, call, module, within)
        if _WITH_SESSION.match(name):
            service = any(key_of(each, module, self._targets) is Key.SERVICE for each in given[1:])
            return Provenance("supabase", Key.SERVICE if service else Key.USER)
        if (
            re.match(r"^(?:create|get|use|make|init)\w*(?:Client|Supabase)\w*$", name)
            or name == "createClient"
        ):
            return Provenance("supabase", Key.UNKNOWN)
        return None

    def _supabase(
        self,
        given: tuple[Node, ...],
        name: str,
        call: Node,
        module: ModuleScope,
        within: FunctionScope | None,
    ) -> Provenance:
        credential = key_of(given[1], module, self._targets)
        forwards = forwards_user(given[2:], module)
        session = forwards or (name == "createBrowserClient" and credential is not Key.SERVICE)
        place = mark(call)
        location = Location(module.path, place.line, place.end_line)
        holder = within.id if within else f"{module.path}#module"
        self._made[location] = Client(location, holder, name, credential, forwards)
        bare = credential if forwards and _only_if_given(given[2:], module, within) else None
        return Provenance("supabase", Key.USER if session else credential, bare=bare)

    def _constructed(
        self, node: Node, module: ModuleScope, within: FunctionScope | None
    ) -> Provenance | None:
        title = callee(node.field("constructor"))
        binding = module.resolve(title, within, span(node)[0]) if title else None
        if binding is None:
            return None
        if binding.package and binding.name.rpartition(".")[2] in ("Pool", "Client"):
            driver = re.search(
                r"(?:^|[:/])(?:pg|postgres)(?:[@/]|$)|neondatabase|vercel/postgres", binding.package
            )
            return Provenance("postgres", Key.OWNER) if driver else None
        if binding.package and binding.name.endswith("SupabaseClient"):
            return (
                self._supabase(arguments(node), "SupabaseClient", node, module, within)
                if len(arguments(node)) > 1
                else None
            )
        return None

    def _parameter(self, binding: Binding, within: FunctionScope | None) -> Provenance | None:
        found = _typed(binding)
        if found is None or binding.module is None:
            return found
        for function in self._program.ancestors(binding.module, within):
            if binding.parameter in function.parameters:
                parameter = binding.parameter
                path = binding.path or (binding.name if parameter.text.lstrip().startswith("{") else "")
                position = function.parameters.index(parameter)
                return replace(found, origin=Origin(function.id, position, path))
        return found

    def _field(self, name: str, module: ModuleScope, within: FunctionScope, hops: int) -> Provenance | None:
        """`this.client`: a parameter property of the constructor, or a field with its value or type."""
        owner = next((f.holder for f in self._program.ancestors(module, within) if f.holder), None)
        if owner is None or owner not in module.classes or "." in name:
            return None
        made = module.names.get(f"{owner}.constructor")
        constructor = module.functions[made] if made else None
        for parameter in constructor.parameters if constructor else ():
            if name in parameter.names and re.match(
                r"(?:public|private|protected|readonly)\b", parameter.text
            ):
                return self._parameter(Binding(name, module, parameter=parameter), constructor)
        for definition in find_kinds(
            module.classes[owner].node, "public_field_definition", "assignment_expression"
        ):
            left = definition.field("name") or definition.field("left")
            if left is None or left.text().removeprefix("this.").lstrip("#") != name.lstrip("#"):
                continue
            value = definition.field("value") or definition.field("right")
            found = self.of(value, module, "", hops + 1) if value is not None else None
            annotation = definition.field("type")
            if found is None and annotation is not None and _SUPABASE_TYPE.search(annotation.text()):
                found = Provenance("supabase", Key.UNKNOWN)
            if found is not None:
                return found
        return None


def _only_if_given(options: tuple[Node, ...], module: ModuleScope, within: FunctionScope | None) -> bool:
    """Whether a header is forwarded where a parameter of the factory has it: `header ? { … } : {}`."""
    names = [re.escape(name) for each in (within.parameters if within else ()) for name in each.names]
    tested = re.compile(rf"\b(?:{'|'.join(names)})\s*(?:\?(?![.?])|&&)") if names else None
    return tested is not None and any(tested.search(module.slice(each)) for each in options)


def _typed(binding: Binding) -> Provenance | None:
    """What the type of a parameter, or of one property of it, says."""
    parameter = binding.parameter
    if parameter is None:
        return None
    name = binding.path.rpartition(".")[2] or binding.name
    text = parameter.type
    if binding.path or len(parameter.names) > 1 or parameter.text.lstrip().startswith("{"):
        own = re.search(rf"\b{re.escape(name)}\??\s*:\s*([^;,}}\n]+)", text)
        text = own[1] if own else ""
    if _SUPABASE_TYPE.search(text):
        return Provenance("supabase", Key.UNKNOWN)
    return Provenance("drizzle", Key.UNKNOWN) if _DRIZZLE_TYPE.search(text) else None


_ASKS_ELEVATED = re.compile(r"\b(?:\w*[aA]dmin|service\w*|elevated|bypass\w*)\s*:\s*true\b|^true$")
_ASKS_USER = re.compile(r"\b(?:\w*[aA]dmin|service\w*|elevated|bypass\w*)\s*:\s*false\b|^false$")


def _chosen(found: list[Provenance], call: Node, module: ModuleScope) -> Provenance | None:
    """What a factory of several clients gives for this call: `createClient({ admin: true })`."""
    elevated = [each for each in found if each.key is Key.SERVICE]
    others = [each for each in found if each.key is not Key.SERVICE]
    if elevated and others:
        given = " ".join(module.slice(each) for each in arguments(call))
        if _ASKS_ELEVATED.search(given):
            return elevated[0]
        if not given or _ASKS_USER.search(given):
            return _agree(others)
    return _agree(found)


def _agree(found: Iterable[Provenance | None]) -> Provenance | None:
    """What all branches come to; a client whose credential differs by branch has an unknown one."""
    known = [each for each in found if each is not None]
    if not known:
        return None
    return known[0] if all(each == known[0] for each in known) else replace(known[0], key=Key.UNKNOWN)
