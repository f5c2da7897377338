"""Adds to an index what its endpoints do with callers and their input."""

from bisect import bisect_right
from dataclasses import dataclass, field, replace

from checklists.ts.clients import Clients
from checklists.ts.flow.body import Body
from checklists.ts.flow.callers import Callers
from checklists.ts.flow.flows import Flows, Followed, validation_of
from checklists.ts.flow.guards import Guards
from checklists.ts.flow.replies import Replies
from checklists.ts.flow.tested import Held
from checklists.ts.index import EndpointKind, Flow, Function, Guard, Reply, SourceIndex, Validation
from checklists.ts.scope import FunctionScope, ModuleScope, Program
from checklists.ts.targets import Targets


@dataclass(frozen=True, slots=True)
class FlowFacts:
    """What the flow analysis says of one function."""

    guards: tuple[Guard, ...] = ()
    validations: tuple[Validation, ...] = ()
    flows: tuple[Flow, ...] = ()
    replies: tuple[Reply, ...] = ()


@dataclass(slots=True, eq=False)
class Analysis:
    """The analysis of one program, function by function; helpers are looked at once, however many call them."""

    program: Program
    targets: Targets
    guards: Guards = field(init=False)
    flows: Flows = field(init=False)
    replies: Replies = field(init=False)

    def __post_init__(self) -> None:
        self.guards = Guards(self.targets)
        self.flows = Flows(self.guards)
        self.replies = Replies(self.guards)

    def facts(
        self, function: FunctionScope, module: ModuleScope, kind: EndpointKind | None = None
    ) -> FlowFacts:
        """What one function does; `kind` where it is an endpoint, so that its parameters are a caller's."""
        body = self.guards.body(function, module)
        followed = self._followed(function, module, kind)
        return FlowFacts(
            guards=tuple(guard_of(body, held) for held in self.guards.of(function, module)),
            validations=tuple(validation_of(body, parsed) for parsed in followed.parsed),
            flows=followed.flows,
            replies=self.replies.of(kind, function, module) if kind is not None else (),
        )

    def _followed(self, function: FunctionScope, module: ModuleScope, kind: EndpointKind | None) -> Followed:
        if kind is None:
            return self.flows.of_helper(function, module)
        return self.flows.of_endpoint(kind, function, module)


def guard_of(body: Body, held: Held) -> Guard:
    """The value for the index."""
    breaks = body.line_breaks
    first, last = (bisect_right(breaks, offset) + 1 for offset in held.covers)
    return Guard(
        how=held.claim.how,
        location=body.place(held.claim.call),
        gates=held.gates,
        via=held.claim.via,
        basis=held.claim.basis,
        covers=(first, last),
        error_only=held.error_only,
        because=held.because,
    )


def enrich(index: SourceIndex, program: Program, targets: Targets, clients: Clients) -> SourceIndex:
    """The index with guards, validations, flows and replies of endpoints and of what they run."""
    analysis = Analysis(program, targets)
    kinds: dict[str, EndpointKind | None] = {e.function: e.kind for e in index.endpoints if e.function}
    for name in index.within:
        kinds.setdefault(name, None)
    functions: dict[str, Function] = dict(index.functions)
    for name, kind in kinds.items():
        module = program.modules.get(name.partition("#")[0])
        scope = module.functions.get(name) if module is not None else None
        if module is None or scope is None:
            continue
        facts = analysis.facts(scope, module, kind)
        functions[name] = replace(
            functions[name],
            guards=facts.guards,
            validations=facts.validations,
            flows=facts.flows,
            replies=facts.replies,
        )
    callers = Callers(program, analysis.guards, clients, functions)
    return replace(
        index, functions=functions, callers={each.object: callers.of(each) for each in index.endpoints}
    )
