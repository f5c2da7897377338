"""What becomes of a claim's answer: whether the function tests it, and what the test lets through."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from checklists.ts.flow.body import Body, called, result_names
from checklists.ts.flow.claims import Claim
from checklists.ts.flow.gates import (
    Absent,
    Gate,
    branch_gates,
    chains,
    covered_after,
    gates_on,
    missing,
    present,
)
from checklists.ts.flow.hollow import hollow_test
from checklists.ts.flow.syntax import (
    arguments,
    holds,
    identifiers,
    is_leaving,
    join,
    member_path,
    negated,
    root_name,
)
from checklists.ts.parse import FUNCTIONS, Node, Span, find_kinds, span, unwrap
from checklists.ts.scope import Local

_IDENTITY = {
    "getUser": ("data.user", "user"),
    "getClaims": ("data.claims", "data"),
    "getSession": ("data.session",),
    "rpc": ("data",),
}
_WRAPPED = frozenset({"getUser", "getClaims", "getSession"})
_ASSERTING = ("assert", "invariant", "ensure", "throwIf", "expect")
Tells = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Held:
    """A claim and the text that it guards; `gates` is None where nobody can say, `because` what is missing.

    `otherwise` and `idle` as in `Gate`, `hollow` as in `Guard`; `optional` where a setting turns off the test
    (`{ auth: false }`) that is on by default, `asked` where one has to turn it on.
    """

    claim: Claim
    gates: bool | None
    covers: Span = (0, 0)
    exit: Node | None = None
    goes_up: bool = False
    error_only: bool = False
    otherwise: Span | None = None
    optional: bool = False
    asked: bool = False
    because: str = ""
    hollow: bool = False
    idle: bool = False


def tested(body: Body, claim: Claim) -> Iterator[Held]:
    """One value for each test of the answer; one that does not gate where there is none."""
    hollow = hollow_test(body, claim.call) if claim.basis in _WRAPPED and claim.via is None else None
    if hollow is not None:
        because = f"`{hollow}` is the object {{ data, error }}, which is there whoever calls"
        yield Held(claim, gates=False, because=because, hollow=True)
    paths = _aliases(body, claim)
    names = frozenset(paths)
    tells = _teller(claim, paths)
    gates = [*_conditions(body, claim, names, tells), *_inline(body, claim, names, tells)]
    if gates:
        yield from (_held(claim, gate) for gate in gates)
        return
    errors = _error_gates(body, claim, paths, names)
    if errors:
        # Without a session getUser answers with an error, getClaims and getSession do not.
        passes = claim.basis == "getUser"
        because = f"only the error of {claim.basis} is tested"
        for gate in errors:
            yield Held(claim, passes, gate.covers, gate.exit, gate.goes_up, error_only=True, because=because)
        return
    yield _untested(body, claim, names, tells)


def _held(claim: Claim, gate: Gate) -> Held:
    if gate.otherwise is not None:
        because = "callers that it does not know go on"
        return Held(claim, gates=False, covers=gate.covers, otherwise=gate.otherwise, because=because)
    return Held(claim, gates=True, covers=gate.covers, exit=gate.exit, goes_up=gate.goes_up, idle=gate.idle)


def _aliases(body: Body, claim: Claim) -> dict[str, str]:
    """Variables that hold the answer or a part of it, with that part's path."""
    paths = {local.name: local.path for local in result_names(body, claim.call)}
    for local in body.locals:
        held = _derived(local, claim, paths)
        if held is not None and local.name not in paths:
            paths[local.name] = held
    return paths


def _derived(local: Local, claim: Claim, paths: dict[str, str]) -> str | None:
    """The part of the answer that `const id = user?.id ?? null` takes, None where it takes none."""
    value = unwrap(local.value)
    if value.kind() == "binary_expression":
        left = value.field("left")
        value = unwrap(left) if left is not None else value
    if value.kind() == "unary_expression":
        inner = negated(value)
        again = negated(inner) if inner is not None else None
        value = again if again is not None else value
    if value.kind() == "call_expression" and callee_is(value, "Boolean") and arguments(value):
        value = arguments(value)[0]
    if value.kind() in ("member_expression", "subscript_expression") and holds(value, claim.call.node):
        return join(member_path(value), local.path)  # (await auth.getUser()).data.user
    name = root_name(value)
    if name is not None:
        return join(join(paths[name], member_path(value)), local.path) if name in paths else None
    if value.kind() in ("arrow_function", "function_expression"):
        return None
    # `isAdmin(user.email)`, `(user?.email ?? "").toLowerCase()`: as good as the user for a test
    for each, path in chains(value, frozenset(paths)):
        if _is_identity(claim, join(paths[each], path)):
            return join(paths[each], path)
    return None


