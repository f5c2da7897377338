"""Flows of an endpoint's input into sinks, through the helpers that it hands the input to."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from checklists.model import Location
from checklists.ts.flow.body import Body
from checklists.ts.flow.guards import Guards, wrapping_calls
from checklists.ts.flow.shapes import Schema, schema_of
from checklists.ts.flow.sources import State, Taint
from checklists.ts.flow.syntax import arguments, on_one_line
from checklists.ts.flow.taint import Passed, Reach, Tracker
from checklists.ts.flow.validation import Parsed, parses
from checklists.ts.index import EndpointKind, Flow, SchemaField, Validation
from checklists.ts.parse import Mark, Node, find_kinds, mark
from checklists.ts.patterns import bound
from checklists.ts.scope import FunctionScope, ModuleScope, Parameter

_DEPTH = 4  # helpers that hand the input on to helpers
_SCHEMA_STEPS = frozenset(
    {"schema", "inputSchema", "input", "validator", "bindArgsSchemas", "bindArgsParsedInputs"}
)
_NOT_INPUT = frozenset(
    {
        "ctx",
        "context",
        "user",
        "session",
        "supabase",
        "client",
        "db",
        "auth",
        "claims",
        "request",
        "req",
        "_req",
    }
)
_HARMLESS_TYPE = re.compile(r"^(?:number|boolean|Date|bigint)\b|Client|Database")
_SERVERS_OWN = re.compile(r"^(?:Typed)?(?:Supabase)?\w*Client\b|^\w*Database\b")
_FORM_DATA = re.compile(r"\bFormData\b")
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of one function: its flows, those of helpers included, and its own parses."""

    flows: tuple[Flow, ...] = ()
    parsed: tuple[Parsed, ...] = ()


@dataclass(slots=True, eq=False)
class Flows:
    """Answers for the functions of one program."""

    guards: Guards
    parses: dict[str, tuple[Parsed, ...]] = field(default_factory=dict)
    known: dict[tuple[str, tuple[tuple[str, Taint | None], ...], frozenset[str]], Followed] = field(
        default_factory=dict
    )

    def of_endpoint(self, kind: EndpointKind, function: FunctionScope, module: ModuleScope) -> Followed:
        """The flows of what a caller of this endpoint sends."""
        wrapped = list(wrapping_calls(function.node))
        request, env = _given(kind, function, wrapped)
        found = self._follow(function, module, env, request, 0)
        outer = wrapper_parse(self.guards.body(function, module), wrapped)
        return found if outer is None else replace(found, parsed=(outer, *found.parsed))

    def tracker(self, kind: EndpointKind, function: FunctionScope, module: ModuleScope) -> Tracker:
        """What is known of each variable of an endpoint."""
        request, env = _given(kind, function, list(wrapping_calls(function.node)))
        body = self.guards.body(function, module)
        return Tracker(body, self._parsed(body), env, request).run()

    def tracker_of_helper(
        self, function: FunctionScope, module: ModuleScope, env: dict[str, Taint | None]
    ) -> Tracker:
        """The same of a function that is handed values: `env` by the names of its parameters."""
        body = self.guards.body(function, module)
        return Tracker(body, self._parsed(body), env).run()

    def of_helper(self, function: FunctionScope, module: ModuleScope) -> Followed:
        """Its own parses; its flows are those of the endpoints that run it."""
        return Followed((), self._parsed(self.guards.body(function, module)))

    def of_stranger(self, function: FunctionScope, module: ModuleScope) -> Followed:
        """The flows of its parameters, where no endpoint runs it and whoever does may hand it anything."""
        env: dict[str, Taint | None] = {
            name: Taint(f"parameter {name}")
            for parameter in function.parameters
            for name in parameter.names
            if not _HARMLESS_TYPE.search(parameter.type) and name not in _NOT_INPUT
        }
        return self._follow(function, module, env, frozenset(), _DEPTH)

    def _parsed(self, body: Body) -> tuple[Parsed, ...]:
        name = body.function.id
        if name not in self.parses:
            self.parses[name] = tuple(parses(body))
        return self.parses[name]

    def _follow(
        self,
        function: FunctionScope,
        module: ModuleScope,
        env: Mapping[str, Taint | None],
        request: frozenset[str],
        depth: int,
    ) -> Followed:
        key = (function.id, tuple(sorted(env.items(), key=lambda each: each[0])), request)
        if key not in self.known:
            self.known[key] = Followed()
            body = self.guards.body(function, module)
            tracker = Tracker(body, self._parsed(body), dict(env), request).run()
            own = [flow_of(body, reach) for reach in tracker.reached]
            if depth < _DEPTH:
                own += [
                    flow for passed in tracker.passed for flow in self._onward(body, tracker, passed, depth)
                ]
            self.known[key] = Followed(tuple(dict.fromkeys(own)), tracker.parsed)
        return self.known[key]

    def _onward(self, body: Body, tracker: Tracker, passed: Passed, depth: int) -> Iterator[Flow]:
        target, module = passed.target.function, passed.target.module
        if target is None or module is None or target.id == body.function.id:
            return
        env: dict[str, Taint | None] = {}
        if target.parent == body.function.id:
            env |= {name: taint for name, taint in tracker.env.items() if "@" not in name}
        for index, taint in passed.given:
            if index < len(target.parameters):
                env |= _handed(target.parameters[index], taint, dict(passed.parts).get(index))
        request = frozenset(
            name
            for index in passed.requests
            if index < len(target.parameters)
            for name in target.parameters[index].names
        )
        via = target.name
        for flow in self._follow(target, module, env, request, depth + 1).flows:
            yield flow if flow.via else replace(flow, via=via)


