"""What a call returns that was made with a caller's value: the same, less of it, or something else."""

import re
from dataclasses import replace

from checklists.ts.flow.sources import State, Taint

_NUMBERS = re.compile(r"^(?:Number|parseInt|parseFloat|Number\.parse(?:Int|Float)|BigInt|Boolean|Math\.\w+)$")
# Methods that answer a question about a value, and methods that take one text out of it.
_ASKING = frozenset(
    {"has", "includes", "some", "every", "test", "startsWith", "endsWith", "indexOf", "isArray"}
)
_NARROWING = frozenset({"get", "trim", "toString", "toLowerCase"})
# an allow-list written out: `kind !== "a" && kind !== "b"`
_QUOTING = re.compile(r"(?:^|\.)(?:quote|escape)[A-Z_]\w*$")
_OBJECT_READERS = re.compile(
    r"^(?:JSON\.parse|Object\.(?:fromEntries|assign|entries|values|keys)|structuredClone|Array\.from)$"
)
_TEXT_READERS = re.compile(
    r"^(?:JSON\.stringify|decodeURIComponent|encodeURIComponent|decodeURI|encodeURI|escape|unescape|String|atob|btoa)$"
)


def of_method(held: Taint, name: str) -> Taint | None:
    """What a method of a caller's value returns."""
    method = name.rpartition(".")[2]
    if method in _ASKING:
        return None
    return replace(held, whole=False) if method in _NARROWING else held


def of_call(carried: Taint | None, name: str) -> Taint | None:
    """What a function returns that was handed a caller's value."""
    if carried is None or name.rpartition(".")[2] in _ASKING or _is_io(name):
        return None
    if _NUMBERS.match(name):
        return replace(carried, state=State.CONVERTED, whole=False)
    if _TEXT_READERS.match(name):
        return replace(carried, whole=False)
    if _OBJECT_READERS.match(name):
        return replace(carried, whole=True)
    if name == "Promise.all":
        return carried
    if carried.state is State.PARSED:  # text that fits a schema, and a helper that may have quoted it
        return None if _QUOTING.search(name) else replace(carried, state=State.HELPER)
    return replace(carried, state=later(carried.state, State.HELPER))


def later(first: State, second: State) -> State:
    return first if first.rank >= second.rank else second


def _is_io(name: str) -> bool:
    """Calls whose answer is not what they were given: queries, fetches, clients."""
    return bool(
        re.search(
            r"\.(?:from|rpc|select|insert|update|upsert|delete|single|maybeSingle|auth|storage)\b|^fetch$|^create\w*Client",
            name,
        )
    )
