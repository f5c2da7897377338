"""For each endpoint: what it does before anyone has asked who is calling."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from checklists.ts.clients import Clients
from checklists.ts.flow.body import AnyCall, Body, called
from checklists.ts.flow.caller_state import Seen, judge, together
from checklists.ts.flow.claims import is_question
from checklists.ts.flow.effects import of_call, of_query
from checklists.ts.flow.guards import Guards
from checklists.ts.flow.secrets import is_lookup
from checklists.ts.flow.syntax import callee, holds, identifiers
from checklists.ts.flow.tested import Held
from checklists.ts.index import Caller, CallerState, Effect, Endpoint, Function, Key, Query
from checklists.ts.parse import Node, unwrap
from checklists.ts.scope import FunctionScope, ModuleScope, Program

_DEPTH = 6
_NAMES = re.compile(r"(?<![.\w$])[A-Za-z_$][\w$]*")
_DECLARED = re.compile(
    r"\b(?:const|let|var)\s+(\{[^=]*?\}|\[[^=]*?\]|[\w$]+)(?:\s*:[^=;]+?)?\s*=\s*([^;\n]*)"
)
_CLIENT = re.compile(r"client|supabase|admin|\bdb\b|\bsb\b|database|\btx\b", re.IGNORECASE)
_ORDINARY = re.compile(
    r"\.(?:auth|from|rpc|storage|functions|channel|schema)\b|\.(?:json|text|map|filter|find|get|set|has|add|push|join|"
    r"split|slice|includes|forEach|toString|trim|then|catch|reduce|some|every|sort|toISOString|getTime|entries|keys|"
    r"values|startsWith|endsWith|replace|replaceAll|toLowerCase|toUpperCase|at|concat|flatMap|toFixed|match|test|t|log|"
    r"info|warn|error|debug|formData|arrayBuffer|blob|delete|append|clone|flat|getAll|charAt|indexOf)$"
)


@dataclass(slots=True, eq=False)
class Callers:
    """Answers for one program."""

    program: Program
    guards: Guards
    clients: Clients
    functions: Mapping[str, Function]
    known: dict[tuple[str, tuple[tuple[str, Key], ...]], Seen] = field(default_factory=dict)

    def of(self, endpoint: Endpoint) -> Caller:
        """Whether the endpoint knows its caller before it acts."""
        found = [each for each in map(self._scope, self._handlers(endpoint)) if each is not None]
        if not found:
            return Caller(CallerState.UNKNOWN, because=endpoint.because or "its function could not be found")
        seen = [self._seen(function, module, {}, 0) for function, module in found]
        judged = judge(together(seen), endpoint.name)
        if len(found) < 2 or judged.state is not CallerState.UNVERIFIED:
            return judged
        # Middleware may be registered anywhere in an application: what is not seen is not proven absent.
        names = (f.name for (f, _), each in zip(found, seen, strict=True) if each.open)
        because = f"no test was seen before what its handler `{next(names)}` does; middleware may hold one"
        return replace(judged, state=CallerState.UNKNOWN, because=because)

    def _handlers(self, endpoint: Endpoint) -> tuple[str | None, ...]:
        """The function that runs; for an application every handler that is registered with it."""
        function = self.functions.get(endpoint.function or "")
        if function is None or self._scope(function.id) is not None:
            return (endpoint.function,)
        return tuple(call.target for call in function.calls)

    def _scope(self, name: str | None) -> tuple[FunctionScope, ModuleScope] | None:
        module = self.program.modules.get((name or "").partition("#")[0])
        function = module.functions.get(name or "") if module is not None else None
        return None if module is None or function is None else (function, module)

    def _seen(
        self, function: FunctionScope, module: ModuleScope, keys: Mapping[str, Key], depth: int
    ) -> Seen:
        memo = (function.id, tuple(sorted(keys.items())))
        if memo not in self.known:
            self.known[memo] = Seen()
            self.known[memo] = self._look(function, module, keys, depth)
        return self.known[memo]

    def _look(
        self, function: FunctionScope, module: ModuleScope, keys: Mapping[str, Key], depth: int
    ) -> Seen:
        body = self.guards.body(function, module)
        every = self.guards.of(function, module)
        sorter = _Sorter(_Coverage(body, every))
        asking = frozenset(held.claim.call.start for held in every)
        queries = tuple(self._queries(body))
        visible = _visible(queries, body.module.text[slice(*function.span)])
        for query in queries:
            effect = of_query(query, _key(query, keys))
            if effect is None or _is_question(query):
                continue
            if _hangs_on(query, visible):
                sorter.doubt(effect, "the service key reads what hangs on rows that RLS let the caller see")
            else:
                sorter.add(effect, effect.location.line)
        for call in body.calls:
            outside = of_call(body, call)
            if outside is not None:
                sorter.add(outside, call.line)
            if depth < _DEPTH:
                for target, inner in self._targets(body, call):
                    seen = self._seen(target[0], target[1], inner, depth + 1)
                    sorter.enter(_without_reads(seen) if call.start in asking else seen, call.line)
            if _is_opaque(body, call):
                sorter.opaque.append(called(call))
        bases = frozenset(held.claim.basis for held in every if held.gates)
        return sorter.seen(bases)

    def _queries(self, body: Body) -> Iterator[Query]:
        """Queries of the function and of the callbacks in it, not of functions that are called by name."""
        own = self.functions.get(body.function.id)
        apart = {
            f.id
            for f in body.module.functions.values()
            if f.id.startswith(f"{body.function.id}.") and f.span in body.nested
        }
        for query in own.queries if own is not None else ():
            if not any(query.function == each or query.function.startswith(f"{each}.") for each in apart):
                yield query

    def _targets(
        self, body: Body, call: AnyCall
    ) -> Iterator[tuple[tuple[FunctionScope, ModuleScope], dict[str, Key]]]:
        """The functions that a call runs, with the keys of the clients that it hands over."""
        bound = body.resolve(call)
        given = body.arguments(call)
        if bound is not None and bound.function is not None and bound.module is not None:
            yield (bound.function, bound.module), self._keys(body, bound.function, given)
        for argument in given:
            if unwrap(argument).kind() == "identifier":
                handed = body.resolve_name(argument.text(), call.start)
                if handed is not None and handed.function is not None and handed.module is not None:
                    yield (handed.function, handed.module), {}

    def _keys(self, body: Body, function: FunctionScope, given: list[Node]) -> dict[str, Key]:
        """By parameter, what the clients that are handed over act with."""
        keys: dict[str, Key] = {}
        for parameter, argument in zip(function.parameters, given, strict=False):
            if not _CLIENT.search(parameter.text):
                continue
            client = self.clients.of(argument, body.module)
            if client is not None and client.key is not Key.UNKNOWN:
                keys |= dict.fromkeys(parameter.names, client.key)
        return keys


def _is_question(query: Query) -> bool:
    """Whether a query is how the caller is checked: a key looked up, a question that the database answers."""
    return query.api == "supabase" and (
        is_lookup(query.text, one=query.operation == "select" and query.single)
        or is_question(query.table or "", query.operation)
    )


def _without_reads(seen: Seen) -> Seen:
    """What a helper reads to find out who is calling is part of the question."""
    kept = tuple(effect for effect in seen.open if effect.operation not in ("select", "rpc"))
    return replace(seen, open=kept)


def _visible(queries: tuple[Query, ...], text: str) -> frozenset[str]:
    """The variables that are made with a client of the caller's own: what is in them, RLS let through."""
    own = {query.client for query in queries if query.key is Key.USER and query.client.isidentifier()}
    if not own or all(query.key is not Key.SERVICE for query in queries):
        return frozenset()
    names = set(own)
    for target, value in _DECLARED.findall(text):
        if names.intersection(_NAMES.findall(value)):
            names.update(_NAMES.findall(target))
    return frozenset(names - own)