def _handed(
    parameter: Parameter, taint: Taint, parts: tuple[tuple[str, Taint], ...] | None
) -> dict[str, Taint | None]:
    """What the names of a parameter hold: `{ a, b }` that is handed `{ a: x, b: y }` takes each its own."""
    if parts is None or parameter.node.kind() != "object_pattern":
        return dict.fromkeys(parameter.names, taint)
    known = dict(parts)
    return {name: known.get(path.partition(".")[0]) for name, path, _ in bound(parameter.node)}


def flow_of(body: Body, reach: Reach) -> Flow:
    """The value for the index."""
    place = mark(reach.sink.value)
    return Flow(
        source=reach.taint.source,
        sink=reach.sink.kind,
        location=Location(body.module.path, place.line, place.end_line),
        text=on_one_line(body.module.slice(reach.sink.value))[:_LONGEST],
        spread=reach.spread,
        use=reach.sink.use,
        operation=reach.sink.operation,
        method=reach.sink.method,
        checked="" if reach.taint.state is State.RAW else reach.taint.state.value,
    )


def validation_of(body: Body, parsed: Parsed) -> Validation:
    """The value for the index."""
    shape = parsed.shape
    return Validation(
        schema=parsed.schema,
        library=parsed.library,
        location=body.place(parsed.call),
        checked=parsed.checked,
        result=parsed.result,
        fields=_fields(shape),
        passes=shape.passes if shape is not None else None,
        data=parsed.data,
    )


def _fields(shape: Schema | None) -> tuple[SchemaField, ...] | None:
    return shape.fields if shape is not None else None


def wrapper_schema(wrapped: list[Mark]) -> Node | None:
    """The schema that a wrapper parses input with: `.inputSchema(S)`, or `{ schema: S }` beside it."""
    for call in wrapped:
        for inner in map(mark, find_kinds(call.node, "call_expression")):
            function = inner.node.field("function")
            name = function.field("property") if function is not None else None
            given = arguments(inner.node)
            if name is not None and name.text() in _SCHEMA_STEPS and given:
                return given[0]
        for given_object in (each for each in arguments(call.node) if each.kind() == "object"):
            for pair in given_object.named_children():
                key, value = pair.field("key"), pair.field("value")
                if (
                    key is not None
                    and value is not None
                    and key.text() in ("schema", "input", "inputSchema", "body")
                ):
                    return value
                if pair.kind() == "shorthand_property_identifier" and pair.text() == "schema":
                    return pair
    return None


def wrapper_parse(body: Body, wrapped: list[Mark]) -> Parsed | None:
    """The parse that a wrapper makes before it runs the function, None where it makes none."""
    node = wrapper_schema(wrapped)
    if node is None:
        return None
    shape = schema_of(body, node, wrapped[-1].start)
    names = [name for parameter in body.function.parameters[:1] for name in parameter.names]
    result = "parsedInput" if "parsedInput" in names else names[0] if len(names) == 1 else None
    library = shape.library if shape is not None else "zod"
    schema = on_one_line(node.text())[:200]
    return Parsed(
        call=wrapped[0],
        schema=schema,
        library=library,
        given=None,
        data="",
        throws=True,
        checked=True,
        result=result,
        shape=shape,
        covers=body.function.span,
    )


def _given(
    kind: EndpointKind, function: FunctionScope, wrapped: list[Mark]
) -> tuple[frozenset[str], dict[str, Taint | None]]:
    """The names of the request, and the parameters that a caller chooses."""
    if kind is EndpointKind.ACTION:
        return frozenset(), _of_action(function, wrapped)
    return _of_handler(function, wrapped)


def _of_action(function: FunctionScope, wrapped: list[Mark]) -> dict[str, Taint | None]:
    parsed = bool(wrapped) and wrapper_schema(wrapped) is not None
    env: dict[str, Taint | None] = {}
    for parameter in function.parameters:
        if _SERVERS_OWN.search(parameter.type):
            continue  # no caller can send a client
        for name, path, _ in bound(parameter.node):
            if wrapped and (name in _NOT_INPUT or path.split(".")[0] in _NOT_INPUT):
                continue
            if parsed and name != "clientInput":
                continue
            state = State.HELPER if wrapped else State.RAW
            source = "form data" if _FORM_DATA.search(parameter.type) else f"parameter {name}"
            env[name] = Taint(source, state)
    return env


def _of_handler(
    function: FunctionScope, wrapped: list[Mark]
) -> tuple[frozenset[str], dict[str, Taint | None]]:
    """The names of the request, and the route's own parameters."""
    env: dict[str, Taint | None] = {}
    parameters = function.parameters
    request = frozenset(parameters[0].names) if parameters else frozenset()
    parsed = bool(wrapped) and wrapper_schema(wrapped) is not None
    if parsed and parameters and parameters[0].node.kind() == "object_pattern":
        return frozenset({"request", "req"}), {}  # enhanceRouteHandler: ({ body, user, request })
    for parameter in parameters[1:]:
        for name, path, _ in bound(parameter.node):
            if name not in _NOT_INPUT or path.split(".")[0] == "params":
                env[name] = Taint("route parameter", whole=False)
    return request, env
