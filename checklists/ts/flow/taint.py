"""Follows what a caller sends through one function: assignments, spreads, templates, conversions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from checklists.ts.flow.body import AnyCall, Body, called
from checklists.ts.flow.sinks import Sink, builders_of, sinks
from checklists.ts.flow.sources import State, Taint, read_of_request, read_of_url, worst
from checklists.ts.flow.syntax import arguments, callee, identifiers, leaves
from checklists.ts.flow.validation import Parsed
from checklists.ts.parse import Mark, Node, mark, span, unwrap
from checklists.ts.patterns import bound
from checklists.ts.scope import Binding

_NUMBERS = re.compile(r"^(?:Number|parseInt|parseFloat|Number\.parse(?:Int|Float)|BigInt|Boolean|Math\.\w+)$")
# Sinks in which the characters of a text matter, not only its shape.
_TEXTUAL = frozenset(
    {"or", "filter", "not", "order", "select", "raw", "unsafe", "$queryRawUnsafe", "$executeRawUnsafe"}
)
# Methods that answer a question about a value, and methods that take one text out of it.
_ASKING = frozenset(
    {"has", "includes", "some", "every", "test", "startsWith", "endsWith", "indexOf", "isArray"}
)
_NARROWING = frozenset({"get", "trim", "toString", "toLowerCase"})
_HARMLESS = frozenset({"typeof", "!", "void", "delete"})
_COMPARING = frozenset(
    {"==", "===", "!=", "!==", "<", ">", "<=", ">=", "in", "instanceof", "-", "*", "/", "%", "**"}
)
_CALLBACKS = frozenset(
    {"map", "forEach", "filter", "flatMap", "some", "every", "find", "findIndex", "reduce", "sort", "then"}
)
_TESTS = re.compile(
    r"typeof|\binstanceof\b|\.(?:has|includes|test|exec|match|startsWith|isInteger|isFinite|isSafeInteger|isArray)\(|"
    r"\bis[A-Z]\w*\(|\bisNaN\(|\bvalidate\w*\(|\.length\b|[<>]|\bin\b"
)
_LABELS = re.compile(r"[!=]==?\s*['\"]\w")  # an allow-list written out: `kind !== "a" && kind !== "b"`
_OBJECT_READERS = re.compile(
    r"^(?:JSON\.parse|Object\.(?:fromEntries|assign|entries|values|keys)|structuredClone|Array\.from)$"
)
_TEXT_READERS = re.compile(
    r"^(?:JSON\.stringify|decodeURIComponent|encodeURIComponent|decodeURI|encodeURI|escape|unescape|String|atob|btoa)$"
)


@dataclass(frozen=True, slots=True)
class Reach:
    """A caller's value at a sink."""

    sink: Sink
    taint: Taint
    spread: bool


@dataclass(frozen=True, slots=True)
class Passed:
    """A call of a function of the repo with arguments that a caller controls, by position."""

    call: AnyCall
    target: Binding
    given: tuple[tuple[int, Taint], ...]
    requests: tuple[int, ...] = ()


