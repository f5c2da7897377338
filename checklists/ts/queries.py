"""Supabase calls: tables, RPC, auth, storage and functions, with where they go and what becomes of the
result.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from checklists.ts.bindings import bound_loop
from checklists.ts.chains import Chain, Step, literal, read_chain
from checklists.ts.clients import Clients, Origin, Provenance
from checklists.ts.index import Key, Query
from checklists.ts.loops import Loop
from checklists.ts.naming import callee
from checklists.ts.parse import Mark, Node, find_kinds, span, unwrap
from checklists.ts.postgrest import OPERATIONS, columns, constant, filters, on_conflict, order_by
from checklists.ts.scope import Binding, FunctionScope, ModuleScope
from checklists.ts.sites import Site
from checklists.ts.usage import usage

# What a client is called where nothing says what made it: a callback's parameter, a context's property.
_CONVENTIONAL = re.compile(
    r"^(?:\w*supabase\w*|sb|sb[A-Z]\w*|admin|\w*[cC]lient|db|anon|service)$", re.IGNORECASE
)
_FOREIGN = frozenset(
    {"Array", "Buffer", "Object", "Promise", "String", "Number", "JSON", "Math", "Date", "crypto"}
)
_SERVICES = frozenset({"auth", "storage", "functions"})
# Subscriptions and synchronous helpers give no `{ data, error }` to look at.
_NO_RESULT = frozenset(
    {"getPublicUrl", "onAuthStateChange", "startAutoRefresh", "stopAutoRefresh", "setAuth", "from"}
)


@dataclass(slots=True)
class _Draft:
    """A query whose variable may take further steps (`query = query.eq(…)`)."""

    query: Query
    steps: list[Step]
    chain: Chain
    loop: Loop | None
    function: FunctionScope | None
    extra: list[Step] = field(default_factory=list)


class QueryReader:
    """Reads the Supabase calls of one module, in source order."""

    def __init__(self, module: ModuleScope, clients: Clients) -> None:
        self._module, self._clients = module, clients
        self._drafts: list[_Draft] = []
        self._held: dict[tuple[str, str], _Draft] = {}
        self.held: set[str] = set()  # the variables that hold an unfinished query
        self.origins: dict[tuple[str, str], Origin] = {}

    def read(self, mark: Mark, site: Site) -> bool:
        """Take a call for what it is; false where it is no Supabase call."""
        chain = read_chain(mark.node)
        names = [step.name for step in chain.steps]
        shape = _shape(chain, names, self._module)
        if shape is None:
            return False
        client = self._client(chain, shape.at)
        if client is None:
            return False
        self._add(mark, chain, shape, client, site)
        return True

    def finished(self) -> Iterator[Query]:
        """All queries, with what was added to them after they began."""
        for (_, name), draft in self._held.items():
            self._sent(name, draft)
            if not draft.query.handed and self._is_handed(name, draft):
                draft.query = replace(draft.query, handed=True)
        for draft in self._drafts:
            steps = [*draft.steps, *draft.extra]
            shaped = self._shaped(draft, steps) if draft.query.api == "supabase" else draft.query
            yield with_loop(shaped, draft.loop, self._module)

    def _client(self, chain: Chain, at: int) -> tuple[Provenance, str] | None:
        """The client that the chain starts from: its provenance, and how it is written."""
        receiver = chain.root
        if at > 0:
            step = chain.steps[at - 1]
            if step.called:
                return None if step.name != "schema" or at < 1 else self._client(chain, at - 1)
            receiver = step.node
        name = self._module.slice(receiver)
        found = self._clients.of(receiver, self._module)
        if found is not None:
            return (found, name) if found.api == "supabase" else None
        return self._by_name(receiver, name)

    def _by_name(self, receiver: Node, name: str) -> tuple[Provenance, str] | None:
        last = name.rpartition(".")[2].rstrip("!?")
        if last in _FOREIGN or "supabase" not in self._module.text.lower():
            return None
        start = span(receiver)[0]
        kind = receiver.kind()
        if kind == "call_expression":
            last = name.partition("(")[0].rpartition(".")[2]
            conventional = re.search(r"supabase|client|admin", last, re.IGNORECASE)
        else:
            conventional = _CONVENTIONAL.match(last)
            binding = self._module.resolve(name, self._module.function_around(start), start)
            if binding is not None and self._is_foreign(binding):
                return None
        return (Provenance("supabase", Key.UNKNOWN), name) if conventional else None

    def _is_foreign(self, binding: Binding) -> bool:
        """Whether it comes from a package that has nothing to do with Supabase, itself or what made it."""
        value = unwrap(binding.value) if binding.value is not None else None
        if value is not None and value.kind() == "call_expression" and binding.module is not None:
            start = span(value)[0]
            made = binding.module.resolve(
                callee(value.field("function")), binding.module.function_around(start), start
            )
            return made is not None and not made.path and self._is_foreign(made)
        return bool(binding.package) and "supabase" not in binding.package.lower()

    def _add(
        self, mark: Mark, chain: Chain, shape: "_Shape", client: tuple[Provenance, str], site: Site
    ) -> None:
        steps = chain.steps[shape.at :]
        used = usage(mark.node, steps, self._module, site.function)
        query = Query(
            api=shape.api,
            operation=shape.operation,
            table=shape.table,
            location=site.location,
            key=client[0].key,
            client=client[1],
            function=site.holder,
            awaited=used.awaited or used.held is not None,
            error_read=None if shape.operation in _NO_RESULT else used.error_read,
            text=self._module.slice(mark.node),
            result=used.result,
            handed=used.handed,
            methods=tuple(step.name for step in steps if step.called),
        )
        if shape.payload is not None:
            query = replace(query, payload=self._module.slice(shape.payload))
        if client[0].origin is not None:
            self.origins[(site.holder, client[1])] = client[0].origin
        draft = _Draft(query, list(steps), chain, site.loop, site.function)
        self._drafts.append(draft)
        if used.held is not None:
            self._held[(site.holder, used.held)] = draft
            self.held.add(used.held)
            if draft.query.error_read is None:
                draft.query = replace(draft.query, awaited=False)

    def continues(self, mark: Mark, site: Site) -> bool:
        """`query = query.eq(…)` and `await query.limit(1)` belong to the query that the variable holds."""
        chain = read_chain(mark.node)
        if chain.root.kind() != "identifier" or not chain.steps:
            return False
        draft = self._held.get((site.holder, chain.root.text()))
        if draft is None or not chain.steps[0].called:
            return False
        draft.extra += chain.steps
        used = usage(chain.node, chain.steps, self._module, site.function)
        if used.held is None:
            draft.query = replace(
                draft.query,
                awaited=used.awaited,
                error_read=used.error_read,
                result=used.result,
                handed=used.handed,
            )
        return True

    def _sent(self, name: str, draft: _Draft) -> None:
        """Where a query that a variable holds is awaited by that name alone."""
        if draft.function is None:
            return
        for each in find_kinds(draft.function.node, "await_expression"):
            inner = next(iter(each.named_children()), None)
            if inner is not None and inner.kind() == "identifier" and inner.text() == name:
                used = usage(inner, (), self._module, draft.function)
                draft.query = replace(
                    draft.query, awaited=True, error_read=used.error_read, result=used.result
                )
                return

    def _is_handed(self, name: str, draft: _Draft) -> bool:
        """Whether a variable's query is an argument of a call: `query = narrow(query)`."""
        if draft.function is None:
            return False
        rest = self._module.text[span(draft.chain.node)[1] : draft.function.span[1]]
        return re.search(rf"[(,]\s*{re.escape(name)}\s*[,)]", rest) is not None

    def _shaped(self, draft: _Draft, steps: list[Step]) -> Query:
        query = draft.query
        methods = tuple(step.name for step in steps if step.called)
        select = next((step for step in steps if step.name == "select"), None)
        writes = query.operation in ("delete", "insert", "update", "upsert")
        if not query.awaited and query.error_read is None:
            query = replace(query, awaited=True)  # handed on unfinished: whoever takes it sends it
        return replace(
            query,
            methods=methods,
            columns=columns(select, self._module),
            filters=tuple(filters(steps, self._module)),
            order_by=tuple(order_by(steps)),
            on_conflict=on_conflict(draft.chain) if writes else None,
            returning=writes and select is not None,
            single=bool({"single", "maybeSingle"}.intersection(methods)),
        )


