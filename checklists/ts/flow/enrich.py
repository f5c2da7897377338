"""Adds to an index what its endpoints do with callers and their input."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from checklists.apart import beside
from checklists.model import Gap, Location
from checklists.ts.clients import Clients
from checklists.ts.flow.analysis import Analysis, FlowFacts
from checklists.ts.flow.callers import Callers
from checklists.ts.flow.sqltext import sql_texts
from checklists.ts.index import (
    Caller,
    CallerState,
    Endpoint,
    EndpointKind,
    Flow,
    Function,
    Interpolation,
    Query,
    SourceIndex,
)
from checklists.ts.scope import FunctionScope, ModuleScope, Program
from checklists.ts.targets import Targets

_Half = tuple[Mapping[str, EndpointKind | None], tuple[Endpoint, ...]]
_FIRST_SHARE = 0.55  # of the functions: the copy begins a little later, and beside other copies
_WORTH_A_COPY = 100  # functions: of so many, half take longer than to copy the process


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was seen of some of the endpoints and of what they run: by function, by endpoint, by file."""

    facts: Mapping[str, FlowFacts]
    callers: Mapping[str, Caller]
    gaps: Mapping[str, Gap]


def enrich(index: SourceIndex, program: Program, targets: Targets, clients: Clients) -> SourceIndex:
    """The index with guards, validations, flows and replies of endpoints and of what they run.

    What is nested too deeply to follow becomes a gap that names the file, never an error. The endpoints are
    looked at in two halves, each by itself, so that one can be looked at in a copy of this process.
    """
    first, second = _halves(index)
    look = partial(_look, index, program, targets, clients)
    there = beside(partial(look, *second)) if len(second[0]) >= _WORTH_A_COPY else partial(look, *second)
    seen = (look(*first), there())
    functions: dict[str, Function] = dict(index.functions)
    for half in seen:
        functions |= {name: _with_facts(functions[name], facts) for name, facts in half.facts.items()}
    functions |= {each.id: each for each in _applications(index, program, functions)}
    gaps = {path: gap for half in seen for path, gap in half.gaps.items()}
    calls, interpolations = _sql(program, index, gaps)
    callers = {name: caller for half in seen for name, caller in half.callers.items()}
    return replace(
        index,
        functions=functions,
        callers={each.object: callers[each.object] for each in index.endpoints},
        gaps=(*index.gaps, *gaps.values()),
        interpolations=tuple(interpolations),
        sql_calls=calls,
    )


def _halves(index: SourceIndex) -> tuple[_Half, _Half]:
    """The functions to look at and the endpoints; a function goes with the first endpoint that runs it."""
    wanted = _wanted(index)
    first = {name: index.within.get(name, ("",))[0] for name in wanted}
    load = Counter(first.values())
    early, taken = {""}, load[""]
    for each in index.endpoints:
        if taken < _FIRST_SHARE * len(wanted):
            early.add(each.object)
            taken += load[each.object]

    def half(*, of_early: bool) -> _Half:
        return (
            {name: kind for name, kind in wanted.items() if (first[name] in early) is of_early},
            tuple(each for each in index.endpoints if (each.object in early) is of_early),
        )

    return half(of_early=True), half(of_early=False)


def _look(
    index: SourceIndex,
    program: Program,
    targets: Targets,
    clients: Clients,
    wanted: Mapping[str, EndpointKind | None],
    endpoints: tuple[Endpoint, ...],
) -> _Seen:
    analysis = Analysis(program, targets)
    facts: dict[str, FlowFacts] = {}
    gaps: dict[str, Gap] = {}
    for name, kind in wanted.items():
        found, function = _scope(program, name), index.functions[name]
        if found is None:
            continue
        try:
            own = analysis.facts(*found, kind)
            strange = () if own.flows else _strange_flows(analysis, index, function, found)
            facts[name] = replace(own, flows=strange) if strange else own
        except RecursionError:
            gaps[found[1].path] = _too_deep(function)
    callers = Callers(program, analysis.guards, clients, index.functions)
    return _Seen(facts, {each.object: _caller(callers, each) for each in endpoints}, gaps)


def _with_facts(function: Function, facts: FlowFacts) -> Function:
    return replace(
        function,
        guards=facts.guards,
        validations=facts.validations,
        flows=facts.flows,
        replies=facts.replies,
        discloses=facts.discloses,
    )


def _caller(callers: Callers, endpoint: Endpoint) -> Caller:
    try:
        return callers.of(endpoint)
    except RecursionError:
        return Caller(CallerState.UNKNOWN, because="its code is nested too deeply to follow")


def _too_deep(function: Function) -> Gap:
    because = f"`{function.name}` is nested too deeply to follow its callers and input"
    return Gap(f"file:{function.location.path}", because, function.location)


def _wanted(index: SourceIndex) -> dict[str, EndpointKind | None]:
    """Functions to look at: endpoints, what they run, others that ask for a session or build filters."""
    kinds: dict[str, EndpointKind | None] = {e.function: e.kind for e in index.endpoints if e.function}
    for name, kind in tuple(kinds.items()):
        if name.endswith("#application"):
            handlers = (call.target for call in index.functions[name].calls)
            kinds |= {handler: kind for handler in handlers if handler is not None}
    kinds |= {name: None for name in index.within if name not in kinds}
    for query in index.queries():
        if _asks_session(index, query) or _builds_filter(query):
            kinds.setdefault(query.function, None)
    return kinds


def _applications(index: SourceIndex, program: Program, functions: dict[str, Function]) -> Iterator[Function]:
    """An application of several handlers does what its handlers do."""
    for endpoint in index.endpoints:
        function = functions.get(endpoint.function or "")
        if function is not None and _scope(program, function.id) is None:
            parts = [functions[call.target] for call in function.calls if call.target in functions]
            yield replace(
                function,
                validations=tuple(each for part in parts for each in part.validations),
                flows=tuple(dict.fromkeys(each for part in parts for each in part.flows)),
                replies=tuple(each for part in parts for each in part.replies),
                discloses=tuple(each for part in parts for each in part.discloses),
            )


def _asks_session(index: SourceIndex, query: Query) -> bool:
    return (
        query.api == "auth"
        and query.operation == "getSession"
        and query.location.path not in index.client_paths
    )


def _builds_filter(query: Query) -> bool:
    return any("${" in value or "+" in value for method, _, value in query.filters if method == "or")


def _strange_flows(
    analysis: Analysis, index: SourceIndex, function: Function, found: tuple[FunctionScope, ModuleScope]
) -> tuple[Flow, ...]:
    """Filter text from the parameters of a function that no endpoint runs."""
    if function.id in index.within or not any(map(_builds_filter, function.queries)):
        return ()
    return tuple(flow for flow in analysis.flows.of_stranger(*found).flows if flow.method == "or")


def _scope(program: Program, name: str) -> tuple[FunctionScope, ModuleScope] | None:
    module = program.modules.get(name.partition("#")[0])
    function = module.functions.get(name) if module is not None else None
    return None if module is None or function is None else (function, module)


def _sql(program: Program, index: SourceIndex, gaps: dict[str, Gap]) -> tuple[int, list[Interpolation]]:
    by_path: dict[str, list[Query]] = {}
    for query in index.queries():
        by_path.setdefault(query.location.path, []).append(query)
    seen, found = 0, []
    for path, module in program.modules.items():
        try:
            count, texts = sql_texts(module, by_path.get(path, []))
        except RecursionError:
            place = Location(path, 1, 1)
            gaps[path] = Gap(f"file:{path}", "SQL text in it is nested too deeply to follow", place)
            continue
        seen += count
        found += texts
    return seen, found
