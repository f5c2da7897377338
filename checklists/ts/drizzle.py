"""Drizzle queries, and SQL that is sent as text by Drizzle, postgres.js, node-postgres or Prisma."""

import re
from collections.abc import Iterator
from dataclasses import replace

from checklists.model import Location
from checklists.ts.chains import Chain, Step, arguments, literal, properties, read_chain
from checklists.ts.clients import Clients
from checklists.ts.index import DrizzleTable, Key, Query
from checklists.ts.naming import callee
from checklists.ts.parse import Mark, Node, span, unwrap
from checklists.ts.parse import mark as mark_of
from checklists.ts.queries import with_loop
from checklists.ts.scope import Binding, ModuleScope, Program
from checklists.ts.sites import NOWHERE as _NOWHERE
from checklists.ts.sites import Site
from checklists.ts.usage import usage

_WRITES = frozenset({"delete", "insert", "update"})
_SELECTS = frozenset({"select", "selectDistinct", "selectDistinctOn"})
_FINDS = frozenset({"findFirst", "findMany"})
_TABLES = frozenset({"mysqlTable", "pgTable", "pgView", "pgMaterializedView", "table", "view"})
_TABLE = re.compile(r"\s*(?:pgTable\b|[\w.]*\.table\b|[\w$]*[tT]able\w*\s*\()")
_POLICY = re.compile(r"""\bpgPolicy\(\s*['"`]([^'"`]+)['"`]""")
_RAW = frozenset({"$executeRaw", "$executeRawUnsafe", "$queryRaw", "$queryRawUnsafe"})
_BY_NAME = re.compile(r"^(?:db|tx|trx|\w*Db|\w*Drizzle\w*|drizzle\w*|database)$")
_POOL = re.compile(r"^(?:pool|pg|pgClient|pgPool|\w*[pP]ool|client|conn\w*|sql|db)$")


class Tables:
    """The tables that the program declares with `pgTable`, by module and by name."""

    def __init__(self, program: Program) -> None:
        self._by_name: dict[str, str] = {}
        self.declared: list[DrizzleTable] = []
        for module in program.modules.values():
            if "drizzle-orm" not in module.text:
                continue
            for name, local in module.constants.items():
                table = _declared(local.value, module)
                if table is not None:
                    self._by_name.setdefault(name, table)
                    self._declare(table, local.value, module)

    def _declare(self, name: str, value: Node, module: ModuleScope) -> None:
        text, place = module.slice(value), mark_of(value)
        if not _TABLE.match(text):
            return  # a view has no RLS of its own
        policies = tuple(_POLICY.findall(text))
        qualified = name if "." in name else f"public.{name}"
        location = Location(module.path, place.line, place.end_line)
        enabled = bool(policies) or ".enableRLS()" in text
        self.declared.append(DrizzleTable(qualified, location, enabled, policies))

    def named(self, name: str) -> str | None:
        """The table that `db.query.NAME` reads."""
        return self._by_name.get(name)

    def of(self, node: Node, module: ModuleScope) -> str | None:
        """The SQL name of the table that an expression stands for."""
        inner = unwrap(node)
        if inner.kind() not in ("identifier", "member_expression"):
            return None
        start = span(inner)[0]
        binding = module.resolve(callee(inner), module.function_around(start), start)
        return _table_of(binding) if binding else None


def _table_of(binding: Binding) -> str | None:
    if binding.module is None or binding.value is None or binding.path:
        return None
    return _declared(binding.value, binding.module)


def _declared(value: Node, module: ModuleScope) -> str | None:
    """The SQL name that a table's declaration gives it: `pgTable('t', …)`, `pgSchema('s').table('t', …)`."""
    chain = read_chain(value)
    root = chain.root
    made = next((step for step in chain.steps if step.name in _TABLES and step.arguments), None)
    if made is None:
        name = callee(root.field("function")) if root.kind() == "call_expression" else ""
        given = arguments(root) if name in _TABLES else ()
        return literal(given[0]) if given else None
    table = literal(made.arguments[0]) if made.arguments else None
    schema: Node | None = root
    if root.kind() == "identifier":
        held = module.constants.get(root.text())
        schema = unwrap(held.value) if held is not None else None
    outer = arguments(schema) if schema is not None and schema.kind() == "call_expression" else ()
    named = literal(outer[0]) if outer else None
    return f"{named}.{table}" if named and table else table


