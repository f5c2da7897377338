"""What an application runs before a handler: `app.use(…)` by path, its own and that of those around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from checklists.ts.chains import arguments, literal
from checklists.ts.naming import callee
from checklists.ts.parse import Mark, Node, span, unwrap
from checklists.ts.scope import ModuleScope
from checklists.ts.targets import Targets

_VERBS = frozenset({"all", "delete", "get", "head", "on", "options", "patch", "post", "put"})
_MOUNTS = frozenset({"mount", "route"})
# A search goes by the letters that a pattern begins with: so what stands before them is asked behind them.
_MADE_BY = tuple(
    re.compile(rf"{word}(?<!\w{word})")
    for word in (r"createApp\(", r"createHono\(", r"Router\(", r"express\(", r"fastify\(")
)
_MAKES = (re.compile(r"new \w*Hono\b"), *_MADE_BY)
_DEPTH = 4  # applications mounted in one another


def _makes(text: str) -> bool:
    """Whether an application is made in a text."""
    return any(pattern.search(text) for pattern in _MAKES)


@dataclass(frozen=True, slots=True)
class Registered:
    """One middleware as it is handed to `use`, in the module where that stands."""

    module: ModuleScope
    node: Node


@dataclass(frozen=True, slots=True)
class _Call:
    """A call of a method of an application: `app.use("/admin/*", first, second)`."""

    module: ModuleScope
    method: str
    path: str | None
    given: tuple[Node, ...]
    at: int


@dataclass(slots=True, eq=False)
class Applications:
    """Answers for one program; each module's applications are read once, and mounts once for all."""

    targets: Targets
    calls: dict[str, dict[str, list[_Call]]] = field(default_factory=dict)
    mounts: dict[tuple[str, str], list[tuple[_Call, str]]] | None = None
    handed: dict[str, list[tuple[Mark, ModuleScope]]] | None = None

    def registering(self, function: str) -> list[tuple[Mark, ModuleScope]]:
        """The calls that register a function by its name: `app.get("/", authenticate(), listTenders)`."""
        if self.handed is None:
            self.handed = {}
            for module in self.targets.program.modules.values():
                if _makes(module.text):
                    self._register(module, self.handed)
        return self.handed.get(function, [])

    def _register(self, module: ModuleScope, handed: dict[str, list[tuple[Mark, ModuleScope]]]) -> None:
        for mark in module.tree.marks:
            name, _, method = (
                callee(mark.node.field("function")).rpartition(".") if _is_call(mark) else ("", "", "")
            )
            if method not in _VERBS or not name.isidentifier():
                continue
            given = arguments(mark.node)
            last = given[-1] if given and given[-1].kind() == "identifier" else None
            bound = module.resolve(last.text()) if last is not None else None
            found = self.targets.follow(bound) if bound is not None else None
            if found is not None:
                handed.setdefault(found.id, []).append((mark, module))

    def before(self, call: Mark, module: ModuleScope) -> Iterator[Registered]:
        """The middleware that runs before the handlers of `app.get(path, …)`, outermost last."""
        name, _, method = callee(call.node.field("function")).rpartition(".")
        if method not in _VERBS or not name.isidentifier():
            return
        path = next((text for each in arguments(call.node)[:2] if (text := literal(each)) is not None), "/")
        yield from self._of(module, name, path, call.start, 0)

    def _of(self, module: ModuleScope, name: str, path: str, at: int, depth: int) -> Iterator[Registered]:
        for call in self._read(module).get(name, ()):
            if call.method == "use" and call.at < at and _covers(call.path, path):
                yield from (Registered(module, each) for each in call.given)
        for mount, parent in self._mounted(module, name) if depth < _DEPTH else ():
            whole = f"{(mount.path or '').rstrip('/')}/{path.lstrip('/')}"
            yield from self._of(mount.module, parent, whole, mount.at, depth + 1)

    def _mounted(self, module: ModuleScope, name: str) -> list[tuple[_Call, str]]:
        """Where an application is mounted: the call, and the name of the application around it."""
        if self.mounts is None:
            self.mounts = {}
            for each in self.targets.program.modules.values():
                if ".route(" in each.text or ".mount(" in each.text:
                    self._note(each)
        return self.mounts.get((module.path, name), [])

    def _note(self, module: ModuleScope) -> None:
        for parent, calls in self._read(module).items():
            for call in calls:
                inner = call.given[0] if call.method in _MOUNTS and call.given else None
                bound = (
                    module.resolve(inner.text())
                    if inner is not None and inner.kind() == "identifier"
                    else None
                )
                if bound is not None and bound.module is not None and self.mounts is not None:
                    self.mounts.setdefault((bound.module.path, bound.name), []).append((call, parent))

    def _read(self, module: ModuleScope) -> dict[str, list[_Call]]:
        if module.path not in self.calls:
            found: dict[str, list[_Call]] = {}
            if re.search(r"\.(?:use|route|mount)\(", module.text):
                for mark in module.tree.marks:
                    if mark.kind == "call_expression":
                        _add(found, module, mark)
            self.calls[module.path] = found
        return self.calls[module.path]


def _is_call(mark: Mark) -> bool:
    return mark.kind == "call_expression"


def _add(found: dict[str, list[_Call]], module: ModuleScope, mark: Mark) -> None:
    name, _, method = callee(mark.node.field("function")).rpartition(".")
    if (method != "use" and method not in _MOUNTS) or not name.isidentifier():
        return
    given = arguments(mark.node)
    path = literal(given[0]) if given else None
    handed = tuple(unwrap(each) for each in (given if path is None else given[1:]))
    found.setdefault(name, []).append(_Call(module, method, path, handed, span(mark.node)[0]))


def _covers(pattern: str | None, path: str) -> bool:
    """Whether middleware for a path runs for another: none is for all, `/a/*` for what lies below."""
    if pattern is None or pattern in ("*", "/*"):
        return True
    whole = "/" + path.strip("/")
    head = "/" + pattern.strip("/")
    if head.endswith("*"):
        start = head.removesuffix("*").rstrip("/")
        return whole == start or whole.startswith(f"{start}/")
    return whole == head
