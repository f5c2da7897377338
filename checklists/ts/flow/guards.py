"""Verified callers: which tests a function makes itself, through helpers and through wrappers around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from checklists.ts.flow.body import AnyCall, Body, Branch, called, exits, read_body
from checklists.ts.flow.claims import Claim, Says, packaged, primitive
from checklists.ts.flow.gates import covered_after, gates_on, goes_up
from checklists.ts.flow.handing import answers_proof, calls_parameter, hands_parameter
from checklists.ts.flow.middleware import Applications, Registered
from checklists.ts.flow.refusals import caught, refusals
from checklists.ts.flow.secrets import lookup_names, returned_lookup, secret_tests
from checklists.ts.flow.syntax import arguments, callee, identifiers, leaves
from checklists.ts.flow.tested import Held, tested
from checklists.ts.parse import FUNCTIONS, Mark, Node, Span, find_kinds, mark, span, unwrap
from checklists.ts.scope import Binding, FunctionScope, ModuleScope
from checklists.ts.targets import Targets

# From the best ground for a decision to the worst.
_RANK = (
    "getUser",
    "getClaims",
    "signature",
    "secret",
    "jwtVerify",
    "rpc",
    "lookup",
    "unknown",
    "getSession",
    "decoded",
)
_STEPS = frozenset({"use", "handler", "createMiddleware", "middleware", "procedure", "action", "define"})
_ON_BY_DEFAULT = re.compile(
    r"\b\w*[aA]uth\w*\s*(?:\?\?\s*true|!==\s*false)|"
    r"^\(?!\s*[\w.]*(?:skip|no|without|disable|bypass)_?[aA]uth\w*\)?$"
)
_OFF = re.compile(
    r"\b(?!skip|no|without|disable|bypass)\w*[aA]uth\w*\s*:\s*false\b|"
    r"\b(?:skip|no|without|disable|bypass)_?[aA]uth\w*\s*:\s*true\b"
)
_ON = re.compile(r"\b\w*[aA]uth\w*\s*:\s*true\b")
_SETTING = re.compile(r"(?:[\w.]+\.)?\w*(?:[aA]uth|[lL]ogin|[sS]ession)\w*")
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "all", "on"})
# Middleware of the frameworks, and of validators, that asks nobody who they are.
_HARMLESS = re.compile(
    r"^(?:npm:)?(?:@?hono/(?!jwt|bearer-auth|basic-auth|jwk)|cors$|helmet$|morgan$|compression$|@hono/\w*-?validator)"
)
_DEPTH = 5  # chains of middleware built on one another


@dataclass(frozen=True, slots=True)
class Summary:
    """What calling a function says of the caller; `says` is None where it says nothing.

    `optional` and `asked` as in `Held`.
    """

    says: Says | None = None
    basis: str = ""
    how: str = "helper"
    optional: bool = False
    asked: bool = False

    def holds(self, call: AnyCall) -> bool | None:
        """Whether a wrapper's test runs where it is called so; None where its options are out of sight."""
        if self.optional or self.asked:
            given = " ".join(each.text() for each in arguments(call.node) if each.kind() == "object")
            if _OFF.search(given):
                return False
            return True if self.optional or _ON.search(given) else None
        return True


_NOTHING = Summary()


