"""What a function sends back: returned values and responses, their status, and the internal text in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from checklists.ts.flow.body import Body, called
from checklists.ts.flow.guards import Guards
from checklists.ts.flow.leaks import Leak, Leaks
from checklists.ts.flow.syntax import arguments, callee, holds, leaves, statements
from checklists.ts.flow.tested import Held
from checklists.ts.index import EndpointKind, Reply
from checklists.ts.naming import CALLBACK_METHODS
from checklists.ts.parse import Mark, Node, find_kinds, mark, span, unwrap
from checklists.ts.scope import Binding, FunctionScope, ModuleScope

_RESPONSES = re.compile(
    r"^(?:Response|NextResponse)(?:\.(?:json|redirect|error))?$|^(?:c|ctx)\.(?:json|text|html|body)$|^res(?:ponse)?\..*(?:json|send|end)$"
)
_LEADING_ON = frozenset({"permanentRedirect", "redirect"})
_STATUS = re.compile(r"\bstatus\s*:\s*(\d{3})\b|\.status\((\d{3})\)")
_PLAIN_STATUS = re.compile(r"^[1-5]\d\d$")
_ASKED = frozenset({"getUser", "getClaims", "getSession"})
_DEPTH = 3
_LONGEST = 200


@dataclass(slots=True, eq=False)
class Replies:
    """Answers for the functions of one program."""

    guards: Guards
    known: dict[str, tuple[Reply, ...]] = field(default_factory=dict)

    def of(
        self, kind: EndpointKind | None, function: FunctionScope, module: ModuleScope, depth: int = 0
    ) -> tuple[Reply, ...]:
        """Everything that a function answers, in source order."""
        key = f"{function.id}|{kind}"
        if key not in self.known:
            self.known[key] = ()
            body = self.guards.body(function, module)
            leaks = Leaks(body)
            refusing = list(_refusals(self.guards.of(function, module)))
            found = [self._reply(body, leaks, each, refusing, kind, depth) for each in answers(body, kind)]
            self.known[key] = tuple(reply for reply in found if reply is not None)
        return self.known[key]

    def _reply(
        self,
        body: Body,
        leaks: Leaks,
        node: Node,
        refusing: list[Node],
        kind: EndpointKind | None,
        depth: int,
    ) -> Reply | None:
        expression = answered(node)
        if expression is None:
            return None
        leak = leaks.of(expression)
        place = mark(node)
        reply = Reply(
            location=body.place(place),
            status=_status(expression),
            leak=None,
            in_catch=any(clause.start <= place.start < clause.end for clause in body.catches),
            text=body.module.slice(expression)[:_LONGEST],
            refuses=any(holds(node, each) or holds(each, node) for each in refusing)
            or _refused_by_throw(body, node, refusing),
            headers=_headers(expression),
        )
        return self._with_leak(reply, leak, body, expression, kind, depth)

    def _with_leak(
        self,
        reply: Reply,
        leak: Leak | None,
        body: Body,
        expression: Node,
        kind: EndpointKind | None,
        depth: int,
    ) -> Reply:
        if leak is not None and leak.helper is None:
            return replace(reply, leak=leak.text, source=leak.source)
        if leak is not None and leak.helper is not None:
            inner = self._of_helper(leak.helper, depth)
            if inner is not None:
                return replace(reply, leak=leak.text, source=inner.source, via=leak.helper.name)
            return reply
        handed = unwrap(expression)
        bound = body.resolve(mark(handed)) if handed.kind() == "call_expression" else None
        if bound is not None and bound.function is not None and kind is not EndpointKind.EDGE:
            inner = self._of_helper(bound, depth)
            if inner is not None:
                return replace(reply, leak=inner.leak, source=inner.source, via=bound.name)
        return reply

    def _of_helper(self, bound: Binding, depth: int) -> Reply | None:
        """The first answer of a helper that holds internal text."""
        if bound.function is None or bound.module is None or depth >= _DEPTH:
            return None
        replies = self.of(None, bound.function, bound.module, depth + 1)
        return next((reply for reply in replies if reply.leak is not None), None)


def _refusals(every: tuple[Held, ...]) -> Iterator[Node]:
    """The exits that turn an unknown caller away: the first test of each question asked here."""
    seen: set[int] = set()
    for held in every:
        start = held.claim.call.start
        if (
            held.exit is not None
            and held.claim.via is None
            and held.claim.basis in _ASKED
            and start not in seen
            and not any(_is_behind(held.exit, each) for each in every if each.claim.call.start == start)
        ):
            seen.add(start)
            yield held.exit


def _is_behind(exit_: Node, held: Held) -> bool:
    """Whether only callers that the test knows get to that exit: `if (user && poor) { return 402 }`."""
    first, last = span(exit_)
    return bool(held.gates) and held.covers[0] <= first and last <= held.covers[1]


def answers(body: Body, kind: EndpointKind | None) -> Iterator[Node]:
    """Returns of the function and of callbacks handed to wrappers, an arrow's value, and responses."""
    outer = body.function.node
    value = outer.field("body")
    if outer.kind() == "arrow_function" and value is not None and value.kind() != "statement_block":
        yield value
    silent = [m for m in body.callbacks if _is_elsewhere(m)]
    for each in body.returns:
        around = [m for m in silent if m.start <= each.start < m.end]
        if not around or (
            kind in (EndpointKind.ROUTE, EndpointKind.EDGE) and _RESPONSES.search(_made(each.node))
        ):
            yield each.node
    for callback in body.callbacks:
        inner = callback.node.field("body")
        if not _is_elsewhere(callback) and inner is not None and inner.kind() != "statement_block":
            yield inner
    for call in body.calls:
        name = called(call)
        if re.match(r"^res(?:ponse)?\b.*\.(?:json|send|end)$", name) or (
            name in _LEADING_ON and kind is not EndpointKind.EDGE and _is_put_together(call.node)
        ):
            yield call.node


