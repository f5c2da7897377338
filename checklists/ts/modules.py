"""One source file as a module: directives, imports, exports, environment reads, functions."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from checklists.ts.env import env_reads
from checklists.ts.functions import Found, find_functions
from checklists.ts.index import Import
from checklists.ts.parse import Mark, Node, parse
from checklists.ts.patterns import bound
from checklists.ts.scope import Exported, FunctionScope, ModuleScope, Program

Resolve = Callable[[str, str], str | None]
"""From an importing path and a specifier to the repo path it means, None for a package."""

_DIRECTIVES = re.compile(
    r"""\ufeff?(?:\#![^\n]*\n)?(?:\s|//[^\n]*\n|/\*.*?\*/|(?P<quoted>'[^'\n]*'|"[^"\n]*")\s*(?:;|(?=\n|$|//|/\*)))*""",
    re.DOTALL,
)
_QUOTED = re.compile(r"""//[^\n]*|/\*.*?\*/|'([^'\n]*)'|"([^"\n]*)\"""", re.DOTALL)
_DYNAMIC = ("import", "require")


def read_module(path: str, text: str, program: Program, resolve: Resolve) -> ModuleScope:
    """Parse one file and note what its names stand for; damage shows in `tree.errors`."""
    tree = parse(text, path)
    found = find_functions(tree, text)
    reader = _Reader(path, text, resolve)
    for mark in tree.marks:
        reader.read(mark)
    names = _names(found.functions)
    exports = reader.exports
    if "default" in names and "default" not in exports:
        exports["default"] = Exported("default", "default", 1)
    return ModuleScope(
        path=path,
        text=text,
        tree=tree,
        program=program,
        directives=directives(text),
        imports=tuple(reader.imports),
        imported=reader.imported,
        exports=exports,
        stars=tuple(reader.stars),
        functions=_mark_exported(found, exports),
        names=names,
        constants=found.constants,
        classes=found.classes,
        env=tuple(env_reads(tree, text)),
        heads=_heads(found, names, reader.imported),
    )


def directives(text: str) -> tuple[str, ...]:
    """The strings that open the file before any statement: `use server`, `use client`, `use strict`."""
    opening = _DIRECTIVES.match(text)
    quoted = _QUOTED.finditer(opening[0]) if opening and opening["quoted"] else ()
    return tuple(each[1] or each[2] for each in quoted if each[1] or each[2])


def _names(functions: Mapping[str, FunctionScope]) -> dict[str, str]:
    return {f.name: f.id for f in functions.values() if f.parent is None}


def _heads(
    found: Found, names: Mapping[str, str], imported: Mapping[str, tuple[Import, str]]
) -> frozenset[str]:
    """The names by which a call may run a function of the repo; what packages give is none."""
    heads = {"this", "new", *found.constants, *found.classes}
    heads.update(local for local, (source, _) in imported.items() if source.target is not None)
    heads.update(name.partition(".")[0] for name in names)
    for function in found.functions.values():
        heads.update(function.locals)
        heads.update(name for parameter in function.parameters for name in parameter.names)
        if function.parent is not None:
            heads.update(function.name.split("."))
    return frozenset(heads)


def _mark_exported(found: Found, exports: Mapping[str, Exported]) -> dict[str, FunctionScope]:
    local = {export.local for export in exports.values() if not export.target and not export.specifier}
    return {
        key: replace(f, exported=True) if f.parent is None and f.name.partition(".")[0] in local else f
        for key, f in found.functions.items()
    }


