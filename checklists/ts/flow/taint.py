"""Follows what a caller sends through one function: assignments, spreads, templates, conversions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from checklists.ts.chains import properties
from checklists.ts.flow.body import AnyCall, Body, called
from checklists.ts.flow.carry import later
from checklists.ts.flow.sinks import Sink, builders_of, host, sinks
from checklists.ts.flow.sources import FIXED_PARTS, OF_URL, State, Taint, worst
from checklists.ts.flow.syntax import arguments, callee, identifiers, leaves
from checklists.ts.flow.values import AS_SENT, TESTS, Values, parameter_names
from checklists.ts.parse import Mark, Node, mark, span, unwrap
from checklists.ts.patterns import bound
from checklists.ts.scope import Binding

# Sinks in which the characters of a text matter, not only its shape.
_TEXTUAL = frozenset(
    {
        "or",
        "filter",
        "not",
        "order",
        "redirect",
        "select",
        "raw",
        "unsafe",
        "$queryRawUnsafe",
        "$executeRawUnsafe",
    }
)
_CALLBACKS = frozenset(
    {"map", "forEach", "filter", "flatMap", "some", "every", "find", "findIndex", "reduce", "sort", "then"}
)
_COLLECTING = frozenset({"add", "append", "push", "set", "unshift"})
_LABELS = re.compile(r"[!=]==?\s*['\"]\w")


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
    parts: tuple[tuple[int, tuple[tuple[str, Taint], ...]], ...] = ()  # of object literals, by property


@dataclass(slots=True, eq=False)
class Tracker(Values):
    """Runs over one body in source order, and notes where a caller's values get to."""

    reached: list[Reach] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)

    def run(self) -> "Tracker":
        """Go through the function in source order."""
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
        for _, test in tests:  # what stands before the last return
            self._settle(test)
        return self

    def _assign(self, index: int) -> None:
        local = self.body.locals[index]
        key = self.key(local.name, local.start)
        taint = self._part(self.value(local.value), local.path, unwrap(local.value))
        self.env[key] = taint if local.declared or taint is not None else None

    def _part(self, taint: Taint | None, path: str, value: Node) -> Taint | None:
        """What a destructured part of a value carries."""
        if taint is not None and taint.source == OF_URL and path.partition(".")[0] in FIXED_PARTS:
            return None
        parse = self.parse_at(value)
        if parse is not None:
            clean = (
                parse.data == "*"
                or not parse.data
                or path.split(".", maxsplit=1)[0] in (parse.data, "success", "error", "issues")
            )
            whole_result = not path
            return self.out_of(parse, path) if clean or whole_result else taint
        return taint

    def _loop(self, loop: Mark) -> None:
        left, right = loop.node.field("left"), loop.node.field("right")
        if left is None or right is None:
            return
        taint = self.value(right)
        for name, _, start in bound(left):
            self.env[self.key(name, start)] = taint

    def _call(self, call: AnyCall, builders: frozenset[str]) -> None:
        given = self.body.arguments(call)
        if not given:
            self._pass_on(call, given)
            return
        self._bind_callback(call, given)
        self._collect(call, given)
        for sink in map(self._of_address, sinks(call, given, builders)):
            taint = self.value(sink.value)
            if taint is not None and (taint.state is not State.PARSED or sink.method in _TEXTUAL):
                whole = self._whole(sink.value) if sink.use == "payload" else None
                spread = whole is not None and whole.state.rank <= taint.state.rank
                self.reached.append(Reach(sink, whole if whole is not None and spread else taint, spread))
        self._pass_on(call, given)

    def _of_address(self, sink: Sink) -> Sink:
        """A request whose address was put together before: only the part that names the host is one."""
        node = unwrap(sink.value)
        if sink.kind != "fetch" or sink.use != "address" or node.kind() != "identifier":
            return sink
        before = [
            each for each in self.body.locals if each.name == node.text() and each.start < sink.call.start
        ]
        if len(before) != 1 or before[0].path:
            return sink
        head = host(before[0].value)
        fixed = head is None or (head != unwrap(before[0].value) and self.value(head) is None)
        return replace(sink, use="path") if fixed else sink

    def _collect(self, call: AnyCall, given: list[Node]) -> None:
        """`rows.push(input.row)`: from here on the list holds what a caller sent."""
        name, _, method = called(call).rpartition(".")
        if method not in _COLLECTING or not name.isidentifier():
            return
        for each in given:
            taint = self.value(each)
            if taint is not None:
                key = self.key(name, call.start)
                self.env[key] = worst(self.env.get(key), replace(taint, whole=False))

    def _pass_on(self, call: AnyCall, given: list[Node]) -> None:
        target = self.body.resolve(call)
        if target is None or target.function is None:
            return
        values = ((n, self.value(each)) for n, each in enumerate(given))
        tainted = tuple((n, taint) for n, taint in values if taint is not None)
        requests = tuple(n for n, each in enumerate(given) if unwrap(each).text() in self.request)
        if tainted or requests or target.function.parent == self.body.function.id:
            self.passed.append(Passed(call, target, tainted, requests, tuple(self._parts_of(given))))

    def _parts_of(self, given: list[Node]) -> Iterator[tuple[int, tuple[tuple[str, Taint], ...]]]:
        """What the properties of object literals carry, where an object has nothing but named ones."""
        for number, each in enumerate(given):
            node = unwrap(each)
            children = node.named_children() if node.kind() == "object" else []
            if not children or any(child.kind() == "spread_element" for child in children):
                continue
            values = ((name, self.value(value)) for name, value in properties(node).items())
            yield number, tuple((name, taint) for name, taint in values if taint is not None)

    def _bind_callback(self, call: AnyCall, given: list[Node]) -> None:
        """`input.items.map((item) => …)`: the callback's first parameter is a part of the list."""
        function = call.node.field("function")
        receiver = function.field("object") if function is not None else None
        if receiver is None or called(call).rpartition(".")[2] not in _CALLBACKS or not given:
            return
        taint = self.value(receiver)
        names = parameter_names(unwrap(given[0]))
        for name, start in names if taint is not None else ():
            self.env[self.key(name, start)] = taint

    def _whole(self, value: Node) -> Taint | None:
        """The object with keys of the caller's choice that goes in as a whole: not what a schema or a helper
        made of it, beside which a single value stands in a column of its own.
        """
        value = unwrap(value)
        inner: list[Node] = []
        if value.kind() == "object":
            spread = (each for each in value.named_children() if each.kind() == "spread_element")
            found = [self.value(unwrap(each.named_children()[0])) for each in spread]
            as_sent = [each for each in found if each is not None and each.whole and each.state in AS_SENT]
            return min(as_sent, key=lambda each: each.state.rank, default=None)
        if value.kind() == "array":
            inner = value.named_children()
        if value.kind() == "call_expression" and callee(value).endswith(".map"):
            given = arguments(value)
            self._bind_callback(mark(value), given)
            body = unwrap(given[0]).field("body") if given else None
            inner = [body] if body is not None else []
        if inner:
            wholes = filter(None, map(self._whole, inner))
            return min(wholes, key=lambda each: each.state.rank, default=None)
        taint = self.value(value) if value.kind() in ("identifier", "member_expression") else None
        return taint if taint is not None and taint.whole else None

    def _tests(self) -> Iterator[tuple[int, tuple[frozenset[str], State]]]:
        """From which offset on which names count as looked at, and how."""
        for branch in self.body.branches:
            mark_, text = branch.mark, branch.condition.text()
            yes = mark_.node.field("consequence")
            if yes is None or mark_.kind != "if_statement":
                continue
            if TESTS.search(text) or _LABELS.search(text):
                names = frozenset(self.key(name, mark_.start) for name in branch.names)
                yield mark_.end if leaves(yes) is not None else mark_.start, (names, State.BY_HAND)
        for parse in self.parsed:
            if parse.given is not None and parse.covers != (0, 0):
                names = frozenset(self.key(n, parse.call.start) for n in identifiers(parse.given))
                yield max(parse.covers[0], parse.call.end), (names, State.ASSERTED)

    def _settle(self, test: tuple[frozenset[str], State]) -> None:
        names, state = test
        for name in names:
            taint = self.env.get(name)
            if taint is not None:
                self.env[name] = replace(taint, state=later(taint.state, state))


def _events(body: Body) -> list[tuple[int, str, int]]:
    """Assignments, loops and calls in source order; a variable is known from its value's end on."""
    made = [(span(local.value)[1], "local", n) for n, local in enumerate(body.locals)]
    made += [(loop.start, "loop", n) for n, loop in enumerate(body.loops)]
    made += [(call.start, "call", n) for n, call in enumerate(body.calls)]
    return sorted(made, key=lambda each: each[0])
