"""What a zod schema lets through: its keys, which may be left out, and what each may hold."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checklists.model import Location
from checklists.ts.flow.body import Body
from checklists.ts.flow.syntax import arguments, callee, squeeze
from checklists.ts.index import SchemaField
from checklists.ts.parse import Mark, Node, mark, unwrap
from checklists.ts.scope import Binding, ModuleScope

_STARTS = (
    (re.compile(r"^z\.|^zod\.|^zfd\."), "zod"),
    (re.compile(r"^(?:yup|Yup)\."), "yup"),
    (re.compile(r"^[Jj]oi\."), "joi"),
    (re.compile(r"^v\.|^valibot\."), "valibot"),
    (re.compile(r"^Type\."), "typebox"),
    (re.compile(r"^type\("), "arktype"),
    (re.compile(r"^create(?:Insert|Select|Update)Schema\("), "drizzle-zod"),
)
_LOOSE = re.compile(r"\.passthrough\(\)|\.loose\(\)|looseObject\(|\.catchall\(")
_OPEN = re.compile(r"^z\.(?:any|unknown|record|custom)\b")
# What leaves no room for text of the caller's choice.
_NARROW = re.compile(
    r"^z\.(?:uuid|guid|enum|nativeEnum|literal|number|int|boolean|date|bigint|cuid2?|ulid|nanoid|iso|coerce\.(?:number|"
    r"date|boolean|bigint))\b|\.(?:uuid|guid|cuid2?|ulid|datetime|date|regex)\("
)
_OBJECTS = frozenset({"z.object", "z.strictObject", "z.looseObject"})
_KEPT = frozenset(
    {
        "strict",
        "strip",
        "passthrough",
        "refine",
        "superRefine",
        "describe",
        "brand",
        "readonly",
        "meta",
        "loose",
        "check",
    }
)
_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema as far as it can be read: `fields` is None where its keys cannot be listed.

    `passes` names what lets unknown values through (`z.any()`, `.passthrough()`), None where nothing does;
    `textual` where it is a string alone, of any characters.
    """

    library: str
    location: Location
    fields: tuple[SchemaField, ...] | None = None
    passes: str | None = None
    textual: bool = False


def schema_of(body: Body, node: Node, at: int) -> Schema | None:
    """The schema that an expression stands for, across imports; None where none can be found."""
    node = unwrap(node)
    bound = Binding("", body.module, value=node)
    if node.kind() == "identifier" or (node.kind() == "member_expression" and not _library(node)):
        found = body.resolve_name(squeeze(node.text()), at)
        if found is None or found.value is None or found.path:
            return None
        bound = found
    return None if bound.module is None or bound.value is None else _read(bound.module, bound.value, 0)


def _library(node: Node) -> str | None:
    text = squeeze(node.text()[:80])
    return next((library for pattern, library in _STARTS if pattern.search(text)), None)


def _read(module: ModuleScope, value: Node, depth: int) -> Schema | None:
    value = unwrap(value)
    base = _base(value)
    library = _library(value)
    if library is None:
        inner = _named(module, base)
        if inner is None or depth > _DEPTH:
            return None
        held = _read(inner[0], inner[1], depth + 1)
        library = held.library if held is not None else None
    if library is None:
        return None
    text = squeeze(value.text())
    loose = _LOOSE.search(text)
    opened = _OPEN.match(text)
    passes = loose[0].strip(".") if loose else opened[0] + "()" if opened else None
    fields = (
        tuple(_fields(module, value, depth))
        if library == "zod" and _is_listed(module, value, depth)
        else None
    )
    textual = text.startswith("z.string(") and not _NARROW.search(text)
    return Schema(library, _place(module, mark(value)), fields, passes, textual)


def _base(value: Node) -> Node:
    """What a chain of calls starts from: `Base` of `Base.extend({…}).strict()`."""
    while value.kind() in ("call_expression", "member_expression"):
        inner = value.field("function") or value.field("object")
        if inner is None:
            break
        value = unwrap(inner)
    return value


def _named(module: ModuleScope, base: Node) -> tuple[ModuleScope, Node] | None:
    if base.kind() != "identifier":
        return None
    found = module.resolve(base.text())
    if found is None or found.value is None or found.module is None or found.path:
        return None
    return found.module, found.value


