"""Where a caller's values can do harm: queries, RPC arguments, storage paths, fetch addresses, SQL text."""

import re
from dataclasses import dataclass

from checklists.ts.flow.body import AnyCall, Body, called
from checklists.ts.flow.syntax import arguments, callee, operands, root_name
from checklists.ts.parse import Node, unwrap

_WRITES = frozenset({"insert", "update", "upsert"})
_FILTERS = frozenset(
    {
        "eq", "neq", "gt", "gte", "lt", "lte", "like", "ilike", "likeAnyOf", "likeAllOf", "is", "in",
        "contains", "containedBy", "overlaps", "match", "or", "filter", "not", "textSearch",
        "rangeGt", "rangeLt",
    }
)  # fmt: skip
_STORAGE = frozenset(
    {"upload", "update", "remove", "download", "move", "copy", "createSignedUrl", "createSignedUrls",
     "createSignedUploadUrl", "getPublicUrl", "list"}
)  # fmt: skip
# What the Auth server is told of a caller who is not known yet, or who changes what is known.
_ACCOUNTS = frozenset(
    {"signInWithPassword", "signInWithOtp", "signUp", "resetPasswordForEmail", "updateUser", "verifyOtp"}
)
_REDIRECTS = frozenset({"permanentRedirect", "redirect"})
_METHODS = (
    _WRITES
    | _FILTERS
    | _STORAGE
    | {
        "fetch",
        "rpc",
        "unsafe",
        "$queryRawUnsafe",
        "$executeRawUnsafe",
        "raw",
        "values",
        "set",
        "where",
        "having",
    }
    | {"order", "permanentRedirect", "redirect", "select"}
    | _ACCOUNTS
)
_CHAIN = re.compile(
    r"(?<!Array)(?<!Buffer)(?<!Uint8Array)(?<!Object)(?<!Set)(?<!Observable)\.from\(|\.schema\(['\"`]"
)
_SQL = re.compile(
    r"(?:^|\.)(?:unsafe|\$queryRawUnsafe|\$executeRawUnsafe)$|(?:^|\.)sql\.raw$|(?:^|\.)knex\.raw$"
)
_OPERATION = re.compile(r"\.(insert|update|upsert|delete|select)\(")
_DRIZZLE_QUERY = re.compile(r"\.(?:delete|update|select|from)\(")
_FIXED_PATH = re.compile(r"^[`'\"](?:/[\w-]|\w+[/?#])")
_ANSWERS = re.compile(r"^(?:Next)?Response\.|^(?:c|ctx|res|context)\.|^_?re(?:ply|s|sponse)\.")
_DRIZZLE = re.compile(r"(?:^|\.)(insert|update)\([^()]*\)\.(?:values|set)$")


@dataclass(frozen=True, slots=True)
class Sink:
    """One argument that matters; `kind`, `use`, `operation` and `method` as in `Flow`."""

    kind: str
    use: str
    operation: str
    value: Node
    call: AnyCall
    method: str = ""


def sinks(call: AnyCall, given: list[Node], builders: frozenset[str]) -> list[Sink]:
    """The arguments of a call that a caller's value must not reach unparsed.

    Args:
        call: A call.
        given: Its arguments, at least one.
        builders: Variables of its function that hold a query still being built.
    """
    name = called(call)
    method = name.rpartition(".")[2].partition("<")[0]
    if method not in _METHODS:
        return []
    found = _outside(name, method, given, call)
    if found is None:
        return _of_chain(name, method, given, call) if _is_chain(name, call, builders) else []
    return [found]