@dataclass(slots=True)
class _Reader:
    """Collects imports and exports from a module's marks."""

    path: str
    text: str
    resolve: Resolve
    imports: list[Import] = field(default_factory=list)
    imported: dict[str, tuple[Import, str]] = field(default_factory=dict)
    exports: dict[str, Exported] = field(default_factory=dict)
    stars: list[Import] = field(default_factory=list)

    def read(self, mark: Mark) -> None:
        if mark.kind == "import_statement":
            self._import(mark)
        elif mark.kind == "export_statement":
            self._export(mark)
        elif mark.kind == "call_expression":
            self._dynamic(mark)

    def _import(self, mark: Mark) -> None:
        source = mark.node.field("source")
        clauses = [child for child in mark.node.named_children() if child.kind().startswith("import_")]
        names: list[tuple[str, str]] = []
        typed: set[str] = set()
        for clause in clauses:
            if clause.kind() == "import_require_clause":
                source = clause.field("source")
                names += [
                    (child.text(), "*") for child in clause.named_children() if child.kind() == "identifier"
                ]
                continue
            for child in clause.named_children():
                names += _imported_names(child, typed)
        if source is None:
            return
        whole = any(child.kind() == "type" for child in mark.node.children()) or bool(
            names and typed.issuperset(local for local, _ in names)
        )
        made = self._made(source, tuple(names), mark.line, type_only=whole)
        self.imports.append(made)
        self.imported |= {local: (made, there) for local, there in names}

    def _export(self, mark: Mark) -> None:
        children = mark.node.children()
        kinds = [child.kind() for child in children]
        source = mark.node.field("source")
        typed = "type" in kinds or self.text.startswith("export type", mark.start)
        if source is not None:
            self._reexport(children, source, mark.line, typed=typed)
            return
        declaration = mark.node.field("declaration")
        if "default" in kinds:
            value = mark.node.field("value") or declaration
            self._add("default", _default_name(value), mark.line)
        elif declaration is not None:
            for name in _declared(declaration):
                typed = declaration.kind() in ("interface_declaration", "type_alias_declaration")
                self._add(name, name, mark.line, typed=typed)
        for name, local, only in _specifiers(children):
            source_of = self.imported.get(local)
            if source_of is None:
                self._add(name, local, mark.line, typed=typed or only)
            else:
                self._from(name, source_of[1], source_of[0], typed=typed or only)

    def _reexport(self, children: list[Node], source: Node, line: int, *, typed: bool) -> None:
        specifiers = list(_specifiers(children))
        namespace = next((child for child in children if child.kind() == "namespace_export"), None)
        names = tuple((name, local) for name, local, _ in specifiers)
        only = typed or (bool(specifiers) and all(each[2] for each in specifiers))
        made = self._made(source, names, line, type_only=only, reexport=True)
        self.imports.append(made)
        if namespace is not None:
            for child in namespace.named_children():
                self._from(child.text(), "*", made, typed=typed)
        elif not specifiers:
            self.stars.append(made)
        for name, local, type_only in specifiers:
            self._from(name, local, made, typed=typed or type_only)

    def _dynamic(self, mark: Mark) -> None:
        if not self.text.startswith(_DYNAMIC, mark.start):
            return
        function = mark.node.field("function")
        if function is None or function.text() not in _DYNAMIC:
            return
        arguments = mark.node.field("arguments")
        first = next(iter(arguments.named_children()), None) if arguments is not None else None
        if first is None or first.kind() not in ("string", "template_string"):
            return
        made = self._made(first, (), mark.line, dynamic=function.kind() == "import")
        self.imports.append(made)
        holder = mark.node.parent()
        while holder is not None and holder.kind() in ("await_expression", "parenthesized_expression"):
            holder = holder.parent()
        target = (
            holder.field("name") if holder is not None and holder.kind() == "variable_declarator" else None
        )
        for name, path, _ in bound(target) if target is not None else ():
            self.imported.setdefault(name, (made, path or "*"))

    def _made(
        self, source: Node, names: tuple[tuple[str, str], ...], line: int, *, type_only: bool = False,
        reexport: bool = False, dynamic: bool = False,
    ) -> Import:  # fmt: skip
        specifier = source.text().strip("'\"`")
        target = self.resolve(self.path, specifier)
        return Import(specifier, target, names, line, type_only, reexport, dynamic)

    def _add(self, name: str, local: str, line: int, *, typed: bool = False) -> None:
        self.exports[name] = Exported(name, local, line, type_only=typed)

    def _from(self, name: str, there: str, source: Import, *, typed: bool) -> None:
        only = typed or source.type_only
        self.exports[name] = Exported(name, there, source.line, source.target, source.specifier, only)


def _imported_names(child: Node, typed: set[str]) -> Iterator[tuple[str, str]]:
    kind = child.kind()
    if kind == "identifier":
        yield child.text(), "default"
    elif kind == "namespace_import":
        yield from ((each.text(), "*") for each in child.named_children())
    elif kind == "named_imports":
        for each in child.named_children():
            name, alias = each.field("name"), each.field("alias")
            if name is None:
                continue
            local = (alias or name).text()
            if each.text().startswith("type "):
                typed.add(local)
            yield local, name.text().strip("'\"")


def _specifiers(children: list[Node]) -> Iterator[tuple[str, str, bool]]:
    """Exported name, local name, and whether it is a type, of an `export { … }` clause."""
    for clause in children:
        for each in clause.named_children() if clause.kind() == "export_clause" else ():
            name, alias = each.field("name"), each.field("alias")
            if name is not None:
                yield (
                    (alias or name).text().strip("'\""),
                    name.text().strip("'\""),
                    each.text().startswith("type "),
                )


def _declared(declaration: Node) -> Iterator[str]:
    if declaration.kind() in ("lexical_declaration", "variable_declaration"):
        for each in declaration.named_children():
            name = each.field("name")
            if name is not None:
                yield from (bound_name for bound_name, _, _ in bound(name))
        return
    name = declaration.field("name")
    if name is not None:
        yield name.text()


def _default_name(value: Node | None) -> str:
    """The local name that a default export stands for, `default` where it is a value without a name."""
    if value is None:
        return "default"
    if value.kind() == "identifier":
        return value.text()
    name = value.field("name") if value.kind().endswith("_declaration") else None
    return name.text() if name is not None else "default"