def with_loop(query: Query, loop: Loop | None, module: ModuleScope) -> Query:
    """The query with the loop that it is bound to, or else the innermost one around it."""
    found = bound_loop(query, loop, module)
    shown = found or loop
    return replace(query, loop=shown.location if shown else None, loop_bound=found is not None)


@dataclass(frozen=True, slots=True)
class _Shape:
    """`at` is the place in the chain where the client ends."""

    api: str
    operation: str
    table: str | None
    at: int
    payload: Node | None = None


def _shape(chain: Chain, names: list[str], module: ModuleScope) -> _Shape | None:
    for at, step in enumerate(chain.steps):
        if step.name == "from" and step.called and (at == 0 or names[at - 1] != "storage"):
            return _table_shape(chain, names, at, module)
        if step.name == "rpc" and step.called and step.arguments:
            payload = step.arguments[1] if len(step.arguments) > 1 else None
            return _Shape("supabase", "rpc", _qualified(chain, at, step.arguments[0], module), at, payload)
        if step.name in _SERVICES and not step.called:
            return _service_shape(chain, names, at, module)
    return None


def _table_shape(chain: Chain, names: list[str], at: int, module: ModuleScope) -> _Shape | None:
    step = chain.steps[at]
    operation = next((name for name in names[at + 1 :] if name in OPERATIONS), None)
    if operation is None or names[at + 1] != operation or len(step.arguments or ()) != 1:
        return None
    given = chain.steps[at + 1].arguments or ()
    payload = given[0] if given and operation in ("insert", "update", "upsert") else None
    return _Shape("supabase", operation, _qualified(chain, at, step.arguments[0], module), at, payload)  # type: ignore[index]


def _qualified(chain: Chain, at: int, name: Node, module: ModuleScope) -> str | None:
    """The table's name, with its schema where `.schema('x')` stands before."""
    table = constant(name, module)
    before = chain.steps[at - 1] if at else None
    if table is not None and before is not None and before.name == "schema" and before.arguments:
        schema = literal(before.arguments[0])
        return f"{schema}.{table}" if schema else table
    return table


def _service_shape(chain: Chain, names: list[str], at: int, module: ModuleScope) -> _Shape | None:
    called = [step for step in chain.steps[at + 1 :] if step.called]
    bucket = next((step for step in called if step.name == "from"), None)
    last = [step for step in called if step.name not in ("from", "then", "catch", "finally", "throwOnError")]
    if not last:
        return None
    service = names[at]
    operation = f"{names[at + 1]}.{last[0].name}" if names[at + 1] in ("admin", "mfa") else last[0].name
    payload = last[0].arguments[0] if last[0].arguments else None
    named = bucket.arguments[0] if bucket is not None and bucket.arguments else None
    table = constant(named, module) if named is not None and service == "storage" else None
    return _Shape(service, operation, table, at, payload)
