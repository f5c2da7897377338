"""What a function does with functions that were handed to it, and what it answers."""

from checklists.ts.flow.body import AnyCall, Body, called
from checklists.ts.flow.claims import Says
from checklists.ts.flow.tested import Held
from checklists.ts.parse import Span, unwrap


def calls_parameter(body: Body, covers: Span) -> bool:
    """Whether a function that was handed in, here or further out, is called within the covered text."""
    program = body.module.program
    for call in body.calls:
        if not covers[0] <= call.start < covers[1]:
            continue
        name = called(call).partition(".")[0]
        if called(call) == "next":
            return True  # a middleware's way on
        for function in program.ancestors(body.module, body.function):
            handed = {each for parameter in function.parameters for each in parameter.names}
            if name in handed and "." not in called(call):
                return True
    return False


def hands_parameter(body: Body, covers: Span) -> bool:
    """Whether a wrapper is handed what this function was: `withApi(handler, { requireAuth: true })`."""
    handed = {name for parameter in body.function.parameters for name in parameter.names}
    exact = (call for call in body.calls if (call.start, call.end) == covers and _is_answer(body, call))
    return any(unwrap(given).text() in handed for call in exact for given in body.arguments(call))


def _is_answer(body: Body, call: AnyCall) -> bool:
    """Whether a function returns what the call does, whoever calls it."""
    outer = body.function.node.field("body")
    if outer is None or outer.kind() != "statement_block":
        return outer is not None and unwrap(outer) == call.node
    last = outer.named_children()[-1:]
    return any(
        each.kind() == "return_statement" and call.node in map(unwrap, each.named_children()) for each in last
    )


def answers_proof(body: Body, sure: list[Held]) -> bool:
    """Whether every return is that of a call that throws: `return stripe.webhooks.constructEvent(…)`."""
    calls = [held.claim.call for held in sure if held.claim.says is Says.ENFORCES]
    within = (any(each.start <= call.start < each.end for call in calls) for each in body.returns)
    return bool(body.returns) and all(within)