def _hangs_on(query: Query, visible: frozenset[str]) -> bool:
    """Whether an elevated select asks only for what those variables name."""
    if not visible or query.key is not Key.SERVICE or query.operation != "select" or not query.filters:
        return False
    values = [value for _, _, value in query.filters if _NAMES.search(value)]
    return bool(values) and all(visible.intersection(_NAMES.findall(value)) for value in values)


def _key(query: Query, keys: Mapping[str, Key]) -> Key:
    if query.key is not Key.UNKNOWN:
        return query.key
    return keys.get(query.client.partition(".")[0], Key.UNKNOWN)


class _Coverage:
    """Which lines of a function only a known caller reaches."""

    def __init__(self, body: Body, every_held: tuple[Held, ...]) -> None:
        self.sure: list[tuple[int, int, str]] = []
        self.doubted: list[tuple[int, int, str]] = []
        for held in every_held:
            lines = body.lines(held.covers)
            if held.gates:
                self.sure.append((*lines, held.claim.basis))
            elif held.gates is None:
                self.doubted.append((*lines, held.because))

        self.body = body
        _, end = body.lines(body.function.span)
        every = (*self.sure, *self.doubted)
        self.exits = [held.exit for held in every_held if held.exit is not None]
        self.whole = tuple(sorted(first for first, last, _ in every if last >= end - 1))

    def ahead(self, line: int) -> int | None:
        """The first line of what a later test lets through, where nothing read here is sent before."""
        return next((first for first in self.whole if first >= line and not self._is_sent(line, first)), None)

    def _is_sent(self, first: int, last: int) -> bool:
        """Whether a variable of these lines is returned in them."""
        held = {each.name for each in self.body.locals if first <= self._line(each.start) < last}
        between = (mark.node for mark in self.body.returns if first < mark.line < last)
        sent = (
            node for node in between if not any(holds(each, node) or holds(node, each) for each in self.exits)
        )
        return any(held & identifiers(each) for each in sent)

    def _line(self, offset: int) -> int:
        return self.body.lines((offset, offset + 1))[0]

    def sure_at(self, line: int) -> bool:
        return any(first <= line <= last for first, last, _ in self.sure)

    def doubt_at(self, line: int) -> str | None:
        return next((because for first, last, because in self.doubted if first <= line <= last), None)