@dataclass(slots=True, eq=False)
class Guards:
    """Answers for the functions of one program, each looked at once."""

    targets: Targets
    bodies: dict[str, Body] = field(default_factory=dict)
    exits: dict[str, tuple[Mark, ...]] = field(default_factory=dict)
    found: dict[str, tuple[Held, ...]] = field(default_factory=dict)
    summaries: dict[str, Summary] = field(default_factory=dict)
    known_applications: Applications | None = None

    @property
    def applications(self) -> Applications:
        """The applications of the program that the first function looked at belongs to."""
        if self.known_applications is None:
            self.known_applications = Applications(self.targets)
        return self.known_applications

    def body(self, function: FunctionScope, module: ModuleScope) -> Body:
        """The function's nodes."""
        if function.id not in self.bodies:
            if module.path not in self.exits:
                self.exits[module.path] = exits(module)
            self.bodies[function.id] = read_body(function, module, self.targets, self.exits[module.path])
        return self.bodies[function.id]

    def of(self, function: FunctionScope, module: ModuleScope) -> tuple[Held, ...]:
        """Every claim that the function makes or is wrapped in, with what it guards."""
        if function.id not in self.found:
            self.found[function.id] = ()  # a function that calls itself adds nothing
            body = self.body(function, module)
            own = [held for call in body.calls for held in self._of_call(body, call)]
            own += _secrets(body)
            own += [*refusals(body, own), *caught(body, own)]
            self.found[function.id] = (*own, *_alternatives(body, own), *self._around(function, module))
        return self.found[function.id]

    def summary(self, bound: Binding) -> Summary:
        """What a call of the bound function says of the caller."""
        function, module = bound.function, bound.module
        if function is None or module is None:
            return _NOTHING
        if function.id not in self.summaries:
            self.summaries[function.id] = _NOTHING
            self.summaries[function.id] = self._summary(function, module)
        return self.summaries[function.id]

    def _summary(self, function: FunctionScope, module: ModuleScope) -> Summary:
        every = self.of(function, module)
        body = self.body(function, module)
        sure = [held for held in every if held.gates]
        wrapping = [held for held in sure if self._runs_handed(body, held.covers)]
        if wrapping:
            optional = all(held.optional for held in wrapping)
            return Summary(Says.WRAPS, _best(wrapping), "wrapper", optional)
        asked = [held for held in every if held.asked and self._runs_handed(body, held.covers)]
        if asked:
            return Summary(Says.WRAPS, _best(asked), "wrapper", asked=True)
        nested = self._of_nested(function, module)
        ends = [held for held in sure if held.goes_up and held.covers[1] >= function.span[1] - 1]
        if ends:
            return Summary(Says.ENFORCES, _best(ends))
        if sure and answers_proof(body, sure):
            return Summary(Says.ENFORCES, _best(sure))
        if nested.says is not None or not every:
            return nested
        if all(held.claim.says is Says.UNKNOWN for held in every):
            return Summary(Says.UNKNOWN, "unknown")
        return Summary(Says.TELLS, _best(every))

    def _runs_handed(self, body: Body, covers: Span) -> bool:
        """Whether the text calls a function that was handed in, itself or by a function written beside it."""
        if calls_parameter(body, covers) or hands_parameter(body, covers):
            return True
        for call in body.calls:
            bound = body.resolve(call) if covers[0] <= call.start < covers[1] else None
            inner = bound.function if bound is not None else None
            if inner is None or bound is None or bound.module is not body.module or inner.parent is None:
                continue
            beside = inner.id != body.function.id and inner.parent in (body.function.id, body.function.parent)
            if beside and calls_parameter(self.body(inner, body.module), inner.span):
                return True
        return False

    def _of_nested(self, function: FunctionScope, module: ModuleScope) -> Summary:
        """A higher-order function may hold its test in a function that it names and returns."""
        inner = (Binding(f.name, module, f) for f in module.functions.values() if f.parent == function.id)
        said = (self.summary(bound) for bound in inner)
        return next((each for each in said if each.says is Says.WRAPS), _NOTHING)

    def _of_call(self, body: Body, call: AnyCall) -> Iterator[Held]:
        bound = body.resolve(call)
        claim = primitive(body, call) or self._helper(body, call, bound) or packaged(call, bound)
        if claim is None:
            return
        if claim.says is Says.TELLS:
            yield from tested(body, claim)
        elif claim.says is Says.WRAPS:
            said = self.summary(bound) if bound is not None else _NOTHING
            yield Held(claim, said.holds(call), (call.start, call.end), because=_unseen(call))
        elif claim.says is Says.UNKNOWN:
            because = f"`{claim.via}` could not be followed"
            yield Held(claim, None, covered_after(call.node), because=because)
        elif (
            bound is not None
            and bound.function is not None
            and bound.function.is_async
            and _floats(call.node)
        ):
            yield Held(claim, gates=False, because=f"`{claim.via}` is not awaited")
        else:
            yield Held(claim, gates=True, covers=covered_after(call.node), goes_up=goes_up(call.node))

    def _helper(self, body: Body, call: AnyCall, bound: Binding | None) -> Claim | None:
        if bound is None or bound.function is None or bound.function.id == body.function.id:
            return None
        said = self.summary(bound)
        return None if said.says is None else Claim(call, said.how, said.basis, said.says, called(call))

    def _around(self, function: FunctionScope, module: ModuleScope) -> Iterator[Held]:
        """Wrappers that the function is handed to: `withAuth(f)`, `authClient.schema(S).action(f)`."""
        yield from self._named(function)
        for call in wrapping_calls(function.node):
            yield from self._beside(function, module, call)
            root = called(call).partition("(")[0]
            bound = module.resolve(root) or module.resolve(root.partition(".")[0])
            if bound is not None and bound.module is not None:
                said = self._wrapper(bound)
                runs = said.holds(call)
                if said.says in (Says.WRAPS, Says.ENFORCES) and runs is not False:
                    claim = Claim(call, "wrapper", said.basis, Says.WRAPS, root)
                    because = "" if runs else _unseen(call)
                    yield Held(claim, runs, function.span, goes_up=True, because=because)
                elif said.says is Says.UNKNOWN:
                    claim = Claim(call, "wrapper", "unknown", Says.UNKNOWN, root)
                    yield Held(
                        claim, None, function.span, because=f"the wrapper `{root}` refuses some callers"
                    )
                continue
            outside = packaged(call, bound)
            if outside is not None and outside.says is Says.WRAPS:
                yield Held(outside, gates=True, covers=function.span, goes_up=True)
            elif outside is not None or _is_unknown_wrapper(bound, root):
                claim = Claim(call, "wrapper", "unknown", Says.UNKNOWN, root)
                yield Held(claim, None, function.span, because=f"the wrapper `{root}` could not be followed")

    def _named(self, function: FunctionScope) -> Iterator[Held]:
        """Middleware around a handler that is registered by name; the least of it, where that is twice."""
        sites = self.applications.registering(function.id)
        found = [list(self._beside(function, module, call)) for call, module in sites]
        yield from min(found, key=lambda every: sum(held.gates is True for held in every), default=[])

    def _beside(self, function: FunctionScope, module: ModuleScope, call: Mark) -> Iterator[Held]:
        """Middleware registered with a handler, `app.post("/", authenticate(), handler)`, or before it."""
        if called(call).rpartition(".")[2] not in _VERBS:
            return
        beside = (Registered(module, unwrap(given)) for given in arguments(call.node))
        for each in (*beside, *self.applications.before(call, module)):
            if each.module is not module or not _within(each.node, function.span):
                yield from self._middleware(function, call, each)

    def _middleware(self, function: FunctionScope, call: Mark, each: Registered) -> Iterator[Held]:
        node, kind = each.node, each.node.kind()
        if kind in FUNCTIONS:
            bound = next(
                (
                    Binding(f.name, each.module, f)
                    for f in each.module.functions.values()
                    if f.span == span(node)
                ),
                None,
            )
            name = "middleware"
        else:
            name = callee(node) if kind == "call_expression" else node.text()
            bound = each.module.resolve(name) if kind in ("call_expression", "identifier") else None
        if bound is None or _HARMLESS.search(bound.package or _made_by(bound)):
            return
        said = self._wrapper(bound) if bound.module is not None else _NOTHING
        outside = packaged(mark(node), bound) if bound.package and kind == "call_expression" else None
        if said.says in (Says.WRAPS, Says.ENFORCES) or (outside is not None and outside.says is Says.WRAPS):
            basis = said.basis if outside is None else outside.basis
            claim = Claim(call, "wrapper", basis, Says.WRAPS, name)
            yield Held(claim, gates=True, covers=function.span, goes_up=True)
        elif bound.package or said.says is Says.UNKNOWN:
            claim = Claim(call, "wrapper", "unknown", Says.UNKNOWN, name)
            because = f"the middleware `{name}` could not be followed"
            yield Held(claim, None, function.span, because=because)

    def _wrapper(self, bound: Binding) -> Summary:
        if bound.function is not None or bound.value is None or bound.module is None:
            return self.summary(bound)
        value = unwrap(bound.value)
        made = bound.module.resolve(callee(value)) if value.kind() == "call_expression" else None
        if (
            made is not None and made.function is not None
        ):  # `const authenticated = requireKey({ write: true })`
            said = self.summary(made)
            if said.says is not None:
                return said
        return self._chain(bound.module, bound.value, 0)

    def _chain(self, module: ModuleScope, value: Node, depth: int) -> Summary:
        """`base.use(async ({ next }) => …)`: the functions handed to the chain, then what it is built on."""
        for bound in _links(module, value):
            said = self.summary(bound)
            if said.says in (Says.WRAPS, Says.ENFORCES):
                return said
        root = value.text().partition("(")[0].strip().partition(".")[0].strip()
        base = module.resolve(root) if root.isidentifier() and depth < _DEPTH else None
        if base is None or base.module is None or base.value is None:
            return _NOTHING
        return self._chain(base.module, base.value, depth + 1)