class DrizzleReader:
    """Reads the Drizzle and raw SQL calls of one module, in source order."""

    def __init__(self, module: ModuleScope, clients: Clients, tables: Tables) -> None:
        self._module, self._clients, self._tables = module, clients, tables
        self._drizzle = "drizzle" in module.text
        self._driver = bool(re.search(r"""from\s+['"][^'"]*(?:postgres|\bpg\b|neon)""", module.text))
        self.found: list[Query] = []

    def read(self, mark: Mark, site: Site) -> bool:
        """Take a call for what it is; false where it is no such call."""
        chain = read_chain(mark.node)
        query = self._tagged(mark, chain) or self._raw(chain) or self._built(chain)
        if query is None:
            return False
        used = usage(mark.node, (), self._module, site.function)
        query = replace(
            query,
            location=site.location,
            function=site.holder,
            awaited=used.awaited and used.held is None,
            result=used.result,
            text=query.text or self._module.slice(mark.node),
            methods=chain.methods,
        )
        self.found.append(with_loop(query, site.loop, self._module))
        return True

    def _built(self, chain: Chain) -> Query | None:
        names = [step.name for step in chain.steps]
        for at, step in enumerate(chain.steps):
            if step.name in _SELECTS and step.called:
                source = next(
                    (each for each in chain.steps[at:] if each.name == "from" and each.arguments), None
                )
                return self._select(chain, at, step, source) if source is not None else None
            if step.name in _WRITES and step.called and step.arguments and len(step.arguments) == 1:
                return self._write(chain, at, step)
            if step.name == "query" and not step.called and len(names) > at + 2 and names[at + 2] in _FINDS:
                return self._find(chain, at)
            if step.called and step.name not in ("with", "$with"):
                return None
        return None

    def _client(self, chain: Chain, at: int) -> tuple[Key, str, bool]:
        """Its credential, how it is written, and whether it is certain that this is Drizzle."""
        receiver = chain.root if at == 0 else chain.steps[at - 1].node
        name = self._module.slice(receiver)
        found = self._clients.of(receiver, self._module)
        if found is not None:
            return found.key, name, found.api == "drizzle"
        certain = self._drizzle and bool(_BY_NAME.match(name.rpartition(".")[2]))
        return Key.UNKNOWN, name, certain

    def _query(self, chain: Chain, at: int, operation: str, table: str | None) -> Query | None:
        key, name, certain = self._client(chain, at)
        if table is None and not certain:
            return None
        place = _NOWHERE
        clauses = tuple(
            ("where", "", self._module.slice(each))
            for step in chain.steps
            if step.name == "where"
            for each in step.arguments or ()
        )
        return Query("drizzle", operation, table, place, key, name, "", filters=clauses)

    def _select(self, chain: Chain, at: int, step: Step, source: Step) -> Query | None:
        given = source.arguments or ()
        table = self._tables.of(given[0], self._module) if given else None
        query = self._query(chain, at, "select", table)
        chosen = [each for each in step.arguments or () if each.kind() == "object"]
        columns = tuple(properties(chosen[-1])) if chosen else (None if step.arguments else ("*",))
        return replace(query, columns=columns) if query else None

    def _write(self, chain: Chain, at: int, step: Step) -> Query | None:
        target = (step.arguments or ())[0]
        query = self._query(chain, at, step.name, self._tables.of(target, self._module))
        if query is None or (
            query.table is None and target.kind() not in ("identifier", "member_expression")
        ):
            return None
        given = chain.find("values") or chain.find("set")
        returning = chain.find("returning")
        listed = returning.arguments if returning is not None else None
        columns: tuple[str, ...] | None = ("*",) if returning is not None and not listed else None
        if listed and listed[0].kind() == "object":
            columns = tuple(properties(listed[0]))
        return replace(
            query,
            operation="upsert" if chain.find("onConflictDoUpdate") else query.operation,
            payload=self._module.slice(given.arguments[0]) if given is not None and given.arguments else "",
            returning=returning is not None,
            columns=columns,
        )

    def _find(self, chain: Chain, at: int) -> Query | None:
        table, call = self._tables.named(chain.steps[at + 1].name), chain.steps[at + 2]
        query = self._query(chain, at, "select", table)
        options = (
            properties(call.arguments[0]) if call.arguments and call.arguments[0].kind() == "object" else {}
        )
        if query is None:
            return None
        columns = options.get("columns")
        where = options.get("where")
        return replace(
            query,
            columns=tuple(properties(columns)) if columns is not None else ("*",),
            filters=(("where", "", self._module.slice(where)),) if where is not None else (),
            single=call.name == "findFirst",
        )

    def _tagged(self, mark: Mark, chain: Chain) -> Query | None:
        """postgres.js: a template tagged with the client itself."""
        listed = mark.node.field("arguments")
        if listed is None or listed.kind() != "template_string":
            return None
        function = mark.node.field("function")
        found = self._clients.of(function, self._module) if function is not None else None
        if function is None or found is None or found.api != "postgres":
            return self._raw(chain) if chain.steps else None
        return self._text(listed, found.key, self._module.slice(function))

    def _raw(self, chain: Chain) -> Query | None:
        if not chain.steps or not chain.steps[-1].called:
            return None
        last, given = chain.steps[-1], chain.steps[-1].arguments or ()
        if not given:
            return None
        receiver = chain.root if len(chain.steps) == 1 else chain.steps[-2].node
        name = self._module.slice(receiver)
        if last.name in _RAW:
            return self._text(given[0], Key.OWNER, name)
        if last.name not in ("execute", "query", "raw", "unsafe"):
            return None
        if last.name == "raw":
            binding = self._module.resolve(name) if name.isidentifier() else None
            drizzle = binding is not None and "drizzle" in binding.package
            return self._text(given[0], Key.UNKNOWN, name) if drizzle else None
        found = self._clients.of(receiver, self._module)
        if found is not None:
            return self._text(given[0], found.key, name) if found.api != "supabase" else None
        by_name = (self._drizzle and last.name == "execute" and _BY_NAME.match(name)) or (
            self._driver and last.name != "execute" and _POOL.match(name)
        )
        return self._text(given[0], Key.UNKNOWN, name) if by_name else None

    def _text(self, node: Node, key: Key, client: str) -> Query:
        api = "drizzle" if self._drizzle else "postgres"
        return Query(api, "raw", None, _NOWHERE, key, client, "", text=self._module.slice(node))

    def finished(self) -> Iterator[Query]:
        """All queries, in source order."""
        yield from self.found
