"""Schema parses: zod, valibot, yup, joi, TypeBox, arktype, and helpers that are handed a schema."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checklists.ts.flow.body import AnyCall, Body, called, result_names
from checklists.ts.flow.gates import branch_gates
from checklists.ts.flow.shapes import Schema, schema_of
from checklists.ts.flow.syntax import holds, identifiers, on_one_line, squeeze
from checklists.ts.parse import Node, Span, unwrap

_THROWING = frozenset(
    {"parse", "parseAsync", "validateSync", "validateAsync", "assert", "Parse", "Decode", "cast"}
)
_TELLING = frozenset({"safeParse", "safeParseAsync", "spa", "validate", "Check"})
_PARSES = _THROWING | _TELLING
_NOT_SCHEMAS = frozenset(
    {
        "Bowser", "CSV", "Date", "DateTime", "JSON", "JSON5", "Number", "Papa", "SuperJSON", "TOML",
        "Temporal", "UAParser", "URL", "YAML", "acorn", "assert", "cheerio", "chrono", "console",
        "cookie", "csv", "dayjs", "devalue", "dotenv", "expect", "ini", "jsonc", "marked", "matter",
        "moment", "ms", "parser", "path", "posix", "qs", "querystring", "semver", "superjson", "t",
        "toml", "url", "xml2js", "yaml",
    }
)  # fmt: skip
_LIBRARIES = (
    (re.compile(r"^(?:yup|Yup)\."), "yup"),
    (re.compile(r"^[Jj]oi\."), "joi"),
    (re.compile(r"^v\.|^valibot\."), "valibot"),
    (re.compile(r"^Type\."), "typebox"),
    (re.compile(r"^type\(|^arktype"), "arktype"),
)
_SCHEMA_NAME = re.compile(r"schema$|validator$|^z\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parsed:
    """One parse: `data` is the path of the clean value in the result, `given` the expression that is parsed.

    `throws` where bad input never gets past the call; `checked` is False where the outcome is ignored;
    `covers` is the text that only good input reaches.
    """

    call: AnyCall
    schema: str
    library: str
    given: Node | None
    data: str
    throws: bool
    checked: bool
    result: str | None
    shape: Schema | None
    covers: Span


def parses(body: Body) -> Iterator[Parsed]:
    """Every schema parse of a function, in source order."""
    for call in body.calls:
        if call.kind == "call_expression":
            found = _method(body, call) or _handed_schema(body, call)
            if found is not None:
                yield found


def _method(body: Body, call: AnyCall) -> Parsed | None:
    if called(call).rpartition(".")[2] not in _PARSES:
        return None
    function = call.node.field("function")
    if function is None or function.kind() != "member_expression":
        return None
    receiver, name = function.field("object"), function.field("property")
    if receiver is None or name is None:
        return None
    method, given = name.text(), body.arguments(call)
    if method not in _PARSES or not given:
        return None
    text = squeeze(receiver.text())
    if text in _NOT_SCHEMAS or text.partition(".")[0] in _NOT_SCHEMAS:
        return None
    if text in ("v", "valibot", "Value", "S", "Schema") and len(given) > 1:
        first, second = (0, 1)
        return _made(body, call, method, given[first], given[second], _library_of_namespace(text))
    shape = schema_of(body, receiver, call.start)
    if (
        shape is None
        and method not in ("safeParse", "safeParseAsync", "parseAsync")
        and not _SCHEMA_NAME.search(text)
    ):
        return None
    return _made(body, call, method, receiver, given[0], shape.library if shape else _library(text))


def _library_of_namespace(name: str) -> str:
    return "typebox" if name == "Value" else "effect" if name in ("S", "Schema") else "valibot"


def _library(text: str) -> str:
    return next((library for pattern, library in _LIBRARIES if pattern.search(text)), "zod")


def _made(body: Body, call: AnyCall, method: str, schema: Node, given: Node, library: str) -> Parsed:
    throws = method in _THROWING or (library == "yup" and method == "validate")
    names = result_names(body, call)
    covers = (call.end, body.function.span[1]) if throws else _outcome(body, call)
    path = "" if throws or method == "Check" else "value" if method == "validate" else "data"
    if library == "valibot" and not throws:
        path = "output"
    return Parsed(
        call=call,
        schema=on_one_line(schema.text())[:200],
        library=library,
        given=unwrap(given),
        data=path,
        throws=throws,
        checked=throws or covers != (0, 0),
        result=next((each.name for each in names if each.path in ("", path)), None),
        shape=schema_of(body, schema, call.start),
        covers=covers,
    )


def _outcome(body: Body, call: AnyCall) -> Span:
    """The text that runs only where the parse succeeded; (0, 0) where nothing asks."""
    names = frozenset(each.name for each in result_names(body, call))

    def asks(node: Node) -> bool:
        return bool(names & identifiers(node)) or holds(node, call.node)

    for branch in body.branches:
        if not names & branch.names and not holds(branch.condition, call.node):
            continue
        for gate in branch_gates(branch.mark, branch.condition, asks, asks):
            return gate.covers
        if branch.mark.kind == "ternary_expression":
            return branch.mark.start, branch.mark.end
    return (0, 0)


def _handed_schema(body: Body, call: AnyCall) -> Parsed | None:
    """`parseBody(request, CreateSchema)`: a helper that is handed a schema is taken to use it."""
    name = called(call)
    if name.rpartition(".")[2] in ("zValidator", "zodResolver", "infer", "extend", "merge", "array", "lazy"):
        return None
    given = body.arguments(call)
    if not 1 < len(given) <= 4 or name.startswith(("z.", "v.", "yup.", "Joi.")):
        return None
    for argument in given:
        node = unwrap(argument)
        if node.kind() != "identifier" or not _may_be_schema(node.text()):
            continue
        shape = schema_of(body, node, call.start)
        if shape is not None:
            others = [each for each in given if each != argument]
            names = result_names(body, call)
            result = next((each.name for each in names if not each.path), None)
            return Parsed(
                call=call,
                schema=node.text(),
                library=shape.library,
                given=unwrap(others[0]),
                data="*",
                throws=True,
                checked=True,
                result=result,
                shape=shape,
                covers=(call.end, body.function.span[1]),
            )
    return None


def _may_be_schema(name: str) -> bool:
    return name[:1].isupper() or bool(_SCHEMA_NAME.search(name))
