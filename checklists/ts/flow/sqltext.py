"""SQL that is put together from text: templates and `+` in what a driver runs as it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checklists.model import Location
from checklists.ts.fixed import is_fixed
from checklists.ts.flow.syntax import arguments, callee, operands
from checklists.ts.index import Interpolation, Query
from checklists.ts.parse import Mark, Node, unwrap
from checklists.ts.scope import ModuleScope

_LIKELY = re.compile(r"\.raw\(|\.unsafe\(|RawUnsafe|\.query\(|\.execute\(")
_ALWAYS = re.compile(r"(?:^|\.)(?:sql|Prisma|knex)\.raw$|\.unsafe$|\.\$(?:query|execute)RawUnsafe$")
_ALWAYS_LIKELY = re.compile(r"\.raw\b|\.unsafe\b|RawUnsafe\b")
_ALWAYS_WORDS = (".raw", ".unsafe", "RawUnsafe")  # looked for first: most texts hold none
_DRIVERS = re.compile(r"(?:^|\.)(?:query|execute|raw)$")
_SQL_WORD = re.compile(
    r"\b(?:select|insert|update|delete|where|from|alter|create|drop|set|order\s+by|with)\b", re.IGNORECASE
)
_PLACEHOLDER = re.compile(r"\$\$\{[^}]*\}")
_QUOTING = re.compile(r"(?:^|\.)(?:Number|parseInt|identifier|quoteIdent\w*|escapeIdentifier|escapeLiteral)$")
_DEPTH = 3
_CONSTANT = re.compile(r"^(?:[A-Z][A-Z0-9_]*|\d+)(?:\.[A-Z_a-z]\w*)*$")


def sql_texts(module: ModuleScope, queries: list[Query]) -> tuple[int, list[Interpolation]]:
    """How many calls run SQL text, and those whose text is put together from what is no constant.

    Args:
        module: The module.
        queries: Its queries; a `.query()` or `.execute()` counts only where one of them stands.
    """
    lines = {query.location.line for query in queries if query.operation == "raw"}
    if not lines and not _is_always_likely(module.text):
        return 0, []
    if not _LIKELY.search(module.text):
        return 0, []
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


def _is_always_likely(text: str) -> bool:
    return any(word in text for word in _ALWAYS_WORDS) and _ALWAYS_LIKELY.search(text) is not None


def _put_in(module: ModuleScope, node: Node, call: Mark) -> Iterator[str]:
    """The expressions that are not constant in a text that is SQL."""
    if node.kind() == "identifier":
        found = module.resolve(node.text(), module.function_around(call.start), call.start)
        if found is not None and found.value is not None and not found.path:
            value = unwrap(found.value)
            if value.kind() != "identifier":
                yield from _put_in(found.module or module, value, call)
    elif node.kind() in ("template_string", "binary_expression") and _SQL_WORD.search(node.text()):
        yield from _Pieces(module, call).of(node)


@dataclass(slots=True)
class _Pieces:
    """Takes a text apart down to what is no constant."""

    module: ModuleScope
    call: Mark
    depth: int = 0

    def of(self, node: Node) -> Iterator[str]:
        node = unwrap(node)
        kind = node.kind()
        if kind in ("string", "number", "comment", "string_fragment", "undefined", "null"):
            return
        if kind in ("template_string", "binary_expression", "ternary_expression"):
            for each in _pieces_of(node, kind):
                yield from self.of(each)
        elif kind == "identifier":
            yield from self._name(node)
        elif kind == "call_expression" and callee(node).endswith(".join"):
            yield from self._joined(node)
        elif not _CONSTANT.match(node.text()) and not _is_quoted(node) and not is_fixed(node, self.module):
            yield node.text()[:60]

    def _name(self, node: Node) -> Iterator[str]:
        name = node.text()
        found = self.module.resolve(name, self.module.function_around(self.call.start), self.call.start)
        if found is None or found.value is None or found.path or self.depth > _DEPTH:
            if not _CONSTANT.match(name) and not is_fixed(node, self.module):
                yield name
            return
        if any(True for _ in _Pieces(found.module or self.module, self.call, self.depth + 1).of(found.value)):
            yield name

    def _joined(self, node: Node) -> Iterator[str]:
        """`clauses.join(" and ")`: constant where every piece that goes into the list is."""
        function = node.field("function")
        held = function.field("object") if function is not None else None
        within = self.module.function_around(self.call.start)
        around = self.module.slice(within.node) if within is not None else self.module.text
        name = held.text() if held is not None else ""
        written = rf"\b{name}\b[^;\n]*?(?:=|\.push\()([^;\n]*(?:[(\[]\n(?:[^;\n]*\n){{0,4}})?)"
        pieces = re.findall(written, around) if name.isidentifier() else [name]
        if any("${" in _PLACEHOLDER.sub("", piece) or re.search(r"['\"`]\s*\+", piece) for piece in pieces):
            yield node.text()[:60]


def _pieces_of(node: Node, kind: str) -> list[Node]:
    """The expressions that one is joined from, or chooses between."""
    if kind == "template_string":
        return list(_substitutions(node))
    if kind == "ternary_expression":
        branches = (node.field("consequence"), node.field("alternative"))
        return [branch for branch in branches if branch is not None]
    return [each for each in operands(node, "+", "??", "||") if each != node]


def _substitutions(node: Node) -> Iterator[Node]:
    """What is put into a template, the number of a placeholder (`$${n}`) left out."""
    before = ""
    for child in node.named_children():
        if child.kind() == "template_substitution" and not before.endswith("$"):
            yield from child.named_children()
        before = child.text() if child.kind() == "string_fragment" else ""


def _is_quoted(node: Node) -> bool:
    return node.kind() == "call_expression" and bool(_QUOTING.search(callee(node)))