@dataclass(slots=True, eq=False)
class Tracker:
    """Runs over one body; `env` is what is known of each variable, None for a value that is clean."""

    body: Body
    parsed: tuple[Parsed, ...]
    env: dict[str, Taint | None]
    request: frozenset[str] = frozenset()
    reached: list[Reach] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    hiding: tuple[tuple[int, int, frozenset[str]], ...] = ()
    narrow: dict[str, frozenset[str]] = field(default_factory=dict)

    def run(self) -> "Tracker":
        """Go through the function in source order."""
        self.hiding = tuple(_hides(callback) for callback in self.body.callbacks)
        builders = builders_of(self.body)
        tests = sorted(self._tests(), key=lambda test: test[0])
        for start, kind, index in _events(self.body):
            while tests and tests[0][0] <= start:
                self._settle(tests.pop(0)[1])
            if kind == "local":
                self._assign(index)
            elif kind == "loop":
                self._loop(self.body.loops[index])
            else:
                self._call(self.body.calls[index], builders)
        return self

    def _assign(self, index: int) -> None:
        local = self.body.locals[index]
        key = self._key(local.name, local.start)
        taint = self._part(self.value(local.value), local.path, unwrap(local.value))
        self.env[key] = taint if local.declared or taint is not None else None

    def _part(self, taint: Taint | None, path: str, value: Node) -> Taint | None:
        """What a destructured part of a value carries."""
        parse = self._parse_at(value)
        if parse is not None:
            clean = (
                parse.data == "*"
                or not parse.data
                or path.split(".", maxsplit=1)[0] in (parse.data, "success", "error", "issues")
            )
            whole_result = not path
            return self._parsed(parse, path) if clean or whole_result else taint
        return taint

    def _loop(self, loop: Mark) -> None:
        left, right = loop.node.field("left"), loop.node.field("right")
        if left is None or right is None:
            return
        taint = self.value(right)
        for name, _, start in bound(left):
            self.env[self._key(name, start)] = taint

    def _call(self, call: AnyCall, builders: frozenset[str]) -> None:
        given = self.body.arguments(call)
        if not given:
            self._pass_on(call, given)
            return
        self._bind_callback(call, given)
        for sink in sinks(call, given, builders):
            taint = self.value(sink.value)
            if taint is not None and (taint.state is not State.PARSED or sink.method in _TEXTUAL):
                spread = sink.use == "payload" and self._spreads(sink.value)
                self.reached.append(Reach(sink, taint, spread))
        self._pass_on(call, given)

    def _pass_on(self, call: AnyCall, given: list[Node]) -> None:
        target = self.body.resolve(call)
        if target is None or target.function is None:
            return
        values = ((n, self.value(each)) for n, each in enumerate(given))
        tainted = tuple((n, taint) for n, taint in values if taint is not None)
        requests = tuple(n for n, each in enumerate(given) if unwrap(each).text() in self.request)
        if tainted or requests or target.function.parent == self.body.function.id:
            self.passed.append(Passed(call, target, tainted, requests))

    def _bind_callback(self, call: AnyCall, given: list[Node]) -> None:
        """`input.items.map((item) => …)`: the callback's first parameter is a part of the list."""
        function = call.node.field("function")
        receiver = function.field("object") if function is not None else None
        if receiver is None or called(call).rpartition(".")[2] not in _CALLBACKS or not given:
            return
        taint = self.value(receiver)
        names = _parameter_names(unwrap(given[0]))
        for name, start in names if taint is not None else ():
            self.env[self._key(name, start)] = taint

    def _spreads(self, value: Node) -> bool:
        """Whether an object with keys of the caller's choice goes in as a whole."""
        value = unwrap(value)
        if value.kind() == "object":
            parts = (
                unwrap(child.named_children()[0])
                for child in value.named_children()
                if child.kind() == "spread_element"
            )
            return any((taint := self.value(part)) is not None and taint.whole for part in parts)
        if value.kind() == "array":
            return any(self._spreads(child) for child in value.named_children())
        if value.kind() == "call_expression" and callee(value).endswith(".map"):
            given = arguments(value)
            self._bind_callback(mark(value), given)
            inner = unwrap(given[0]).field("body") if given else None
            return inner is not None and self._spreads(inner)
        taint = self.value(value)
        return taint is not None and taint.whole and value.kind() in ("identifier", "member_expression")

    def value(self, node: Node) -> Taint | None:
        """What an expression carries."""
        node = unwrap(node)
        kind = node.kind()
        if kind in ("identifier", "shorthand_property_identifier"):
            return self.env.get(self._key(node.text(), span(node)[0]))
        reader = getattr(self, f"_{kind}", None)
        if reader is not None:
            found: Taint | None = reader(node)
            return found
        return None

    def _member_expression(self, node: Node) -> Taint | None:
        read = read_of_url(node, self.request)
        if read is not None:
            return read
        inner, name = node.field("object"), node.field("property")
        if inner is None or name is None:
            return None
        if name.text() in ("length", "size"):
            return None
        held = unwrap(inner)
        parse = self._parse_at(held) or self._parse_named(held)
        if parse is not None and (not parse.data or name.text() == parse.data):
            return self._parsed(parse, name.text() if not parse.data else "")
        found = self.value(inner)
        if found is None or found.state is not State.PARSED:
            return found
        return None if name.text() in self.narrow.get(found.source, ()) else found

    def _subscript_expression(self, node: Node) -> Taint | None:
        inner = node.field("object")
        return self.value(inner) if inner is not None else None

    def _call_expression(self, node: Node) -> Taint | None:
        read = read_of_request(node, self.request)
        if read is not None:
            return read
        parse = self._parse_at(node)
        if parse is not None:
            return self._parsed(parse, "")
        name = callee(node)
        carried: Taint | None = None
        for each in arguments(node):
            carried = worst(carried, self.value(each))
        function = node.field("function")
        receiver = function.field("object") if function is not None else None
        held = self.value(receiver) if receiver is not None else None
        return _of_method(held, name) if held is not None else _of_call(carried, name)

    def _new_expression(self, node: Node) -> Taint | None:
        read = read_of_url(node, self.request)
        carried = None
        for each in arguments(node):
            carried = worst(carried, self.value(each))
        if read is not None or carried is None:
            return read
        return replace(carried, state=_later(carried.state, State.CONVERTED), whole=False)

    def _object(self, node: Node) -> Taint | None:
        found = None
        for child in node.named_children():
            value = child.field("value") if child.kind() == "pair" else child
            if child.kind() == "spread_element":
                value = child.named_children()[0]
            if value is not None and child.kind() != "comment":
                found = worst(found, self.value(value))
        return (
            replace(found, whole=any(c.kind() == "spread_element" for c in node.named_children()))
            if found
            else None
        )

    def _children(self, node: Node) -> Taint | None:
        found = None
        for child in node.named_children():
            found = worst(found, self.value(child))
        return found

    _array = _spread_element = _template_substitution = _children

    def _template_string(self, node: Node) -> Taint | None:
        found = self._children(node)
        return replace(found, whole=False) if found is not None else None

    def _ternary_expression(self, node: Node) -> Taint | None:
        condition, yes, no = node.field("condition"), node.field("consequence"), node.field("alternative")
        found = worst(self.value(yes) if yes else None, self.value(no) if no else None)
        tested = condition is not None and _TESTS.search(condition.text())
        if found is not None and tested:
            return replace(found, state=_later(found.state, State.BY_HAND))
        return found

    def _binary_expression(self, node: Node) -> Taint | None:
        operator, left, right = node.field("operator"), node.field("left"), node.field("right")
        if operator is None or left is None or right is None or operator.text() in _COMPARING:
            return None
        if operator.text() == "&&":
            found = self.value(right)
            if found is not None and _TESTS.search(left.text()):
                return replace(found, state=_later(found.state, State.BY_HAND))
            return found
        found = worst(self.value(left), self.value(right))
        return replace(found, whole=False) if found is not None and operator.text() == "+" else found

    def _unary_expression(self, node: Node) -> Taint | None:
        operator, inner = node.field("operator"), node.field("argument")
        if operator is None or inner is None or operator.text() in _HARMLESS:
            return None
        found = self.value(inner)
        return replace(found, state=State.CONVERTED, whole=False) if found is not None else None

    def _parsed(self, parse: Parsed, path: str) -> Taint | None:
        """What comes out of a parse: text that fits the schema, unless that lets anything through."""
        shape = parse.shape
        if shape is not None and shape.passes is not None and parse.given is not None:
            return Taint(f"{parse.schema} ({shape.passes})", State.RAW)
        if shape is None or shape.fields is None or parse.given is None:
            return None
        source = f"validated {parse.schema}"
        narrow = frozenset(each.name for each in shape.fields if each.narrow)
        self.narrow[source] = narrow
        return None if path.rpartition(".")[2] in narrow else Taint(source, State.PARSED)

    def _parse_at(self, node: Node) -> Parsed | None:
        place = span(node)
        return next((p for p in self.parsed if (p.call.start, p.call.end) == place), None)

    def _parse_named(self, node: Node) -> Parsed | None:
        if node.kind() != "identifier":
            return None
        name, at = node.text(), span(node)[0]
        before = [p for p in self.parsed if p.result == name and p.call.start < at]
        return before[-1] if before else None

    def _tests(self) -> Iterator[tuple[int, tuple[frozenset[str], State]]]:
        """From which offset on which names count as looked at, and how."""
        for branch in self.body.branches:
            mark_, text = branch.mark, branch.condition.text()
            yes = mark_.node.field("consequence")
            if yes is None or mark_.kind != "if_statement":
                continue
            if _TESTS.search(text) or _LABELS.search(text):
                names = frozenset(self._key(name, mark_.start) for name in branch.names)
                yield mark_.end if leaves(yes) is not None else mark_.start, (names, State.BY_HAND)
        for parse in self.parsed:
            if parse.given is not None and parse.covers != (0, 0):
                names = frozenset(self._key(n, parse.call.start) for n in identifiers(parse.given))
                yield max(parse.covers[0], parse.call.end), (names, State.ASSERTED)

    def _settle(self, test: tuple[frozenset[str], State]) -> None:
        names, state = test
        for name in names:
            taint = self.env.get(name)
            if taint is not None:
                self.env[name] = replace(taint, state=_later(taint.state, state))

    def _key(self, name: str, at: int) -> str:
        """A variable's own key: a callback's parameter hides a variable of the same name around it."""
        for start, end, names in reversed(self.hiding):
            if start <= at < end and name in names:
                return f"{name}@{start}"
        return name