class _Sorter:
    """Sorts effects by what stands before them."""

    def __init__(self, coverage: _Coverage) -> None:
        self.coverage = coverage
        self.open: dict[Effect, None] = {}
        self.doubted: dict[Effect, str] = {}
        self.guarded: dict[Effect, None] = {}
        self.opaque: list[str] = []
        self.bases: frozenset[str] = frozenset()

    def add(self, effect: Effect, line: int) -> None:
        if effect.kind == "query" and effect.operation == "select":
            line = self.coverage.ahead(line) or line
        if self.coverage.sure_at(line):
            self.guarded[effect] = None
            return
        doubt = self.coverage.doubt_at(line)
        if doubt is not None:
            self.doubted[effect] = doubt
        else:
            self.open[effect] = None

    def doubt(self, effect: Effect, because: str) -> None:
        if self.coverage.sure_at(effect.location.line):
            self.guarded[effect] = None
        else:
            self.doubted[effect] = because

    def enter(self, seen: Seen, line: int) -> None:
        for effect in seen.open:
            self.add(effect, line)
        for effect, because in seen.doubted:
            if self.coverage.sure_at(line):
                self.guarded[effect] = None
            else:
                self.doubted[effect] = because
        self.guarded |= dict.fromkeys(seen.guarded)
        self.opaque += seen.opaque
        self.bases |= seen.bases if seen.guarded else frozenset()

    def seen(self, bases: frozenset[str]) -> Seen:
        return Seen(
            tuple(self.open),
            tuple(self.doubted.items()),
            tuple(self.guarded),
            tuple(dict.fromkeys(self.opaque)),
            bases | self.bases,
        )


def _is_opaque(body: Body, call: AnyCall) -> bool:
    """A call into the repo that could not be followed: a method of what a function of the repo made."""
    name = called(call)
    if "." not in name or _ORDINARY.search(name):
        return False
    bound = body.resolve(call)
    if (
        bound is None
        or bound.function is not None
        or bound.package
        or bound.value is None
        or not bound.path
        or "." in bound.path
    ):
        return False
    value = unwrap(bound.value)
    if value.kind() not in ("call_expression", "new_expression") or bound.module is None:
        return False
    made = bound.module.resolve(callee(value))
    return made is not None and not made.package and (made.function is not None or made.value is not None)