def _is_identity(claim: Claim, whole: str) -> bool:
    parts = _IDENTITY.get(claim.basis) if claim.via is None else None
    return parts is None or any(whole == part or whole.startswith(f"{part}.") for part in parts)


def callee_is(call: Node, name: str) -> bool:
    """Whether a call calls the plain name."""
    function = call.field("function")
    return function is not None and function.text() == name


def _teller(claim: Claim, paths: dict[str, str]) -> Tells:
    """Which part of the answer says that the caller is known."""

    def tells(name: str, path: str) -> bool:
        return _is_identity(claim, join(paths[name], path))

    return tells


def _conditions(body: Body, claim: Claim, names: frozenset[str], tells: Tells) -> Iterator[Gate]:
    if claim.via is not None or claim.basis == "signature":
        # A helper's answer has its own shape (`gate instanceof Response`, `!r.ok`): any exit on it counts.
        absent = here = _mentions(claim, names)
    else:
        absent = missing(names, tells)
        here = present(names, tells)
    yield from gates_on(body, names, absent, here)
    for branch in body.branches:
        condition = branch.condition
        if holds(condition, claim.call.node):
            yield from branch_gates(branch.mark, condition, _contains(claim, negative=True), _contains(claim))


def _mentions(claim: Claim, names: frozenset[str]) -> Absent:
    return lambda node: bool(names & identifiers(node)) or holds(node, claim.call.node)


def _contains(claim: Claim, *, negative: bool = False) -> Callable[[Node], bool]:
    """The call stands in the condition itself: `if (!(await isAdmin())) return`."""

    def found(node: Node) -> bool:
        is_negative = negated(node) is not None or node.kind() == "binary_expression"
        return holds(node, claim.call.node) and (is_negative or not negative)

    return found


def _inline(body: Body, claim: Claim, names: frozenset[str], tells: Tells) -> Iterator[Gate]:
    """`(await getUser()) ?? redirect("/login")`, `assert(user)`."""
    for above in claim.call.node.ancestors():
        if above.kind() in FUNCTIONS or above.kind().endswith("_statement"):
            break
        right = above.field("right") if above.kind() == "binary_expression" else None
        if right is not None and is_leaving(right):
            yield Gate(covered_after(above), right, goes_up=True)
    for call in body.calls:
        if called(call).rpartition(".")[2].startswith(_ASSERTING):
            given = body.arguments(call)
            name = root_name(given[0]) if given else None
            if name in names and name is not None and tells(name, member_path(given[0])):
                yield Gate(covered_after(call.node), call.node, goes_up=True)


def _error_gates(body: Body, claim: Claim, paths: dict[str, str], names: frozenset[str]) -> list[Gate]:
    if claim.via is not None or claim.basis not in _IDENTITY:
        return []

    def is_error(node: Node) -> bool:
        name = root_name(node)
        return name in paths and join(paths[name], member_path(node)).startswith("error")

    return list(gates_on(body, names, is_error, lambda _: False))


def _untested(body: Body, claim: Claim, names: frozenset[str], tells: Tells) -> Held:
    """Nothing tests the answer; `user.id` without `?.` still throws where there is no user."""
    for node in find_kinds(body.function.node, "member_expression") if claim.basis in _IDENTITY else ():
        name = root_name(node)
        inner = node.field("object")
        if name not in names or name is None or inner is None or "?." in node.text():
            continue
        if tells(name, member_path(inner)):
            because = f"nothing tests `{inner.text()}`; only reading `{node.text()}` of nobody would fail"
            return Held(claim, None, (span(node)[0], covered_after(node)[1]), because=because)
    return Held(claim, gates=False, because="its answer is not tested")
