"""What of the server's environment an endpoint answers with: `process.env[name]`, `process.env.SECRET`."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from checklists.ts.env import GETTERS, is_env
from checklists.ts.flow.body import Body
from checklists.ts.flow.flows import Flows
from checklists.ts.flow.replies import answered, answers
from checklists.ts.flow.sources import State, Taint
from checklists.ts.flow.syntax import arguments, callee
from checklists.ts.flow.taint import Tracker
from checklists.ts.index import Disclosure, EndpointKind
from checklists.ts.parse import Node, mark, unwrap
from checklists.ts.scope import FunctionScope, ModuleScope

_DEPTH = 3  # helpers that answer with what helpers answer
# Calls that hand on the text that they are given, or are called on; `slice` and its like show a part only.
_HANDS_ON = re.compile(
    r"(?:^|\.)(?:json|text|html|body|send|end|Response|NextResponse|String|stringify|encodeURIComponent|btoa)$"
)
_STEPS = frozenset({"trim", "toString", "split", "concat", "replace", "replaceAll", "toLowerCase", "join"})
_EITHER = frozenset({"||", "??", "+"})
_CONTAINERS = frozenset(
    {"array", "new_expression", "object", "spread_element", "template_string", "template_substitution"}
)
_ENVIRONMENT = re.compile(r"\benv\b")


def disclosed(
    flows: Flows, kind: EndpointKind, function: FunctionScope, module: ModuleScope
) -> tuple[Disclosure, ...]:
    """Every variable of the environment whose value an endpoint answers with, in source order."""
    body = flows.guards.body(function, module)
    reader = _Reader(flows, body, lambda: flows.tracker(kind, function, module))
    found = (each for node in answers(body, kind) for each in reader.answer(node))
    return tuple(dict.fromkeys(found))


@dataclass(eq=False)
class _Reader:
    """Reads the answers of one function; what is known of its variables is asked for only where needed."""

    flows: Flows
    body: Body
    track: Callable[[], Tracker]
    depth: int = 0
    open: set[str] = field(default_factory=set)

    @cached_property
    def known(self) -> Tracker:
        return self.track()

    def answer(self, node: Node) -> Iterator[Disclosure]:
        expression = answered(node)
        if expression is not None:
            yield from self.value(expression)

    def value(self, node: Node) -> Iterator[Disclosure]:
        """The variables whose value becomes a part of the expression's."""
        node = unwrap(node)
        kind = node.kind()
        if is_env(node):
            yield Disclosure("*", self.body.place(mark(node)))
        elif kind in ("member_expression", "subscript_expression"):
            yield from self._member(node, kind)
        elif kind in ("identifier", "shorthand_property_identifier"):
            yield from self._name(node.text())
        elif kind == "call_expression":
            yield from self._call(node)
        else:
            for part in _parts(node, kind):
                yield from self.value(part)

    def _member(self, node: Node, kind: str) -> Iterator[Disclosure]:
        inner = node.field("object")
        if inner is None or not is_env(unwrap(inner)):
            return
        name = node.field("property" if kind == "member_expression" else "index")
        if name is None:
            return
        if kind == "member_expression":
            yield Disclosure(name.text(), self.body.place(mark(node)))
        else:
            yield from self._named_by(name, node)

    def _named_by(self, name: Node, node: Node) -> Iterator[Disclosure]:
        """A variable whose name is an expression: a literal, or a choice of the caller's."""
        place = self.body.place(mark(node))
        name = unwrap(name)
        if name.kind() == "string":
            yield Disclosure(name.text().strip("'\""), place)
            return
        taint = self.known.value(name)
        if taint is not None:
            checked = "" if taint.state in (State.RAW, State.CONVERTED) else taint.state.value
            yield Disclosure(name.text(), place, chosen=True, checked=checked)

    def _name(self, name: str) -> Iterator[Disclosure]:
        if name in self.open:
            return
        self.open.add(name)
        for local in self.body.locals:
            if local.name != name:
                continue
            if local.path and is_env(unwrap(local.value)):
                taken = "*" if local.path == "*" else local.path
                yield Disclosure(taken, self.body.place(mark(local.value)))
            elif not local.path:
                yield from self.value(local.value)
        self.open.discard(name)

    def _call(self, node: Node) -> Iterator[Disclosure]:
        name, given = callee(node), arguments(node)
        function = node.field("function")
        if name in GETTERS and given:
            yield from self._named_by(given[0], node)
        elif _HANDS_ON.search(name):
            for each in given:
                yield from self.value(each)
        elif name.rpartition(".")[2] in _STEPS and function is not None:
            inner = function.field("object")
            yield from self.value(inner) if inner is not None else ()
        else:
            yield from self._helper(node, given)

    def _helper(self, node: Node, given: list[Node]) -> Iterator[Disclosure]:
        """What a function of the repo answers that is handed these values."""
        target = self.body.resolve(mark(node))
        if target is None or target.function is None or target.module is None or self.depth >= _DEPTH:
            return
        function, module = target.function, target.module
        if not _ENVIRONMENT.search(module.slice(function.node)):
            return

        def track() -> Tracker:
            env: dict[str, Taint | None] = {}
            for parameter, each in zip(function.parameters, given, strict=False):
                env |= dict.fromkeys(parameter.names, self.known.value(each))
            return self.flows.tracker_of_helper(function, module, env)

        body = self.flows.guards.body(function, module)
        reader = _Reader(self.flows, body, track, self.depth + 1)
        place = self.body.place(mark(node))
        for each in answers(body, None):
            yield from (replace(found, location=place) for found in reader.answer(each))


def _parts(node: Node, kind: str) -> list[Node]:
    """The expressions whose value becomes part of this one's."""
    if kind == "pair":
        value = node.field("value")
        return [value] if value is not None else []
    if kind == "ternary_expression":
        sides = (node.field("consequence"), node.field("alternative"))
        return [side for side in sides if side is not None]
    if kind == "binary_expression":
        operator = node.field("operator")
        joined = operator.text() if operator is not None else ""
        operands = node.named_children()
        return operands[-1:] if joined == "&&" else operands if joined in _EITHER else []
    if kind == "new_expression":
        return arguments(node)
    return node.named_children() if kind in _CONTAINERS else []
