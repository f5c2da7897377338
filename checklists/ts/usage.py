"""What becomes of a query's result: whether it is awaited, and whether anyone looks at its error."""

import re
from dataclasses import dataclass

from checklists.ts.chains import Step
from checklists.ts.naming import callee
from checklists.ts.parse import Node, span
from checklists.ts.patterns import REST, bound
from checklists.ts.scope import FunctionScope, ModuleScope

_TOGETHER = frozenset({"Promise.all", "Promise.allSettled"})
_EACH = frozenset({"map", "flatMap"})
_PASS = frozenset(
    {
        "as_expression",
        "non_null_expression",
        "parenthesized_expression",
        "satisfies_expression",
        "type_assertion",
    }
)


@dataclass(frozen=True, slots=True)
class Usage:
    """`error_read` is None where the result goes on whole to somewhere else; `held` is the variable that
    takes an unfinished query (`let query = …`), for what is added to it later; `result` the names of the
    rows; `handed` is true where the query goes on unsent to code that may add to it.
    """

    awaited: bool
    error_read: bool | None
    held: str | None = None
    result: tuple[str, ...] = ()
    handed: bool = False


def usage(chain: Node, steps: tuple[Step, ...], module: ModuleScope, function: FunctionScope | None) -> Usage:
    """Follow the result of a chain outwards from its last call."""
    if any(step.name == "throwOnError" for step in steps):
        return Usage(awaited=True, error_read=True)
    handled = next((step for step in steps if step.name == "then" and step.arguments), None)
    if handled is not None and handled.arguments:
        return Usage(awaited=True, error_read=_callback_reads(handled.arguments[0], module))
    return _Climb(module, function).follow(chain)


class _Climb:
    def __init__(self, module: ModuleScope, function: FunctionScope | None) -> None:
        self.module, self.function = module, function
        self.awaited = False
        self.index: list[str] = []

    def follow(self, node: Node) -> Usage:  # noqa: C901 - one branch for each kind of parent
        below, above = node, node.parent()
        while above is not None:
            kind = above.kind()
            if kind == "await_expression":
                self.awaited = True
            elif kind == "arguments":
                onward = self._through_call(above)
                if onward is None:
                    return Usage(awaited=True, error_read=None, handed=not self.awaited)
                above = onward
            elif kind == "array":
                self.index.append(str(_position(above, below)))
            elif kind == "arrow_function":
                onward = self._through_callback(above)
                if onward is None:
                    return self._leaves()
                above = onward
            elif kind in ("expression_statement", "unary_expression"):
                return Usage(self.awaited, error_read=False)
            elif kind == "member_expression":
                return Usage(self.awaited, error_read=_property_reads(above))
            elif kind in ("variable_declarator", "assignment_expression"):
                return self._bound(above.field("name") or above.field("left"), span(above)[1])
            elif kind not in _PASS:
                return self._leaves()
            below, above = above, above.parent()
        return Usage(awaited=True, error_read=None)

    def _leaves(self) -> Usage:
        """It is given back, or kept: what an async function returns has been sent by then."""
        sent = self.awaited or (self.function is not None and self.function.is_async)
        return Usage(awaited=True, error_read=None, handed=not sent)

    def _through_call(self, listed: Node) -> Node | None:
        call = listed.parent()
        name = callee(call.field("function")) if call is not None and call.kind() == "call_expression" else ""
        return call if name in _TOGETHER else None

    def _through_callback(self, arrow: Node) -> Node | None:
        """The call that runs an arrow for each element and hands on what it returns."""
        listed = arrow.parent()
        call = listed.parent() if listed is not None and listed.kind() == "arguments" else None
        name = callee(call.field("function")) if call is not None and call.kind() == "call_expression" else ""
        if name.rpartition(".")[2] not in _EACH:
            return None
        self.index.append(REST)
        return call

    def _bound(self, target: Node | None, after: int) -> Usage:
        if target is None:
            return Usage(self.awaited, error_read=None)
        for step in reversed(self.index):
            target = _element(target, step)
            if target is None:
                return Usage(awaited=True, error_read=None)
        if target.kind() == "identifier":
            if not self.awaited and not self.index:
                return Usage(awaited=False, error_read=None, held=target.text())
            name = target.text()
            return Usage(awaited=True, error_read=variable_reads(name, self._rest(after)), result=(name,))
        if target.kind() != "object_pattern":
            return Usage(awaited=True, error_read=None)
        data = tuple(name for name, path, _ in bound(target) if path == "data")
        return Usage(awaited=True, error_read=_pattern_reads(target, self._rest(after)), result=data)

    def _rest(self, after: int) -> str:
        return self.module.text[after : self.function.span[1] if self.function else None]


def variable_reads(name: str, rest: str) -> bool | None:
    """Whether what follows looks at the error of the result held in `name`; None where it goes on whole."""
    quoted = re.escape(name)
    if re.search(rf"\b{quoted}\s*[?!]?\.\s*(?:error|throwOnError)\b", rest):
        return True
    unpacked = re.search(rf"\{{([^{{}}]*)\}}\s*=\s*(?:await\s+)?{quoted}\b", rest)
    if unpacked:
        return "error" in unpacked[1] or "..." in unpacked[1]
    uses = re.findall(rf"(?<![.\w$]){quoted}\b(\s*[?!]?\.\s*\w+)?", rest)
    return None if any(not use for use in uses) else False


def _pattern_reads(pattern: Node, rest: str) -> bool:
    for name, path, _ in bound(pattern):
        if path in ("error", REST) or path.startswith("error."):
            return re.search(rf"(?<![\w$]){re.escape(name)}\b", rest) is not None
    return False


def _property_reads(member: Node) -> bool | None:
    name = member.field("property")
    text = name.text() if name is not None else ""
    if text in ("error", "throwOnError"):
        return True
    return False if text in ("data", "count", "status", "statusText") else None


def _callback_reads(callback: Node, module: ModuleScope) -> bool | None:
    """Whether the function given to `.then` looks at the error."""
    listed = callback.field("parameters")
    first = next(iter(listed.named_children()), None) if listed is not None else callback.field("parameter")
    if first is None:
        return None if callback.kind() in ("identifier", "member_expression") else False
    pattern = first.field("pattern") or first
    body = module.text[span(first)[1] : span(callback)[1]]
    if pattern.kind() == "object_pattern":
        return _pattern_reads(pattern, body)
    return variable_reads(pattern.text(), body) if pattern.kind() == "identifier" else None


def _position(array: Node, element: Node) -> int:
    place = span(element)
    listed = [child for child in array.named_children() if child.kind() != "comment"]
    return next((n for n, child in enumerate(listed) if span(child) == place), 0)


def _element(target: Node, step: str) -> Node | None:
    if target.kind() != "array_pattern" or step == REST:
        return None
    position = 0
    for child in target.children():
        if child.kind() == ",":
            position += 1
        elif child.is_named() and position == int(step):
            return child
    return None