def wrapping_calls(function: Node) -> Iterator[Mark]:
    """The calls that a function is an argument of, innermost first, up to what holds their result."""
    for above in function.ancestors():
        kind = above.kind()
        if kind in FUNCTIONS or kind.endswith("_statement") or kind in ("variable_declarator", "program"):
            return
        if kind == "call_expression":
            yield mark(above)


def _links(module: ModuleScope, value: Node) -> Iterator[Binding]:
    """Functions written in a chain of middleware, or named in it."""
    first, last = span(value)
    for function in module.functions.values():
        if first <= function.span[0] and function.span[1] <= last:
            yield Binding(function.name, module, function)
    for call in map(mark, find_kinds(value, "call_expression")):
        if called(call).rpartition(".")[2] in _STEPS:
            for given in arguments(call.node):
                bound = module.resolve(given.text()) if given.kind() == "identifier" else None
                if bound is not None and bound.function is not None:
                    yield bound


def _is_unknown_wrapper(bound: Binding | None, root: str) -> bool:
    return bound is None and root.startswith("with") and root.isidentifier()


def _secrets(body: Body) -> Iterator[Held]:
    for test in secret_tests(body):
        claim = Claim(test.branch, "secret", "secret", Says.TELLS)
        if test.gate.otherwise is not None:
            yield Held(claim, gates=False, covers=test.gate.covers, otherwise=test.gate.otherwise)
            continue
        because = "it lets everyone through where the secret is not set" if test.fails_open else ""
        gates = None if test.fails_open else True
        yield Held(claim, gates, test.gate.covers, test.gate.exit, test.gate.goes_up, because=because)
    yield from _lookups(body)


