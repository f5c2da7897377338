"""The functions of one module, named and nested, with the names that each of them knows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from checklists.model import Location
from checklists.ts.naming import Held, held
from checklists.ts.parse import FUNCTIONS, Mark, Node, Tree, span
from checklists.ts.patterns import bound
from checklists.ts.scope import FunctionScope, Local, Parameter

_DECLARATIONS = frozenset({"function_declaration", "generator_function_declaration", "method_definition"})
_CLASSES = frozenset({"abstract_class_declaration", "class_declaration"})
_SERVER = re.compile(r"""\{\s*(?:(?://[^\n]*\n|/\*.*?\*/)\s*)*(?:'use server'|"use server")""", re.DOTALL)


@dataclass(slots=True)
class _Open:
    """A function being read: `own` where it has a scope of its own, else it is part of what is around it."""

    end: int
    span: tuple[int, int]
    own: "_Draft | None"


@dataclass(slots=True)
class _Draft:
    id: str
    name: str
    mark: Mark
    held: Held
    parent: "_Draft | None"
    locals: dict[str, list[Local]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """What a module's functions come to; `constants` and `classes` are those at the top."""

    functions: dict[str, FunctionScope]
    constants: dict[str, Local]
    classes: dict[str, Mark]


def find_functions(tree: Tree, text: str) -> Found:
    """Name every function that stands for itself, and note what every name is given."""
    reader = _Reader(tree.path, text)
    for mark in tree.marks:
        reader.read(mark)
    functions = {draft.id: reader.scope(draft) for draft in reader.drafts.values()}
    return Found(functions, reader.constants, reader.classes)


class _Reader:
    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text
        self.inline = "use server" in text
        self.open: list[_Open] = []
        self.drafts: dict[str, _Draft] = {}
        self.constants: dict[str, Local] = {}
        self.classes: dict[str, Mark] = {}

    def read(self, mark: Mark) -> None:
        while self.open and self.open[-1].end <= mark.start:
            self.open.pop()
        if mark.kind in FUNCTIONS:
            self._function(mark)
        elif mark.kind == "variable_declarator":
            self._values(mark.node.field("name"), mark.node.field("value"), declared=True)
        elif mark.kind == "assignment_expression":
            self._values(mark.node.field("left"), mark.node.field("right"), declared=False)
        elif mark.kind in _CLASSES and not self.open:
            name = mark.node.field("name")
            if name is not None:
                self.classes[name.text()] = mark

    def _around(self) -> _Draft | None:
        return next((each.own for each in reversed(self.open) if each.own is not None), None)

    def _function(self, mark: Mark) -> None:
        around = self._around()
        holds = held(mark.node, mark.kind)
        name = ".".join(holds.parts)
        if around is not None and (not name or holds.argument):
            name = f"@{mark.line}" if self._is_inline(mark) else ""
        elif not name:
            name = (
                holds.wrappers[-1].rpartition(".")[2] if holds.wrappers else ""
            ) or f"anonymous@{mark.line}"
        own = self._draft(name, mark, holds, around) if name else None
        self.open.append(_Open(mark.end, (mark.start, mark.end), own))

    def _draft(self, name: str, mark: Mark, holds: Held, around: _Draft | None) -> _Draft:
        dot = "" if name.startswith("@") else "."
        full = f"{around.name}{dot}{name}" if around is not None else name
        if f"{self.path}#{full}" in self.drafts:
            full = f"{full}@{mark.line}"
            while f"{self.path}#{full}" in self.drafts:
                full += "'"
        draft = _Draft(f"{self.path}#{full}", full, mark, holds, around)
        self.drafts[draft.id] = draft
        return draft

    def _is_inline(self, mark: Mark) -> bool:
        return self.inline and _has_directive(mark, self.text)

    def _values(self, target: Node | None, value: Node | None, *, declared: bool) -> None:
        if target is None or value is None or value.kind() in FUNCTIONS:
            return
        holder = self.open[-1].span if self.open else (0, len(self.text))
        around = self._around()
        for name, path, start in bound(target):
            local = Local(name, value, path, start, holder, declared)
            if around is not None:
                around.locals.setdefault(name, []).append(local)
            elif not self.open and (declared or name not in self.constants):
                self.constants[name] = local

    def scope(self, draft: _Draft) -> FunctionScope:
        mark = draft.mark
        head = self.text[mark.start : mark.start + 200]
        return FunctionScope(
            id=draft.id,
            name=draft.name,
            node=mark.node,
            span=(mark.start, mark.end),
            location=Location(self.path, mark.line, mark.end_line),
            parameters=tuple(_parameters(mark.node, self.text)),
            parent=draft.parent.id if draft.parent else None,
            is_async=bool(re.match(r"(?:(?:public|private|protected|static|override)\s+)*async\b", head)),
            inline_server=self._is_inline(mark),
            wrappers=draft.held.wrappers if mark.kind not in _DECLARATIONS else (),
            holder=_holder(draft),
            locals={name: tuple(values) for name, values in draft.locals.items()},
        )


def _holder(draft: _Draft) -> str | None:
    """The class or object that the function is a method of."""
    return draft.name.rpartition(".")[0] if len(draft.held.parts) > 1 else None


def _has_directive(mark: Mark, text: str) -> bool:
    body = mark.node.field("body")
    if body is None or body.kind() != "statement_block":
        return False
    return _SERVER.match(text, span(body)[0]) is not None


def _parameters(node: Node, text: str) -> Iterator[Parameter]:
    single = node.field("parameter")
    if single is not None:
        yield Parameter(single.text(), (single.text(),), "", single)
    listed = node.field("parameters")
    for each in listed.named_children() if listed is not None else ():
        pattern, annotation = each.field("pattern"), each.field("type")
        if pattern is None:
            continue
        start, end = span(each)
        names = tuple(name for name, _, _ in bound(pattern))
        kind = annotation.text().removeprefix(":").strip() if annotation is not None else ""
        yield Parameter(text[start:end], names, kind, pattern)
