"""What an expression carries of a caller's values, given what is known of each variable."""

import re
from dataclasses import dataclass, field, replace

from checklists.ts.flow.body import Body
from checklists.ts.flow.carry import later, of_call, of_method
from checklists.ts.flow.sources import (
    FIXED_PARTS,
    OF_URL,
    State,
    Taint,
    is_request_url,
    read_of_request,
    read_of_url,
    worst,
)
from checklists.ts.flow.syntax import arguments, callee
from checklists.ts.flow.validation import Parsed
from checklists.ts.parse import Mark, Node, span, unwrap
from checklists.ts.patterns import bound

AS_SENT = frozenset({State.RAW, State.ASSERTED, State.BY_HAND})
_HARMLESS = frozenset({"typeof", "!", "void", "delete"})
_COMPARING = frozenset(
    {"==", "===", "!=", "!==", "<", ">", "<=", ">=", "in", "instanceof", "-", "*", "/", "%", "**"}
)
TESTS = re.compile(
    r"typeof|\binstanceof\b|\.(?:has|includes|test|exec|match|startsWith|isInteger|isFinite|isSafeInteger|isArray)\(|"
    r"\bis[A-Z]\w*\(|\bisNaN\(|\bvalidate\w*\(|\.length\b|[<>]|\bin\b"
)


@dataclass(slots=True, eq=False)
class Values:
    """`env` is what is known of each variable of a body, None for a value that is clean.

    `request` names the variables that hold the request, `narrow` the keys of schemas with no room for text.
    """

    body: Body
    parsed: tuple[Parsed, ...]
    env: dict[str, Taint | None]
    request: frozenset[str] = frozenset()
    narrow: dict[str, frozenset[str]] = field(default_factory=dict)
    hiding: tuple[tuple[int, int, frozenset[str]], ...] = ()

    def __post_init__(self) -> None:
        self.hiding = tuple(_hides(callback) for callback in self.body.callbacks)

    def value(self, node: Node) -> Taint | None:
        """What an expression carries."""
        node = unwrap(node)
        kind = node.kind()
        if kind in ("identifier", "shorthand_property_identifier"):
            return self.env.get(self.key(node.text(), span(node)[0]))
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
        parse = self.parse_at(held) or self._parse_named(held)
        if parse is not None and (not parse.data or name.text() == parse.data):
            return self.out_of(parse, name.text() if not parse.data else "")
        found = self.value(inner)
        if found is not None and found.source == OF_URL and name.text() in FIXED_PARTS:
            return None
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
        parse = self.parse_at(node)
        if parse is not None:
            return self.out_of(parse, "")
        name = callee(node)
        carried: Taint | None = None
        for each in arguments(node):
            carried = worst(carried, self.value(each))
        function = node.field("function")
        receiver = function.field("object") if function is not None else None
        held = self.value(receiver) if receiver is not None else None
        return of_method(held, name) if held is not None else of_call(carried, name)

    def _new_expression(self, node: Node) -> Taint | None:
        read = read_of_url(node, self.request)
        if is_request_url(node, self.request):
            read = Taint(OF_URL, whole=False)
        carried = None
        for each in arguments(node):
            carried = worst(carried, self.value(each))
        if read is not None or carried is None:
            return read
        return replace(carried, state=later(carried.state, State.CONVERTED), whole=False)

    def _object(self, node: Node) -> Taint | None:
        found, whole = None, False
        for child in node.named_children():
            value = child.field("value") if child.kind() == "pair" else child
            if child.kind() == "spread_element":
                value = child.named_children()[0]
            if value is None or child.kind() == "comment":
                continue
            carried = self.value(value)
            found = worst(found, carried)
            # `...(city ? { city } : {})` has keys of its own; only `...input` takes the caller's
            # and not what a helper made of it, which has named its keys or says nothing of them
            if child.kind() == "spread_element" and carried is not None and carried.state in AS_SENT:
                whole |= carried.whole
        return replace(found, whole=whole) if found is not None else None

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
        tested = condition is not None and TESTS.search(condition.text())
        if found is not None and tested:
            return replace(found, state=later(found.state, State.BY_HAND))
        return found

    def _binary_expression(self, node: Node) -> Taint | None:
        operator, left, right = node.field("operator"), node.field("left"), node.field("right")
        if operator is None or left is None or right is None or operator.text() in _COMPARING:
            return None
        if operator.text() == "&&":
            found = self.value(right)
            if found is not None and TESTS.search(left.text()):
                return replace(found, state=later(found.state, State.BY_HAND))
            return found
        found = worst(self.value(left), self.value(right))
        return replace(found, whole=False) if found is not None and operator.text() == "+" else found

    def _unary_expression(self, node: Node) -> Taint | None:
        operator, inner = node.field("operator"), node.field("argument")
        if operator is None or inner is None or operator.text() in _HARMLESS:
            return None
        found = self.value(inner)
        return replace(found, state=State.CONVERTED, whole=False) if found is not None else None

    def out_of(self, parse: Parsed, path: str) -> Taint | None:
        """What comes out of a parse: text that fits the schema, unless that lets anything through."""
        shape = parse.shape
        if shape is not None and shape.passes is not None and parse.given is not None:
            return Taint(f"{parse.schema} ({shape.passes})", State.RAW)
        if shape is not None and shape.textual and parse.given is not None:
            return Taint(f"validated {parse.schema}", State.PARSED, whole=False)
        if shape is None or shape.fields is None or parse.given is None:
            return None
        source = f"validated {parse.schema}"
        narrow = frozenset(each.name for each in shape.fields if each.narrow)
        self.narrow[source] = narrow
        return None if path.rpartition(".")[2] in narrow else Taint(source, State.PARSED)

    def parse_at(self, node: Node) -> Parsed | None:
        place = span(node)
        return next((p for p in self.parsed if (p.call.start, p.call.end) == place), None)

    def _parse_named(self, node: Node) -> Parsed | None:
        if node.kind() != "identifier":
            return None
        name, at = node.text(), span(node)[0]
        before = [p for p in self.parsed if p.result == name and p.call.start < at]
        return before[-1] if before else None

    def key(self, name: str, at: int) -> str:
        """A variable's own key: a callback's parameter hides a variable of the same name around it."""
        for start, end, names in reversed(self.hiding):
            if start <= at < end and name in names:
                return f"{name}@{start}"
        return name


def parameter_names(function: Node) -> list[tuple[str, int]]:
    single = function.field("parameter")
    if single is not None:
        return [(single.text(), span(single)[0])]
    listed = function.field("parameters")
    patterns = [each.field("pattern") for each in listed.named_children()] if listed is not None else []
    return [(name, start) for pattern in patterns if pattern is not None for name, _, start in bound(pattern)]


def _hides(callback: Mark) -> tuple[int, int, frozenset[str]]:
    return callback.start, callback.end, frozenset(name for name, _ in parameter_names(callback.node))