def _steps(value: Node) -> Iterator[tuple[str, Node]]:
    """The calls of a chain, outermost first: ("extend", call), ("object", call)."""
    while value.kind() == "call_expression":
        function = value.field("function")
        if function is None or function.kind() != "member_expression":
            return
        name, inner = function.field("property"), function.field("object")
        if name is None or inner is None:
            return
        yield name.text(), value
        value = unwrap(inner)


def _is_listed(module: ModuleScope, value: Node, depth: int) -> bool:
    """Whether every step of the chain is one whose effect on the keys is known."""
    for name, call in _steps(value):
        if callee(call) in _OBJECTS:
            return True
        if name in ("extend", "partial", "omit", "pick", "required") or name in _KEPT:
            continue
        if name != "merge":
            return False
    inner = _named(module, _base(value))
    return inner is not None and depth < _DEPTH and _is_listed(inner[0], unwrap(inner[1]), depth + 1)


def _fields(module: ModuleScope, value: Node, depth: int) -> Iterator[SchemaField]:
    steps = list(_steps(value))
    listed: dict[str, SchemaField] = {}
    if not steps or callee(steps[-1][1]) not in _OBJECTS:
        inner = _named(module, _base(value))
        held = _read(inner[0], inner[1], depth + 1) if inner is not None and depth < _DEPTH else None
        listed = {field.name: field for field in held.fields or ()} if held is not None else {}
    for name, call in reversed(steps):
        listed = _step(module, name, call, listed, depth)
    yield from listed.values()


def _step(
    module: ModuleScope, name: str, call: Node, listed: dict[str, SchemaField], depth: int
) -> dict[str, SchemaField]:
    given = arguments(call)
    first = unwrap(given[0]) if given else None
    if callee(call) in _OBJECTS or name == "extend":
        return listed | {field.name: field for field in _listed(module, first)}
    if name == "merge" and first is not None:
        inner = _named(module, first)
        held = _read(inner[0], inner[1], depth + 1) if inner is not None else None
        return listed | {field.name: field for field in held.fields or ()} if held is not None else listed
    keys = _keys(first)
    if name == "omit":
        return {key: field for key, field in listed.items() if key not in keys}
    if name == "pick":
        return {key: field for key, field in listed.items() if key in keys}
    if name == "partial":
        chosen = keys or set(listed)
        return {
            key: SchemaField(f.name, f.location, key in chosen or f.optional, f.labels, f.largest, f.narrow)
            for key, f in listed.items()
        }
    return listed


def _keys(node: Node | None) -> set[str]:
    pairs = node.named_children() if node is not None and node.kind() == "object" else []
    names = (pair.field("key") for pair in pairs if pair.kind() == "pair")
    return {name.text().strip("'\"") for name in names if name is not None}


def _listed(module: ModuleScope, node: Node | None) -> Iterator[SchemaField]:
    for pair in node.named_children() if node is not None and node.kind() == "object" else ():
        if pair.kind() == "spread_element":
            yield from _spread(module, pair)
        key, value = pair.field("key"), pair.field("value")
        if pair.kind() == "pair" and key is not None and value is not None:
            yield _field(module, key.text().strip("'\""), mark(pair), squeeze(value.text()))


def _spread(module: ModuleScope, pair: Node) -> Iterator[SchemaField]:
    """`...Base.shape`."""
    inner = pair.named_children()
    named = _named(module, _base(inner[0])) if inner else None
    held = _read(named[0], named[1], 1) if named is not None else None
    yield from (held.fields or ()) if held is not None else ()


def _field(module: ModuleScope, name: str, place: Mark, text: str) -> SchemaField:
    optional = bool(re.search(r"\.(?:optional|nullish|partial)\(", text))
    enum = re.match(r"z\.enum\(\[(.*?)\]", text, re.DOTALL)
    labels = tuple(re.findall(r"""['"`]([^'"`]*)['"`]""", enum[1])) if enum else None
    biggest = re.match(r"z\.string\(\).*?\.max\((\d+)", text)
    return SchemaField(
        name=name,
        location=_place(module, place),
        optional=optional,
        labels=labels or None,
        largest=int(biggest[1]) if biggest else None,
        narrow=bool(_NARROW.search(text)),
    )


def _place(module: ModuleScope, found: Mark) -> Location:
    return Location(module.path, found.line, found.end_line)