def _lookups(body: Body) -> Iterator[Held]:
    """Tests of a row that was found by a key or token; where there is none, whoever called may test it."""
    names, returned = lookup_names(body), returned_lookup(body)
    first = next((mark(each.value) for each in body.locals if each.name in names), returned)
    if first is None:
        return

    def mentions(node: Node) -> bool:
        return bool(names & identifiers(node))

    claim = Claim(first, "secret", "lookup", Says.TELLS)
    gates = [gate for gate in gates_on(body, names, mentions, mentions) if gate.otherwise is None]
    for gate in gates:
        yield Held(claim, gates=True, covers=gate.covers, exit=gate.exit, goes_up=gate.goes_up)
    if not gates:
        yield Held(claim, gates=False, because="nothing tests the row that was found")


def _alternatives(body: Body, own: list[Held]) -> Iterator[Held]:
    """Two ways to be known: `if (!isCron) { … a user or out }`, `if … else …` with a test in each."""
    for held in own:
        if held.otherwise is not None and _is_guarded(held.otherwise, own):
            yield replace(held, gates=True, otherwise=None, because="")
    for branch in body.branches:
        node = branch.mark.node
        yes, no = node.field("consequence"), node.field("alternative")
        if yes is None or branch.mark.kind != "if_statement":
            continue
        first = next((held for held in own if _guards(held, span(yes))), None)
        if no is None and first is not None and _is_default(body, branch):
            yield replace(first, covers=covered_after(node), exit=None, optional=True)
            continue
        inside = first is not None and span(yes)[0] <= first.claim.call.start
        if first is not None and inside and _SETTING.fullmatch(branch.condition.text().strip("()")):
            because = f"whether `{branch.condition.text().strip('()')}` is on could not be followed"
            after = covered_after(node)
            yield replace(first, gates=None, covers=after, exit=None, asked=True, because=because)
        if no is None:
            continue
        yield from _either(node, yes, no, own)


