"""Which credential a client is made with, read off the expressions that are handed to its factory."""

import re
from collections.abc import Iterable, Iterator

from checklists.ts.chains import properties
from checklists.ts.index import Key
from checklists.ts.naming import callee
from checklists.ts.parse import Node, find_kinds, span, unwrap
from checklists.ts.scope import Binding, ModuleScope
from checklists.ts.targets import Targets
from checklists.ts.tokens import supabase_role

_ELEVATED = re.compile(
    r"service_?role|service_?key|secret_?key|_SECRET\b|\bsb_secret_|SUPABASE_SECRET", re.IGNORECASE
)
_PUBLIC = re.compile(r"anon|publishable|public_?key", re.IGNORECASE)
_LITERAL = re.compile(r"""["'`](eyJ[\w-]+\.[\w-]+\.[\w-]*|sb_(?:secret|publishable)_\w+)["'`]""")
_FORWARDS = re.compile(
    r"""authHeader|auth_header|[Aa]uthorization|accessToken|access_token|cookieStore|cookie_store
      | parseCookieHeader
      | \.cookies\b|\bcookies\(\)|\bcookies\s*[,}]|cookies:\s*(?:await\s+)?\w+\s*[,}(]
      | \.getAll\(|\bgetCookies?\(""",
    re.VERBOSE,
)
_OWN_TOKEN = re.compile(
    r"[Aa]uthorization[\"']?\]?\s*:\s*`?[^,}\n]*(?:service|secret|anon|supabaseKey|\bkey\b)", re.IGNORECASE
)
_MAX_DEPTH = 5


def key_of(node: Node | None, module: ModuleScope, targets: Targets) -> Key:
    """SERVICE or ANON by the names that the expression and its values are written with, else UNKNOWN."""
    if node is None:
        return Key.UNKNOWN
    text = "\n".join(written(node, module, targets))
    for token in _LITERAL.findall(text):
        role = supabase_role(token)
        if role:
            return Key.SERVICE if role == "service_role" else Key.ANON
    if _ELEVATED.search(text):
        return Key.SERVICE
    return Key.ANON if _PUBLIC.search(text) else Key.UNKNOWN


def forwards_user(nodes: Iterable[Node], module: ModuleScope) -> bool:
    """Whether a factory's options pass on the caller's cookies or Authorization header."""
    for node in nodes:
        text = module.slice(node)
        if node.kind() == "identifier":
            found = module.resolve(node.text(), module.function_around(span(node)[0]), span(node)[0])
            text = found.module.slice(found.value) if found and found.module and found.value else text
        if _FORWARDS.search(_OWN_TOKEN.sub("", text)):
            return True
    return False


def written(node: Node, module: ModuleScope, targets: Targets, depth: int = 0) -> Iterator[str]:
    """The expression's text, then the texts of the values and functions that its names stand for."""
    yield module.slice(node)
    if depth > _MAX_DEPTH:
        return
    for each in _names(node):
        start = span(each)[0]
        binding = module.resolve(callee(each) or each.text(), module.function_around(start), start)
        yield from _stands_for(binding, targets, depth) if binding else ()


def _names(node: Node) -> Iterator[Node]:
    """The names in an expression, dotted ones whole: `env.KEY` speaks of KEY, not of all that `env` holds."""
    past = -1
    for each in find_kinds(node, "identifier", "member_expression", "shorthand_property_identifier"):
        start, end = span(each)
        if start >= past:
            past = (
                end
                if each.kind() != "member_expression" or callee(each).replace(".", "_").isidentifier()
                else past
            )
            yield each


def _stands_for(binding: Binding, targets: Targets, depth: int) -> Iterator[str]:
    module = binding.module
    if module is None:
        yield binding.name
    elif binding.function is not None:
        home = module.program.modules[binding.function.location.path]
        for value in targets.returns(binding.function):
            yield from written(value, home, targets, depth + 1)
    elif binding.value is not None:
        yield binding.path
        value = unwrap(binding.value)
        if not binding.path or value.kind() in ("identifier", "member_expression"):
            yield from written(value, module, targets, depth + 1)
        elif value.kind() == "object":
            held = properties(value).get(binding.path)
            yield from written(held, module, targets, depth + 1) if held is not None else ()