def _events(body: Body) -> list[tuple[int, str, int]]:
    """Assignments, loops and calls in source order; a variable is known from its value's end on."""
    made = [(span(local.value)[1], "local", n) for n, local in enumerate(body.locals)]
    made += [(loop.start, "loop", n) for n, loop in enumerate(body.loops)]
    made += [(call.start, "call", n) for n, call in enumerate(body.calls)]
    return sorted(made, key=lambda each: each[0])


def _parameter_names(function: Node) -> list[tuple[str, int]]:
    single = function.field("parameter")
    if single is not None:
        return [(single.text(), span(single)[0])]
    listed = function.field("parameters")
    patterns = [each.field("pattern") for each in listed.named_children()] if listed is not None else []
    return [(name, start) for pattern in patterns if pattern is not None for name, _, start in bound(pattern)]


def _of_method(held: Taint, name: str) -> Taint | None:
    """What a method of a caller's value returns."""
    method = name.rpartition(".")[2]
    if method in _ASKING:
        return None
    return replace(held, whole=False) if method in _NARROWING else held


def _of_call(carried: Taint | None, name: str) -> Taint | None:
    """What a function returns that was handed a caller's value."""
    if carried is None or name.rpartition(".")[2] in _ASKING or _is_io(name):
        return None
    if _NUMBERS.match(name):
        return replace(carried, state=State.CONVERTED, whole=False)
    if _TEXT_READERS.match(name):
        return replace(carried, whole=False)
    if _OBJECT_READERS.match(name):
        return replace(carried, whole=True)
    if name == "Promise.all":
        return carried
    return replace(carried, state=_later(carried.state, State.HELPER))


def _hides(callback: Mark) -> tuple[int, int, frozenset[str]]:
    return callback.start, callback.end, frozenset(name for name, _ in _parameter_names(callback.node))


def _later(first: State, second: State) -> State:
    return first if first.rank >= second.rank else second


def _is_io(name: str) -> bool:
    """Calls whose answer is not what they were given: queries, fetches, clients."""
    return bool(
        re.search(
            r"\.(?:from|rpc|select|insert|update|upsert|delete|single|maybeSingle|auth|storage)\b|^fetch$|^create\w*Client",
            name,
        )
    )
