"""SQL that is put together from text: templates and `+` in what a driver runs as it is."""

import re
from collections.abc import Iterator

from checklists.model import Location
from checklists.ts.flow.syntax import arguments, callee, operands
from checklists.ts.index import Interpolation, Query
from checklists.ts.parse import Mark, Node, find_kinds, unwrap
from checklists.ts.scope import ModuleScope

_LIKELY = re.compile(r"\.raw\(|\.unsafe\(|RawUnsafe|\.query\(|\.execute\(")
_ALWAYS = re.compile(r"(?:^|\.)(?:sql|Prisma|knex)\.raw$|\.unsafe$|\.\$(?:query|execute)RawUnsafe$")
_DRIVERS = re.compile(r"(?:^|\.)(?:query|execute|raw)$")
_SQL_WORD = re.compile(
    r"\b(?:select|insert|update|delete|where|from|alter|create|drop|set|order\s+by|with)\b", re.IGNORECASE
)
_CONSTANT = re.compile(r"^(?:[A-Z][A-Z0-9_]*|\d+)(?:\.[A-Z_a-z]\w*)*$")


def sql_texts(module: ModuleScope, queries: list[Query]) -> tuple[int, list[Interpolation]]:
    """How many calls run SQL text, and those whose text is put together from what is no constant.

    Args:
        module: The module.
        queries: Its queries; a `.query()` or `.execute()` counts only where one of them stands.
    """
    if not _LIKELY.search(module.text):
        return 0, []
    lines = {query.location.line for query in queries if query.operation == "raw"}
    seen, found = 0, []
    for mark in module.tree.marks:
        if mark.kind != "call_expression":
            continue
        name = callee(mark.node)
        if not _ALWAYS.search(name) and not (_DRIVERS.search(name) and mark.line in lines):
            continue
        given = arguments(mark.node)
        if not given:
            continue
        seen += 1
        names = tuple(_put_in(module, unwrap(given[0]), mark))
        if names:
            holder = module.function_around(mark.start)
            place = Location(module.path, mark.line, mark.end_line)
            owner = holder.id if holder is not None else f"{module.path}#module"
            found.append(Interpolation(name, place, owner, names, module.slice(given[0])[:160]))
    return seen, found


def _put_in(module: ModuleScope, node: Node, call: Mark, depth: int = 0) -> Iterator[str]:
    """The expressions that are not constant in a text that is SQL."""
    if node.kind() == "identifier" and depth < 3:
        found = module.resolve(node.text(), module.function_around(call.start), call.start)
        if found is not None and found.value is not None and not found.path:
            yield from _put_in(found.module or module, unwrap(found.value), call, depth + 1)
        return
    if node.kind() == "template_string" and _SQL_WORD.search(node.text()):
        for each in find_kinds(node, "template_substitution"):
            yield from _not_constant(module, each.named_children(), call)
    elif node.kind() == "binary_expression" and _SQL_WORD.search(node.text()):
        yield from _not_constant(module, list(operands(node, "+")), call)


def _not_constant(module: ModuleScope, nodes: list[Node], call: Mark) -> Iterator[str]:
    for node in map(unwrap, nodes):
        if node.kind() in ("string", "number", "comment") or _CONSTANT.match(node.text()):
            continue
        if node.kind() == "template_string" and not find_kinds(node, "template_substitution"):
            continue
        if node.kind() == "identifier" and _is_constant(module, node.text(), call):
            continue
        if node.kind() == "call_expression" and re.search(
            r"(?:^|\.)(?:Number|parseInt|identifier|quoteIdent|escapeIdentifier|escapeLiteral)$", callee(node)
        ):
            continue
        yield node.text()[:60]


def _is_constant(module: ModuleScope, name: str, call: Mark) -> bool:
    found = module.resolve(name, module.function_around(call.start), call.start)
    if found is None or found.value is None or found.path:
        return False
    value = unwrap(found.value)
    return value.kind() in ("string", "number") or (
        value.kind() == "template_string" and "${" not in value.text()
    )