def _outside(name: str, method: str, given: list[Node], call: AnyCall) -> Sink | None:
    """Sinks that are no step of a Supabase query."""
    if name == "fetch":
        head = host(given[0])
        use = "path" if head is None else "address"
        return Sink("fetch", use, "", given[0] if head is None else head, call, "fetch")
    if method in _REDIRECTS:
        return _redirect(name, given, call)
    if method in _ACCOUNTS:
        return Sink("auth", "account", method, given[0], call, method) if ".auth." in name else None
    if method == "rpc" and len(given) > 1:
        return Sink("rpc", "payload", "rpc", given[1], call, method)
    if _SQL.search(name):
        return Sink("sql", "text", "", given[0], call, method)
    drizzle = _DRIZZLE.search(name)
    if drizzle:
        return Sink("query", "payload", drizzle[1], given[0], call)
    if method in _STORAGE and ".storage" in name:
        return Sink("storage", "address", method, given[0], call, method)
    if method in ("where", "having") and len(given) == 1 and _DRIZZLE_QUERY.search(name):
        return Sink("query", "filter", _operation(name), given[0], call)
    return None


def _of_chain(name: str, method: str, given: list[Node], call: AnyCall) -> list[Sink]:
    """Sinks among the steps of a Supabase query."""
    if method in _WRITES:
        return [Sink("query", "payload", method, given[0], call, method)]
    if method in _FILTERS:
        values = given if method in ("or", "match") else given[1:]
        return [Sink("query", "filter", _operation(name), each, call, method) for each in values]
    if method == "order" or (method == "select" and given[0].kind() != "string"):
        return [Sink("query", "column", _operation(name), given[0], call, method)]
    return []


def _redirect(name: str, given: list[Node], call: AnyCall) -> Sink | None:
    """The part of a redirect's address that can name another host, None where text before it fixes the host.

    `use` says how: the `whole` address, one that is `relative` to a base, or text `appended` to an origin.
    """
    if "." in name and not _ANSWERS.search(name):
        return None
    node = next((each for each in map(unwrap, given) if each.kind() != "number"), None)
    if node is not None and node.kind() == "new_expression" and callee(node).endswith("URL"):
        inner = arguments(node)
        if not inner or _FIXED_PATH.match(inner[0].text()):
            return None
        return Sink("redirect", "relative" if len(inner) > 1 else "whole", "", inner[0], call, "redirect")
    if node is None or node.kind() == "string":
        return None
    if node.kind() != "template_string":
        return Sink("redirect", "whole", "", node, call, "redirect")
    parts = [each for each in node.named_children() if each.kind() != "escape_sequence"]
    if not parts or parts[0].kind() != "template_substitution":
        return None
    if len(parts) > 1 and parts[1].kind() == "template_substitution":
        return Sink("redirect", "appended", "", parts[1], call, "redirect")
    return Sink("redirect", "whole", "", parts[0], call, "redirect")


def host(address: Node) -> Node | None:
    """The part of an address that decides where the request goes; None where text fixes the host."""
    node = unwrap(address)
    parts = list(operands(node, "+"))
    if len(parts) > 1:
        return host(parts[0])
    if node.kind() == "string":
        return None
    if node.kind() != "template_string":
        return node
    first = next(iter(node.named_children()), None)
    return first if first is not None and first.kind() == "template_substitution" else None


def builders_of(body: Body) -> frozenset[str]:
    """Variables that hold a query still being built: `let query = supabase.from("t").select()`."""
    return frozenset(each.name for each in body.locals if not each.path and _is_building(each.value))


def _is_building(value: Node) -> bool:
    inner = unwrap(value)
    if inner.kind() != "call_expression" or value.kind() == "await_expression":
        return False
    name = callee(inner)
    return bool(_CHAIN.search(name) or name.endswith((".from", ".rpc"))) and ".storage" not in name


def _is_chain(name: str, call: AnyCall, builders: frozenset[str]) -> bool:
    if _CHAIN.search(name) and ".storage" not in name:
        return True
    if not builders:
        return False
    node = call.node
    while node.kind() in ("call_expression", "member_expression"):
        inner = node.field("function") or node.field("object")
        if inner is None:
            break
        node = unwrap(inner)
    return node.kind() == "identifier" and root_name(node) in builders


def _operation(name: str) -> str:
    found = _OPERATION.findall(name)
    return next((each for each in found if each != "select"), "select")
