"""What one function does with callers and their input, with all that it hands them to."""

from dataclasses import dataclass, field

from checklists.ts.flow.body import Body
from checklists.ts.flow.disclosing import disclosed
from checklists.ts.flow.flows import Flows, Followed, validation_of
from checklists.ts.flow.guards import Guards
from checklists.ts.flow.replies import Replies
from checklists.ts.flow.tested import Held
from checklists.ts.index import Disclosure, EndpointKind, Flow, Guard, Reply, Validation
from checklists.ts.scope import FunctionScope, ModuleScope, Program
from checklists.ts.targets import Targets


@dataclass(frozen=True, slots=True)
class FlowFacts:
    """What the flow analysis says of one function."""

    guards: tuple[Guard, ...] = ()
    validations: tuple[Validation, ...] = ()
    flows: tuple[Flow, ...] = ()
    replies: tuple[Reply, ...] = ()
    discloses: tuple[Disclosure, ...] = ()


@dataclass(slots=True, eq=False)
class Analysis:
    """The analysis of one program, function by function; each helper is looked at once."""

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
            discloses=disclosed(self.flows, kind, function, module) if kind is not None else (),
        )

    def _followed(self, function: FunctionScope, module: ModuleScope, kind: EndpointKind | None) -> Followed:
        if kind is None:
            return self.flows.of_helper(function, module)
        return self.flows.of_endpoint(kind, function, module)


def guard_of(body: Body, held: Held) -> Guard:
    """The value for the index."""
    return Guard(
        how=held.claim.how,
        location=body.place(held.claim.call),
        gates=held.gates,
        via=held.claim.via,
        basis=held.claim.basis,
        covers=body.lines(held.covers),
        error_only=held.error_only,
        because=held.because,
        hollow=held.hollow,
        idle=held.idle,
    )
