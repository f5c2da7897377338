"""One function's body, gathered in one pass: calls, variables, branches and returns, in source order."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

from checklists.model import Location
from checklists.ts.flow.syntax import arguments, callee, identifiers
from checklists.ts.naming import callee as short_callee
from checklists.ts.parse import FUNCTIONS, Mark, Node, Span, find_kinds, mark, unwrap
from checklists.ts.scope import Binding, FunctionScope, Local, ModuleScope
from checklists.ts.targets import Targets

_BRANCHES = ("if_statement", "ternary_expression")
_CALLS = frozenset({"call_expression", "new_expression"})
_DEFERRED = frozenset({"cache", "memo", "unstable_cache", "useCallback", "useMemo"})
_EXITS = (*_BRANCHES, "return_statement", "throw_statement", "catch_clause")


class CallMark(NamedTuple):
    """A call with its place, as `Mark`, and what it calls as one squeezed word."""

    node: Node
    kind: str
    start: int
    end: int
    line: int
    end_line: int
    name: str


AnyCall = Mark | CallMark


@dataclass(frozen=True, eq=False)
class Branch:
    """An `if` or a `? :` with its condition."""

    mark: Mark
    condition: Node

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the variables that the condition uses."""
        return frozenset(identifiers(self.condition))


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """The nodes of one function; functions within it that are called by name are left out."""

    function: FunctionScope
    module: ModuleScope
    calls: tuple[CallMark, ...]
    locals: tuple[Local, ...]
    branches: tuple[Branch, ...]
    returns: tuple[Mark, ...]
    throws: tuple[Mark, ...]
    catches: tuple[Mark, ...]
    loops: tuple[Mark, ...]
    callbacks: tuple[Mark, ...]
    nested: tuple[Span, ...]
    targets: Targets
    line_breaks: tuple[int, ...]
    resolved: dict[tuple[int, int], Binding | None] = field(default_factory=dict)
    handed: dict[tuple[int, int], list[Node]] = field(default_factory=dict)

    def resolve(self, call: AnyCall) -> Binding | None:
        """What a call calls, methods of what factories and classes make included; None where nothing says."""
        key = call.start, call.end
        if key not in self.resolved:
            self.resolved[key] = self._resolve(call)
        return self.resolved[key]

    def arguments(self, call: AnyCall) -> list[Node]:
        """The arguments of a call."""
        key = call.start, call.end
        if key not in self.handed:
            self.handed[key] = arguments(call.node)
        return self.handed[key]

    def _resolve(self, call: AnyCall) -> Binding | None:
        name = short_callee(call.node.field("function") or call.node.field("constructor"))
        bound = self.resolve_name(name, call.start)
        if bound is not None and (bound.function is not None or bound.package):
            return bound
        found = self.targets.target(self.module, name, self.function, call.start)
        home = self.module.program.modules.get(found.location.path) if found is not None else None
        return bound if found is None or home is None else Binding(found.name, home, found)

    def resolve_name(self, name: str, at: int) -> Binding | None:
        """What a dotted name stands for at an offset."""
        if not name or not all(part.isidentifier() for part in name.split(".")):
            return None
        return self.module.resolve(name, within=self.function, at=at)

    def lines(self, span: Span) -> Span:
        """First and last line of a span, counted from 1."""
        first, last = span
        breaks = self.line_breaks
        return bisect_right(breaks, first) + 1, bisect_left(breaks, max(first, last - 1)) + 1

    def place(self, found: AnyCall) -> Location:
        """The node's place in the repo."""
        return Location(self.module.path, found.line, found.end_line)


def exits(module: ModuleScope) -> tuple[Mark, ...]:
    """The branches, returns, throws and catches of a module: one search, whatever its functions ask of it."""
    return tuple(map(mark, find_kinds(module.tree.root, *_EXITS)))


def read_body(
    function: FunctionScope, module: ModuleScope, targets: Targets, exits: tuple[Mark, ...]
) -> Body:
    """Gather the nodes of a function; `exits` are those of the module."""
    nested = [
        each.span for each in module.functions.values() if each.parent == function.id and _is_apart(each)
    ]
    found = [m for m in _within(exits, function.span) if not _in_any(m.start, nested)]
    marks = [m for m in _within(module.tree.marks, function.span) if not _in_any(m.start, nested)]
    own = sorted(_locals(function, module), key=lambda each: each.start)
    return Body(
        function=function,
        module=module,
        calls=tuple(CallMark(*m, callee(m.node)) for m in marks if m.kind in _CALLS),
        locals=tuple(own),
        branches=tuple(_branches(found)),
        returns=tuple(m for m in found if m.kind == "return_statement"),
        throws=tuple(m for m in found if m.kind == "throw_statement"),
        catches=tuple(m for m in found if m.kind == "catch_clause"),
        loops=tuple(m for m in marks if m.kind == "for_in_statement"),
        callbacks=tuple(m for m in marks if m.kind in FUNCTIONS and m.start != function.span[0]),
        nested=tuple(nested),
        targets=targets,
        line_breaks=_line_breaks(module.path, module.text),
    )


@lru_cache(maxsize=256)
def _line_breaks(_path: str, text: str) -> tuple[int, ...]:
    return tuple(found.start() for found in re.finditer("\n", text))


def _is_apart(function: FunctionScope) -> bool:
    """Whether it runs when something names it; a callback runs where the call stands that it is handed to."""
    return not function.wrappers or function.wrappers[-1].rpartition(".")[2] in _DEFERRED


def _locals(function: FunctionScope, module: ModuleScope) -> Iterator[Local]:
    inner = (f for f in module.functions.values() if f.parent == function.id and not _is_apart(f))
    for each in (function, *inner):
        for values in each.locals.values():
            yield from values


def _branches(found: list[Mark]) -> Iterator[Branch]:
    for each in found:
        condition = each.node.field("condition") if each.kind in _BRANCHES else None
        if condition is not None:
            yield Branch(each, condition)


def _within(marks: tuple[Mark, ...], around: Span) -> Iterator[Mark]:
    for position in range(bisect_left(marks, around[0], key=lambda m: m.start), len(marks)):
        found = marks[position]
        if found.start >= around[1]:
            return
        yield found


def _in_any(offset: int, spans: list[Span]) -> bool:
    return any(first <= offset < last for first, last in spans)


def called(found: AnyCall) -> str:
    """What a call calls, as one squeezed word."""
    return found.name if isinstance(found, CallMark) else callee(found.node)


def result_names(body: Body, call: AnyCall) -> tuple[Local, ...]:
    """The variables that hold the call's result or a part of it, `Promise.all` seen through."""
    held = [each for each in body.locals if _holds(unwrap(each.value), call)]
    return tuple(held) or tuple(_from_all(body, call))


def _holds(value: Node, call: AnyCall) -> bool:
    place = value.range()
    return place.start.index == call.start and place.end.index == call.end


def _from_all(body: Body, call: AnyCall) -> Iterator[Local]:
    """`const [{ data: { user } }, rows] = await Promise.all([getUser(), load()])`."""
    for each in body.locals:
        value = unwrap(each.value)
        place = value.range()
        if not (place.start.index <= call.start and call.end <= place.end.index):
            continue
        if value.kind() != "call_expression" or callee(value) != "Promise.all":
            continue
        given = value.field("arguments")
        lists = given.named_children() if given is not None else []
        elements = lists[0].named_children() if lists else []
        index = next((n for n, element in enumerate(elements) if _holds(unwrap(element), call)), None)
        head, _, rest = each.path.partition(".")
        if index is not None and head == str(index):
            yield Local(each.name, call.node, rest, each.start, each.holder, each.declared)
