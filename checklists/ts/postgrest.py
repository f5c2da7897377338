"""The words of supabase-js' query builder: which calls write, filter, sort and shape, and what they are
given.
"""

from collections.abc import Iterable, Iterator

from checklists.ts.chains import Chain, Step, literal, properties
from checklists.ts.parse import Node, span, unwrap
from checklists.ts.scope import ModuleScope

OPERATIONS = frozenset({"delete", "insert", "select", "update", "upsert"})
FILTERS = frozenset(
    {"contains", "containedBy", "eq", "gt", "gte", "ilike", "ilikeAllOf", "ilikeAnyOf", "in", "is",
     "isDistinct",
     "like", "likeAllOf", "likeAnyOf", "lt", "lte", "neq", "overlaps", "rangeAdjacent", "rangeGt", "rangeGte",
     "rangeLt", "rangeLte", "textSearch"}
)  # fmt: skip
_WITH_OPERATOR = frozenset({"filter", "not"})


def filters(steps: Iterable[Step], module: ModuleScope) -> Iterator[tuple[str, str, str]]:
    """(method, column, value's text) of each filter; `match` counts as one `eq` a property, `or` has no
    column.
    """
    for step in steps:
        given = step.arguments or ()
        texts = [module.slice(each) for each in given]
        if step.name in FILTERS and texts:
            yield step.name, _name(given[0], texts[0]), texts[1] if len(texts) > 1 else ""
        elif step.name in _WITH_OPERATOR and len(texts) > 1:
            operator = literal(given[1]) or texts[1]
            yield f"{step.name}.{operator}", _name(given[0], texts[0]), texts[2] if len(texts) > 2 else ""
        elif step.name == "or" and texts:
            yield "or", "", texts[0]
        elif step.name == "match" and given:
            yield from _match(given[0], module)


def _match(node: Node, module: ModuleScope) -> Iterator[tuple[str, str, str]]:
    pairs = properties(node) if node.kind() == "object" else {}
    if not pairs:
        yield "match", "", module.slice(node)
    yield from (("eq", name, module.slice(value)) for name, value in pairs.items())


def _name(node: Node, text: str) -> str:
    """A column's name; one that is worked out stands in braces, so that it is not taken for a name."""
    return literal(node) if (literal(node) is not None) else f"{{{text}}}"  # type: ignore[return-value]


def columns(step: Step | None, module: ModuleScope) -> tuple[str, ...] | None:
    """What `.select()` names at the top level: `("*",)` for a bare one, None where there is none to read."""
    if step is None:
        return None
    if not step.arguments:
        return ("*",)
    text = constant(step.arguments[0], module)
    return tuple(split_columns(text)) or ("*",) if text is not None else None


def constant(node: Node, module: ModuleScope) -> str | None:
    """The text that an expression always has: a literal, or a constant that holds one, here or imported."""
    inner = unwrap(node)
    text = literal(inner)
    if text is not None or inner.kind() not in ("identifier", "member_expression"):
        return text
    start = span(inner)[0]
    name = inner.text()
    found = module.resolve(name, module.function_around(start), start)
    if found is None or found.value is None or found.module is None:
        return None
    value = unwrap(found.value)
    if value.kind() == "object" and found.path:
        held = properties(value).get(found.path)
        return literal(unwrap(held)) if held is not None else None
    return literal(value) if not found.path else None


def split_columns(text: str) -> Iterator[str]:
    """The parts of a select list, split at commas that are in no parenthesis."""
    depth, part = 0, ""
    for character in text:
        depth += (character == "(") - (character == ")")
        if character == "," and depth <= 0:
            yield part.strip()
            part = ""
        else:
            part += character
    if part.strip():
        yield part.strip()


def order_by(steps: Iterable[Step]) -> Iterator[str]:
    """The columns that the result is sorted by."""
    for step in steps:
        column = literal(step.arguments[0]) if step.name == "order" and step.arguments else None
        if column is not None:
            yield column


def on_conflict(chain: Chain) -> tuple[str, ...] | None:
    """The columns of an upsert's `onConflict`, None where it names none or works them out."""
    step = chain.find("upsert") or chain.find("insert")
    options = step.arguments[1] if step is not None and len(step.arguments or ()) > 1 else None  # type: ignore[index]
    value = (
        properties(options).get("onConflict") if options is not None and options.kind() == "object" else None
    )
    text = literal(value)
    return tuple(part.strip() for part in text.split(",") if part.strip()) if text is not None else None