def _either(node: Node, yes: Node, no: Node, own: list[Held]) -> Iterator[Held]:
    """Two ways on, each with a test; in doubt where the test of one is."""
    doubted = [
        replace(held, gates=True) for held in own if held.gates is None and held.claim.how == "refusal"
    ]
    for tests in (own, [*own, *doubted]):
        first = next((held for held in tests if _is_within(held, span(node))), None)
        if first is not None and _is_passed(yes, tests) and _is_passed(no, tests):
            gates = True if tests is own else None
            yield replace(first, gates=gates, covers=covered_after(node), exit=None, otherwise=None)
            return


def _is_within(held: Held, block: Span) -> bool:
    return bool(held.gates) and block[0] <= held.covers[0] < block[1]


def _is_passed(block: Node, own: list[Held]) -> bool:
    """Whether only known callers get to the end of one way through `if … else if … else …`."""
    if _is_guarded(span(block), own) or leaves(block) is not None:
        return True
    inner = next(iter(block.named_children()), None) if block.kind() == "else_clause" else None
    if inner is None or inner.kind() != "if_statement":
        return False
    yes, no = inner.field("consequence"), inner.field("alternative")
    return yes is not None and no is not None and _is_passed(yes, own) and _is_passed(no, own)


def _within(node: Node, outer: Span) -> bool:
    start, end = span(node)
    return outer[0] <= start and end <= outer[1]


def _made_by(bound: Binding) -> str:
    """The package whose function made a middleware that the repo keeps: `const useCors = cors({ … })`."""
    value = unwrap(bound.value) if bound.value is not None else None
    if value is None or value.kind() != "call_expression" or bound.module is None:
        return ""
    maker = bound.module.resolve(callee(value).partition(".")[0])
    return maker.package if maker is not None and not FUNCTIONS & {c.kind() for c in arguments(value)} else ""


def _is_default(body: Body, branch: Branch) -> bool:
    """Whether a condition is a setting that holds unless it is turned off: `config.auth ?? true`."""
    values = [each.value.text() for each in body.locals if each.name in branch.names]
    return any(_ON_BY_DEFAULT.search(text) for text in (branch.condition.text(), *values))


def _unseen(call: AnyCall) -> str:
    name = called(call).partition("(")[0]
    return f"whether `{name}` asks for a caller depends on options that could not be followed"


def _is_guarded(block: Span, own: list[Held]) -> bool:
    return any(_guards(held, block) for held in own)


def _guards(held: Held, block: Span) -> bool:
    """Whether only known callers get to the end of the block."""
    inside = block[0] <= held.covers[0] < block[1]
    return bool(held.gates) and inside and held.covers[1] >= block[1] - 1


def _best(every: list[Held] | tuple[Held, ...]) -> str:
    return min((held.claim.basis for held in every), key=_rank)


def _rank(basis: str) -> int:
    return _RANK.index(basis) if basis in _RANK else 3


def _floats(call: Node) -> bool:
    """Whether a call's promise is dropped: a statement of its own, without `await`."""
    above = call.parent()
    return above is not None and above.kind() == "expression_statement"
