"""A snapshot's TypeScript and JavaScript in, a frozen SourceIndex out."""

from collections.abc import Iterable
from dataclasses import replace

from checklists.collector import without_collector
from checklists.model import Gap, Location
from checklists.repo import Layout, Snapshot
from checklists.ts.calls import Walked, Walker
from checklists.ts.clients import Clients
from checklists.ts.credentials import Credentials
from checklists.ts.drizzle import Tables
from checklists.ts.edges import EdgeReader
from checklists.ts.endpoints import EndpointReader
from checklists.ts.flow import enrich
from checklists.ts.index import Call, EndpointKind, Function, Module, Query, SourceIndex
from checklists.ts.modules import read_module
from checklists.ts.reach import client_paths
from checklists.ts.resolve import Resolver
from checklists.ts.scope import FunctionScope, ModuleScope, Program
from checklists.ts.scripts import script_of
from checklists.ts.targets import Targets
from checklists.ts.uses import read_uses

_KINDS = list(EndpointKind)


@without_collector()
def build_index(snapshot: Snapshot, layout: Layout) -> SourceIndex:
    """Read every source file of the snapshot; files that do not read become gaps, never errors."""
    program, unread = _read(snapshot, layout)
    targets = Targets(program)
    clients = Clients(program, targets)
    tables = Tables(program)
    walker = Walker(targets, clients, tables)
    walked = {path: walker.walk(module) for path, module in program.modules.items()}
    credentials = Credentials(clients, walker.sites)
    functions: dict[str, Function] = {}
    for path, found in walked.items():
        found.queries = [
            credentials.settle(q, found.origins.get((q.function, q.client))) for q in found.queries
        ]
        functions |= {each.id: each for each in _functions(program.modules[path], found)}
    endpoints = list(EndpointReader(program, targets).find())
    for name, entry in layout.edge_functions:
        endpoint, application = EdgeReader(program, targets).read(name, entry)
        endpoints.append(endpoint)
        functions |= {application.id: application} if application else {}
    paths = client_paths(program.modules)
    index = SourceIndex(
        modules={path: _module(module) for path, module in program.modules.items()},
        functions=functions,
        endpoints=tuple(sorted(endpoints, key=lambda each: (_KINDS.index(each.kind), each.name))),
        gaps=(*unread, *_damage(program)),
        reachable_from_client=frozenset(paths),
        client_paths=paths,
        clients=clients.made,
        drizzle_tables=tuple(tables.declared),
        uses=tuple(
            use
            for path, found in walked.items()
            for use in read_uses(program.modules[path], found.watched, targets, clients)
        ),
    )
    enriched = enrich(replace(index, within=_within(index)), program, targets, clients)
    program.modules.clear()  # modules and program refer to each other: apart, the trees go at once
    return enriched


def _read(snapshot: Snapshot, layout: Layout) -> tuple[Program, list[Gap]]:
    wanted = dict.fromkeys([*layout.sources, *(entry for _, entry in layout.edge_functions)])
    resolve = Resolver(snapshot, frozenset(wanted))
    program, gaps = Program(), []
    for path in wanted:
        file = snapshot.files.get(path)
        if file is None or file.fault:
            because = file.fault if file is not None else "the revision does not hold it"
            gaps.append(Gap(f"file:{path}", because, Location(path, 1, 1)))
            continue
        program.modules[path] = read_module(path, script_of(path, file.text), program, resolve)
    return program, gaps


def _damage(program: Program) -> Iterable[Gap]:
    for module in program.modules.values():
        errors = module.tree.errors
        if errors:
            lines = ", ".join(str(line) for line in errors[:5]) + (" …" if len(errors) > 5 else "")
            because = f"it does not parse at line{'s' if len(errors) > 1 else ''} {lines}; the rest was read"
            yield Gap(f"file:{module.path}", because, Location(module.path, errors[0], errors[0]))


def _module(module: ModuleScope) -> Module:
    return Module(
        path=module.path,
        directives=module.directives,
        imports=module.imports,
        exports=tuple((name, export.local) for name, export in module.exports.items()),
        env=module.env,
        functions=tuple(module.functions),
        errors=module.tree.errors,
        text=module.text,
    )


def _functions(module: ModuleScope, walked: Walked) -> Iterable[Function]:
    calls, queries = dict(walked.calls), _by_holder(walked.queries)
    for scope in reversed(tuple(module.functions.values())):  # inner first: what is inside counts for both
        if scope.parent and scope.id in calls:
            calls[scope.parent] = [*calls.get(scope.parent, ()), *calls[scope.id]]
        if scope.parent and scope.id in queries:
            queries[scope.parent] = [*queries.get(scope.parent, ()), *queries[scope.id]]
    for scope in module.functions.values():
        yield _function(module, scope, calls.get(scope.id, []), queries.get(scope.id, []))
    outside = f"{module.path}#module"
    if outside in queries:
        whole = Location(module.path, 1, module.text.count("\n") + 1)
        yield Function(
            outside, "module", whole, exported=False, is_async=True, parameters=(),
            calls=tuple(walked.calls.get(outside, ())), queries=tuple(queries[outside]), text=module.text,
        )  # fmt: skip


def _function(module: ModuleScope, scope: FunctionScope, calls: list[Call], queries: list[Query]) -> Function:
    return Function(
        id=scope.id,
        name=scope.name,
        location=scope.location,
        exported=scope.exported,
        is_async=scope.is_async,
        parameters=tuple(parameter.text for parameter in scope.parameters),
        calls=tuple(sorted(calls, key=lambda call: call.location.line)),
        queries=tuple(sorted(queries, key=lambda query: query.location.line)),
        inline_server=scope.inline_server,
        text=module.text[scope.span[0] : scope.span[1]],
    )


def _by_holder(queries: Iterable[Query]) -> dict[str, list[Query]]:
    found: dict[str, list[Query]] = {}
    for query in queries:
        found.setdefault(query.function, []).append(query)
    return found


def _within(index: SourceIndex) -> dict[str, tuple[str, ...]]:
    """For each function, the endpoints that run it."""
    found: dict[str, list[str]] = {}
    for endpoint in index.endpoints:
        for function in index.reach(endpoint.function) if endpoint.function else ():
            found.setdefault(function.id, []).append(endpoint.object)
    return {function: tuple(names) for function, names in found.items()}
