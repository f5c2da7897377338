"""Walks one module's calls in source order: what each runs, in which function and loop, and which are
queries.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from checklists.model import Location
from checklists.ts.bindings import mentioning_loop
from checklists.ts.callees import callees
from checklists.ts.chains import arguments
from checklists.ts.clients import FACTORIES, Clients, Origin
from checklists.ts.credentials import Sites
from checklists.ts.drizzle import DrizzleReader, Tables
from checklists.ts.index import Call, Query
from checklists.ts.loops import Loop, callback_loop, statement_loop
from checklists.ts.parse import FUNCTIONS, LOOPS, Mark, Span, span
from checklists.ts.queries import QueryReader
from checklists.ts.scope import FunctionScope, ModuleScope
from checklists.ts.sites import Site
from checklists.ts.targets import Targets
from checklists.ts.uses import WATCHED, Watched

_SUPABASE = (".from(", ".rpc(", ".auth", ".storage", ".functions")
_SUPABASE_CALLEE = re.compile(r"(?:^|\.)(?:from|rpc)(?:\(\)|$)|\.(?:auth|storage|functions)\.")
_SQL = ("drizzle", "pg", "postgres", "prisma", "$queryRaw", "Pool", "neon", "sql`")
_SQL_CALLEE = re.compile(
    r"(?:^|\.)(?:select\w*\(\)|insert\b|update\b|delete\b|execute$|raw$|unsafe$|query\b|\$\w+Raw\w*$)"
)


@dataclass(slots=True)
class Walked:
    """What one module does: calls by the function that makes them, all queries, and where their clients come
    in.
    """

    calls: dict[str, list[Call]] = field(default_factory=dict)
    queries: list[Query] = field(default_factory=list)
    origins: dict[tuple[str, str], Origin] = field(default_factory=dict)
    watched: list[Watched] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Frame:
    end: int
    function: FunctionScope | None
    loop: Loop | None

    def loop_at(self, start: int) -> Loop | None:
        """The loop that runs what stands at `start`; what a `for` evaluates once is in its head."""
        loop = self.loop
        while loop is not None and start < loop.start:
            loop = loop.outer
        return loop


class Walker:
    """Reads modules one by one with what is known of all of them."""

    def __init__(self, targets: Targets, clients: Clients, tables: Tables) -> None:
        self._targets, self._clients, self._tables = targets, clients, tables
        self.sites: Sites = {}

    def walk(self, module: ModuleScope) -> Walked:
        """Every call of the module."""
        return _Walk(module, self._targets, self._clients, self._tables, self.sites).run()


class _Walk:
    def __init__(
        self, module: ModuleScope, targets: Targets, clients: Clients, tables: Tables, sites: Sites
    ) -> None:
        self.module, self.targets, self.clients, self.sites = module, targets, clients, sites
        self.own = {function.span: function for function in module.functions.values()}
        self.frames = [_Frame(len(module.text) + 1, None, None)]
        self.walked = Walked()
        self.supabase = QueryReader(module, clients) if _mentions(module.text, _SUPABASE) else None
        self.sql = DrizzleReader(module, clients, tables) if _mentions(module.text, _SQL) else None
        self.outside = f"{module.path}#module"
        self.taken: set[Span] = set()
        self.names = callees(module.text, module.tree.marks)

    def run(self) -> Walked:
        for mark in self.module.tree.marks:
            while self.frames[-1].end <= mark.start:
                self.frames.pop()
            if mark.kind == "call_expression":
                self._call(mark, self.names[mark.start, mark.end])
            elif mark.kind in FUNCTIONS:
                self._function(mark)
            elif mark.kind in LOOPS:
                self._loop(mark)
            elif mark.kind == "new_expression":
                self._made(mark, self.names[mark.start, mark.end])
        for reader in (self.supabase, self.sql):
            self.walked.queries += reader.finished() if reader else ()
        self.walked.origins = self.supabase.origins if self.supabase else {}
        self.walked.queries.sort(key=lambda query: (query.location.line, query.location.end_line))
        return self.walked

    def _loop(self, mark: Mark) -> None:
        frame = self.frames[-1]
        loop = statement_loop(mark, self.module.text, self.module.path)
        self.frames.append(_Frame(mark.end, frame.function, replace(loop, outer=frame.loop_at(mark.start))))

    def _function(self, mark: Mark) -> None:
        frame, own = self.frames[-1], self.own.get((mark.start, mark.end))
        parent = mark.node.parent()
        call = parent.parent() if parent is not None and parent.kind() == "arguments" else None
        loop: Loop | None = None
        if call is not None and (own is None or own.parent is None):
            outer = frame.loop_at(mark.start) if own is None else None
            name = self.names.get(span(call), "") if call.kind() == "call_expression" else ""
            each = callback_loop(mark, name, self.module.path)
            loop = replace(each, outer=outer) if each is not None else outer
        self.frames.append(_Frame(mark.end, own or frame.function, loop))

    def _call(self, mark: Mark, name: str) -> None:
        frame = self.frames[-1]
        function = frame.function
        loop = frame.loop_at(mark.start)
        place = Location(self.module.path, mark.line, mark.end_line)
        holder = function.id if function else self.outside
        readers = self._readers(mark, name)
        if readers and (mark.start, mark.end) not in self.taken:
            site = Site(place, mark.start, holder, function, loop)
            if any(read(mark, site) for read in readers):
                self.taken.update(_links(mark))
        if not name:
            return
        if name.rpartition(".")[2] in WATCHED:
            self._watch(mark, name, function)
        if name in FACTORIES:
            self.clients.of(mark.node, self.module)  # a client counts where it is made, used or not
        target = self._target(name, function, mark)
        bound = mentioning_loop(self._given(mark), loop, self.module) if target and loop else None
        call = Call(
            callee=name,
            target=target,
            location=place,
            awaited=self.module.text.startswith("await", max(mark.start - 6, 0)),
            loop=(bound or loop).location if loop else None,
            loop_bound=bound is not None,
        )
        self.walked.calls.setdefault(holder, []).append(call)

    def _made(self, mark: Mark, name: str) -> None:
        frame = self.frames[-1]
        self._target(name, frame.function, mark)
        if name in WATCHED:
            self._watch(mark, name, frame.function)

    def _watch(self, mark: Mark, name: str, function: FunctionScope | None) -> None:
        place = Location(self.module.path, mark.line, mark.end_line)
        holder = function.id if function else self.outside
        self.walked.watched.append(Watched(mark, name, Site(place, mark.start, holder, function, None)))

    def _given(self, mark: Mark) -> str:
        return " ".join(self.module.slice(each) for each in arguments(mark.node))

    def _target(self, name: str, function: FunctionScope | None, mark: Mark) -> str | None:
        found = self.targets.target(self.module, name, function, mark.start)
        if found is None:
            return None
        self.sites.setdefault(found.id, []).append((self.module, mark.node))
        return found.id

    def _readers(self, mark: Mark, name: str) -> list[Callable[[Mark, Site], bool]]:
        """What may take the call for a query, in turn."""
        found: list[Callable[[Mark, Site], bool]] = []
        if self.supabase is None and self.sql is None:
            return found
        if self.supabase is not None:
            if _SUPABASE_CALLEE.search(name):
                found.append(self.supabase.read)
            if name.partition(".")[0] in self.supabase.held:
                found.append(self.supabase.continues)
        if self.sql is not None and (self.module.text[mark.end - 1] == "`" or _SQL_CALLEE.search(name)):
            found.append(self.sql.read)
        return found


def _mentions(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)


def _links(mark: Mark) -> Iterator[tuple[int, int]]:
    """The calls within a chain, which are part of the query that the whole chain is."""
    node = mark.node.field("function")
    while node is not None:
        kind = node.kind()
        if kind == "call_expression":
            yield span(node)
            node = node.field("function")
        elif kind == "member_expression":
            node = node.field("object")
        elif kind in ("await_expression", "non_null_expression", "parenthesized_expression", "as_expression"):
            node = next(iter(node.named_children()), None)
        else:
            return