def _is_put_together(call: Node) -> bool:
    """An address with something in it: `redirect(`/error?message=${error.message}`)` shows it."""
    given = arguments(call)
    return bool(given) and unwrap(given[0]).kind() in ("template_string", "binary_expression")


def _made(statement: Node) -> str:
    inner = statement.named_children()
    if not inner:
        return ""
    value = unwrap(inner[0])
    return callee(value) if value.kind() in ("call_expression", "new_expression") else ""


def _is_elsewhere(callback: Mark) -> bool:
    """A callback whose answer is not the function's: `rows.map((row) => …)`, an event handler."""
    above = callback.node.parent()
    call = above.parent() if above is not None and above.kind() == "arguments" else None
    if call is None:
        return above is None or above.kind() not in (
            "return_statement",
            "arrow_function",
            "parenthesized_expression",
        )
    name = callee(call).rpartition(".")[2]
    return name in CALLBACK_METHODS or name in ("on", "start", "waitUntil", "after", "addEventListener")


def answered(node: Node) -> Node | None:
    """The expression that an answer consists of, None for a bare `return`."""
    if node.kind() != "return_statement":
        return node
    inner = [child for child in node.named_children() if child.kind() != "comment"]
    return inner[0] if inner else None


def _status(expression: Node) -> int | None:
    value = unwrap(expression)
    if value.kind() not in ("call_expression", "new_expression"):
        return None
    text = value.text()
    leads_on = callee(value).endswith(".redirect")
    found = _STATUS.search(text)
    if found:
        return int(found[1] or found[2])
    for given in reversed(arguments(value)):
        if _PLAIN_STATUS.match(given.text()):
            return int(given.text())
    if leads_on and "status" not in text:
        return 307 if callee(value).startswith("NextResponse") else 302
    return 200 if _RESPONSES.search(callee(value)) and "status" not in text else None


def _headers(expression: Node) -> str:
    """The source text of a response's headers; empty where it sets none."""
    value = unwrap(expression)
    for pair in find_kinds(value, "pair", "shorthand_property_identifier"):
        key = pair.field("key")
        if pair.kind() == "shorthand_property_identifier" and pair.text() == "headers":
            return "headers"
        held = pair.field("value")
        if key is not None and held is not None and key.text() == "headers":
            return held.text()
    return ""


def _refused_by_throw(body: Body, node: Node, refusing: list[Node]) -> bool:
    """Whether it stands in the `catch` that a refusal's `throw` ends in, where nothing picks a status."""
    clause = next((m for m in body.catches if m.start <= span(node)[0] < m.end), None)
    above = clause.node.parent() if clause is not None else None
    inside = clause.node.field("body") if clause is not None else None
    block = above.field("body") if above is not None else None
    if inside is None or block is None:
        return False
    last = leaves(inside)
    if last is None or last != node or len([s for s in statements(inside) if s.kind() == "if_statement"]) > 0:
        return False
    thrown = [each for each in refusing if each.kind() == "throw_statement" and holds(block, each)]
    return bool(thrown)
