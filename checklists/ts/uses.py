"""Calls into the libraries of platforms: caches, connections, channels, queues, as they are written.

Only names of `WATCHED` are looked at, and of these only what can be followed to its package.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from checklists.ts.chains import arguments
from checklists.ts.clients import Clients
from checklists.ts.index import Use
from checklists.ts.keys import written
from checklists.ts.naming import callee
from checklists.ts.parse import Mark, Node, span, unwrap
from checklists.ts.scope import FunctionScope, ModuleScope
from checklists.ts.sites import Site
from checklists.ts.targets import Targets

WATCHED = frozenset(
    {
        "channel", "createServerClient", "drizzle", "fetchQuery", "get", "hset", "mset", "neon", "postgres",
        "prefetchQuery", "publishJSON", "queryOptions", "serve", "set", "setex", "unstable_cache",
        "useInfiniteQuery", "useQuery", "useSuspenseQuery", "verifySignatureAppRouter",
        "new Client", "new Inngest", "new Pool", "new PrismaClient", "new QueryClient", "new Receiver",
    }
)  # fmt: skip
_SUPABASE = "supabase"
_PLATFORM = re.compile(
    r"^(?:npm:)?(?:next/cache|@tanstack/\w*-?query|@trpc/tanstack-react-query|inngest|@upstash/|@vercel/(?:kv|postgres)"
    r"|(?:io)?redis|pg|postgres|drizzle-orm|@neondatabase/|@prisma/client|@supabase/)(?:[/@\w-]|$)"
    r"|^https://deno\.land/x/(?:postgres|redis)"
)
# `get` and `set` are everybody's: only those of a store are meant.
_STORES = re.compile(r"redis|@vercel/kv|@upstash/")
_ASKS_STORE = frozenset({"get", "hset", "mset", "set", "setex"})
_CONNECTS = frozenset({"drizzle", "neon", "postgres", "new Client", "new Pool", "new PrismaClient"})
_BELOW = frozenset(
    {
        "as_expression",
        "await_expression",
        "member_expression",
        "non_null_expression",
        "parenthesized_expression",
    }
)
_CHOOSES = frozenset({"binary_expression", "parenthesized_expression", "ternary_expression"})


@dataclass(frozen=True, slots=True)
class Watched:
    """A call by one of the names, where it stands."""

    mark: Mark
    name: str
    site: Site


def read_uses(
    module: ModuleScope, watched: Iterable[Watched], targets: Targets, clients: Clients
) -> Iterator[Use]:
    """Those that are calls of a package's function, or of what a package's function or class made."""
    for each in watched:
        package = _package(module, each, targets, clients)
        if package is not None and _is_meant(package, each.name):
            yield _use(module, each, package, targets)


def _is_meant(package: str, name: str) -> bool:
    if name.rpartition(".")[2] in _ASKS_STORE:
        return _STORES.search(package) is not None
    return package == _SUPABASE or _PLATFORM.search(package) is not None


def _use(module: ModuleScope, each: Watched, package: str, targets: Targets) -> Use:
    given = arguments(each.mark.node)
    top = _outermost(each.mark.node)
    name = each.name if each.name.startswith("new ") else each.name.rpartition(".")[2]
    stands_for = (
        tuple(dict.fromkeys(written(given[0], module, targets))) if name in _CONNECTS and given else ()
    )
    return Use(
        package=package,
        name=name,
        location=each.site.location,
        function=each.site.holder,
        receiver=each.name.rpartition(".")[0],
        arguments=tuple(module.slice(one) for one in given),
        written=stands_for,
        text=module.slice(top),
        held=_held(top),
    )


def _package(module: ModuleScope, each: Watched, targets: Targets, clients: Clients) -> str | None:
    receiver, _, last = each.name.removeprefix("new ").rpartition(".")
    if last == "channel":
        return _SUPABASE if _is_supabase(module, each, receiver, clients) else None
    bound = (
        module.resolve(receiver or last, each.site.function, each.site.start) if "(" not in receiver else None
    )
    if bound is None and receiver.endswith("()"):
        made = targets.target(module, receiver.removesuffix("()"), each.site.function, each.site.start)
        home = module.program.modules.get(made.location.path) if made is not None else None
        values = targets.returns(made) if made is not None else ()
        return next((found for v in values if home and (found := _made_by(home, v, made))), None)
    if bound is None:
        return None
    if bound.package:
        return bound.package
    value = bound.value
    return _made_by(bound.module, value, None) if receiver and value is not None and bound.module else None


def _made_by(module: ModuleScope, value: Node, within: FunctionScope | None) -> str | None:
    """The package of the function or class that made a value: `new Redis(…)`, `Redis.fromEnv()`."""
    node = unwrap(value)
    if node.kind() == "identifier":
        held = module.resolve(node.text(), within, span(node)[0])
        if held is None or held.module is None or held.value is None:
            return held.package or None if held is not None else None
        return _made_by(held.module, held.value, None)
    maker = node.field("constructor") or node.field("function")
    name = callee(maker) if maker is not None else ""
    bound = module.resolve(name, within, span(node)[0]) if name and "(" not in name else None
    return bound.package or None if bound is not None else None


def _is_supabase(module: ModuleScope, each: Watched, receiver: str, clients: Clients) -> bool:
    function = each.mark.node.field("function")
    target = function.field("object") if function is not None else None
    if target is None or not receiver:
        return False
    found = clients.of(target, module)
    named = _SUPABASE in receiver.lower() or receiver.lower().endswith(("client", "sb"))
    return found.api == _SUPABASE if found is not None else named and _SUPABASE in module.text.lower()


def _outermost(node: Node) -> Node:
    """The whole chain that begins with the call."""
    above = node.parent()
    while above is not None and (
        above.kind() in _BELOW or (above.kind() == "call_expression" and above.field("function") == node)
    ):
        node, above = above, above.parent()
    return node


def _held(node: Node) -> str:
    """The variable that the chain's result goes to, empty where there is none."""
    above = node.parent()
    while above is not None and above.kind() in _CHOOSES:
        above = above.parent()
    target = None
    if above is not None and above.kind() == "variable_declarator":
        target = above.field("name")
    elif above is not None and above.kind() == "assignment_expression":
        target = above.field("left")
    return target.text() if target is not None else ""
