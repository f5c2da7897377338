"""Internal text: which variables hold an error that the caller should not read, and whose it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checklists.ts.flow.body import Body, called
from checklists.ts.flow.syntax import arguments, callee, identifiers, member_path, root_name
from checklists.ts.parse import Mark, Node, Span, find_kinds, mark, span, unwrap
from checklists.ts.scope import Binding

_TELLING = frozenset({"message", "details", "hint", "stack"})
_SUPABASE = re.compile(
    r"(?<!Array)(?<!Buffer)(?<!Object)(?<!Set)\.from\(|\.rpc\(|\.storage\b|\.functions\.invoke|\.auth\."
)
_AUTH = re.compile(r"\.auth\.")
_STORAGE = re.compile(r"\.storage\b|\.functions\.invoke")
_SIGNED = re.compile(
    r"(?:constructEvent(?:Async)?|parse(?:EventNotification|ThinEvent)(?:Async)?|webhooks\.unwrap|[vV]erify\w*(?:Signature|Webhook)|constructWebhookEvent)$"
)
_IS_ERROR = re.compile(r"\binstanceof\s+Error\b")
_CHOICES = frozenset({"if_statement", "ternary_expression"})
_TEXTS = re.compile(r"^(?:String|JSON\.stringify|inspect|util\.inspect)$")
_OWN_BASES = frozenset(
    {
        "Error",
        "TypeError",
        "RangeError",
        "SyntaxError",
        "PostgrestError",
        "AuthError",
        "DatabaseError",
        "StorageError",
    }
)
_HANDS_ON = re.compile(r"return\b[^;\n]*\b\w+\.(?:message|stack|details)\b|=>\s*[^;\n]*\b\w+\.message\b")
_HANDED_ON = frozenset({"object", "member_expression", "template_string"})
_CONTAINERS = frozenset(
    {
        "arguments", "array", "new_expression", "object", "spread_element", "template_string",
        "template_substitution",
    }
)  # fmt: skip
_OWN_CODE = re.compile(r"\.(?:code|name|message|status)\b")
_INPUT_ERRORS = re.compile(r"(?:Zod|Valibot|Yup|Validation|\$Zod|ZodReal)\w*(?:Error)?$|ValiError")


@dataclass(frozen=True, slots=True)
class Leak:
    """`text` as written; `source` says whose error it is: `database`, `auth`, `caught`, `helper`."""

    text: str
    source: str
    helper: Binding | None = None


@dataclass(frozen=True, slots=True)
class Error:
    """A name that holds an error, or a result with one under `path`, in the text from `start` to `end`."""

    name: str
    path: str
    source: str
    start: int
    end: int
    helper: Binding | None = None


def errors_of(body: Body) -> tuple[Error, ...]:
    """The errors a function gets hold of: what it catches, and what its calls answer."""
    answers = [*_answered(body)]
    found = [*_caught(body, answers), *answers]
    known = {error.name: error for error in found}
    for local in body.locals:
        root = root_name(local.value)
        if root in known and local.name not in known:
            origin = known[root]
            path = member_path(local.value)
            if _takes_error(origin, path, local.path):
                found.append(Error(local.name, "", origin.source, local.start, origin.end, origin.helper))
    return tuple(found)


def _takes_error(origin: Error, path: str, part: str) -> bool:
    """Whether a variable holds the error that is given `path` of its holder, or a `part` of that."""
    if origin.path:
        return path == origin.path or (not path and part == origin.path)
    return not path and not part


def _caught(body: Body, answers: list[Error]) -> Iterator[Error]:
    told = [error for error in answers if error.source == "database"]
    for clause in body.catches:
        parameter, above = clause.node.field("parameter"), clause.node.parent()
        block = above.field("body") if above is not None else None
        if parameter is None or parameter.kind() != "identifier" or block is None:
            continue
        source = _source(body, span(block), told)
        if source:
            yield Error(parameter.text(), "", source, clause.start, clause.end)


def _source(body: Body, block: Span, told: list[Error]) -> str:
    """Whose error a `catch` gets hold of: empty where only a signature can fail, and its sender reads why.

    `plain` is what Supabase answered, as it is (`throw error`): an object, and no instance of `Error`.
    """
    first, last = block
    calls = [called(call) for call in body.calls if first <= call.start < last]
    if any(_SIGNED.search(name) for name in calls) and not any(map(_SUPABASE.search, calls)):
        return ""
    if any(name.endswith(".throwOnError") and _SUPABASE.search(name) for name in calls):
        return "database"
    thrown = [each for each in body.throws if first <= each.start < last]
    sources = {_thrown(body, each, told) for each in thrown}
    return next((each for each in ("database", "plain") if each in sources), "caught")


def _thrown(body: Body, throw: Mark, told: list[Error]) -> str:
    """Whether a `throw` holds what Supabase answered, wrapped or plain; empty where it does not."""
    names = identifiers(throw.node)
    inner = [clause for clause in body.catches if clause.start <= throw.start < clause.end]
    hidden = {parameter.text() for each in inner if (parameter := each.node.field("parameter")) is not None}
    known = {error.name for error in told if error.start <= throw.start < error.end} - hidden
    if not names & known:
        return ""
    given = throw.node.named_children()[:1]
    return "plain" if given and unwrap(given[0]).kind() in ("identifier", "member_expression") else "database"


def _answered(body: Body) -> Iterator[Error]:
    for local in body.locals:
        last = local.path.rpartition(".")[2]
        if local.path and last != "error":
            continue
        value = unwrap(local.value)
        if value.kind() not in ("call_expression", "member_expression"):
            continue
        source, helper = _origin(body, value, local.path)
        if source:
            yield Error(
                local.name, "" if local.path else "error", source, local.start, local.holder[1], helper
            )


def _origin(body: Body, value: Node, path: str) -> tuple[str, Binding | None]:
    text = callee(value) if value.kind() == "call_expression" else value.text()
    if text == "Promise.all":
        element = _element(value, path)
        return _origin(body, unwrap(element), "") if element is not None else ("", None)
    if ".safeParse" in text or text.endswith((".json", ".parse")):
        return "", None
    if _SUPABASE.search(text) or text.endswith((".from", ".rpc")):
        return _of_service(text), None
    if value.kind() != "call_expression":
        return "", None
    bound = body.resolve(mark(value))
    if bound is not None and bound.function is not None:
        return "helper", bound
    root = root_name(value.field("function") or value)
    held = next((each for each in body.locals if each.name == root and not each.path), None) if root else None
    if held is not None and _SUPABASE.search(held.value.text()):
        return "database", None
    return "", None


def _of_service(text: str) -> str:
    return "auth" if _AUTH.search(text) else "service" if _STORAGE.search(text) else "database"


def _element(value: Node, path: str) -> Node | None:
    given = arguments(value)
    index = path.partition(".")[0]
    elements = given[0].named_children() if given and given[0].kind() == "array" else []
    return elements[int(index)] if index.isdigit() and int(index) < len(elements) else None


class Leaks:
    """Finds internal text in the expressions of one function."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self.errors = errors_of(body)
        self.texts: dict[str, Leak] = {}
        for local in body.locals if self.errors else ():
            leak = self.of(local.value)
            if leak is not None and local.name not in {error.name for error in self.errors}:
                self.texts[local.name] = leak

    def of(self, node: Node) -> Leak | None:
        """The internal text in an expression, or None."""
        if not self.errors and not self.texts:
            return None
        return next(self._in(unwrap(node)), None)

    def _in(self, node: Node) -> Iterator[Leak]:
        kind = node.kind()
        if kind in ("member_expression", "subscript_expression"):
            yield from self._of_member(node)
        elif kind in ("identifier", "shorthand_property_identifier"):
            yield from self._of_name(node)
        elif kind == "call_expression":
            yield from self._of_call(node)
        elif kind == "ternary_expression":
            yield from self._of_choice(node)
        else:
            for child in _parts(node, kind):
                yield from self._in(unwrap(child))

    def _of_member(self, node: Node) -> Iterator[Leak]:
        name, path = root_name(node), member_path(node)
        error = self._error(name, node)
        if error is None:
            return
        rest = (
            path.removeprefix(error.path).strip(".") if error.path and path.startswith(error.path) else path
        )
        if error.path and not path.startswith(error.path):
            return
        first = rest.partition(".")[0]
        if (first in _TELLING or (not rest and error.path)) and not self._is_narrowed(node, error):
            yield Leak(node.text(), self._whose(node, error), error.helper)

    def _of_name(self, node: Node) -> Iterator[Leak]:
        name = node.text()
        error = self._error(name, node)
        if error is not None and not error.path and not self._is_narrowed(node, error):
            yield Leak(name, self._whose(node, error), error.helper)
        elif name in self.texts:
            yield self.texts[name]

    def _of_call(self, node: Node) -> Iterator[Leak]:
        name, given = callee(node), arguments(node)
        if name.endswith((".toString", ".join")):
            function = node.field("function")
            inner = function.field("object") if function is not None else None
            yield from self._in(unwrap(inner)) if inner is not None else ()
        elif _TEXTS.match(name) or _makes_reply(name) or self._shows_message(node):
            for each in given:
                yield from self._in(unwrap(each))
        elif not name.startswith("console."):
            # A mapper may hide the text: only what is handed over as text is sure to go through.
            for each in map(unwrap, given):
                yield from self._in(each) if each.kind() in _HANDED_ON else ()

    def _shows_message(self, node: Node) -> bool:
        """Whether a helper of the repo answers with the message of the error that it is handed."""
        bound = self.body.resolve(mark(node))
        if bound is None or bound.function is None or bound.module is None:
            return False
        if len(bound.function.parameters) > 1:
            return False  # a fallback or a switch decides what is shown
        text = bound.module.slice(bound.function.node)
        return bool(_HANDS_ON.search(text)) and "production" not in text

    def _of_choice(self, node: Node) -> Iterator[Leak]:
        condition, yes, no = node.field("condition"), node.field("consequence"), node.field("alternative")
        narrow = condition is not None and self._narrows(condition)
        for part in (None if narrow else yes, no):
            if part is not None:
                yield from self._in(unwrap(part))

    def _whose(self, node: Node, error: Error) -> str:
        """The source of an error where it stands: `instanceof Error` is true of none of the plain ones."""
        if error.source != "plain":
            return error.source
        tests = (above.field("condition") for above in node.ancestors() if above.kind() in _CHOICES)
        narrow = any(test is not None and _IS_ERROR.search(test.text()) for test in tests)
        return "caught" if narrow else "database"

    def _error(self, name: str | None, node: Node) -> Error | None:
        at = span(node)[0]
        here = [e for e in self.errors if e.name == name and e.start <= at < e.end]
        return here[-1] if here else None

    def _is_narrowed(self, node: Node, error: Error) -> bool:
        """Whether a test around lets only the repo's own errors, or the caller's own mistakes, get here."""
        for above in node.ancestors():
            if span(above)[0] < error.start and error.source == "caught":
                return False
            if above.kind() == "if_statement":
                condition, yes = above.field("condition"), above.field("consequence")
                inside = yes is not None and span(yes)[0] <= span(node)[0] < span(yes)[1]
                tests = inside and condition is not None and error.name in identifiers(condition)
                if tests and condition is not None and self._narrows(condition, error):
                    return True
        return False

    def _narrows(self, condition: Node, error: Error | None = None) -> bool:
        for test in find_kinds(condition, "binary_expression"):
            operator, right = test.field("operator"), test.field("right")
            if operator is None or right is None:
                continue
            if operator.text() == "instanceof":
                title = right.text().rpartition(".")[2]
                if title not in _OWN_BASES and (_INPUT_ERRORS.search(title) or self._is_own(right.text())):
                    return True
            foreign = error is not None and error.source in (
                "database",
                "plain",
            )  # its text names constraints, whatever its code
            if operator.text() in ("===", "==") and not foreign and _OWN_CODE.search(test.text()):
                return True
        guards = (callee(call) for call in find_kinds(condition, "call_expression"))
        return any(re.match(r"^is[A-Z]\w*Error$", name) for name in guards)

    def _is_own(self, title: str) -> bool:
        """A class of the repo, or one that nothing more is known of than that it is no plain Error."""
        bound = self.body.module.resolve(title)
        return bound is None or bool(bound.package) or bound.value is not None or bound.function is not None


def _parts(node: Node, kind: str) -> list[Node]:
    """The expressions whose text becomes part of this one's."""
    if kind == "pair":
        value = node.field("value")
        return [value] if value is not None else []
    if kind == "binary_expression":
        operator = node.field("operator")
        joined = operator.text() if operator is not None else ""
        sides = node.named_children()
        return sides[-1:] if joined == "&&" else sides if joined in ("||", "??", "+") else []
    return node.named_children() if kind in _CONTAINERS else []


def _makes_reply(name: str) -> bool:
    return bool(
        re.search(
            r"(?:^|\.)(?:json|send|text|html|body|Response|write|end|redirect|encodeURIComponent|String|stringify|concat|slice|trim)$",
            name,
        )
    )
