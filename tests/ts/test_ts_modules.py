"""Modules: directives, imports, exports, environment reads, functions and their names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checklists.ts.modules import directives, read_module
from checklists.ts.parse import parse
from checklists.ts.scope import ModuleScope, Program


def read(text: str, path: str = "app/a.tsx", **others: str) -> ModuleScope:
    program = Program()
    files = {path: text} | {name.replace("__", "/") + ".ts": body for name, body in others.items()}
    known = {f"./{other.rpartition('/')[2].removesuffix('.ts')}": other for other in files}
    for each, body in files.items():
        program.modules[each] = read_module(each, body, program, lambda _, name: known.get(name))
    return program.modules[path]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'use server'\nexport const a = 1", ("use server",)),
        ('"use client";\n"use strict";\nlet a', ("use client", "use strict")),
        ("// a note\n/* and\nmore */ 'use server';", ("use server",)),
        ("\ufeff'use client'\n", ("use client",)),
        ("#!/usr/bin/env node\n'use strict'\n", ("use strict",)),
        ("const a = 'use server'", ()),
        ("import x from 'y'\n'use server'", ()),
        ("f('use client')", ()),
        ("// 'use server'\nconst a = 1", ()),
    ],
)
def test_directives(text: str, expected: tuple[str, ...]) -> None:
    assert directives(text) == expected


def test_imports_and_exports() -> None:
    module = read(
        """
        import d, { a as b, type T } from './m'
        import * as all from './n'
        import type { U } from './u'
        import 'server-only'
        export { b as c } from './p'
        export * from './q'
        export type * from './r'
        export { d as default, all }
        export const [one, { two }] = f(), three = 3
        export type X = string
        """
    )
    assert [(i.specifier, i.names, i.type_only, i.reexport) for i in module.imports] == [
        ("./m", (("d", "default"), ("b", "a"), ("T", "T")), False, False),
        ("./n", (("all", "*"),), False, False),
        ("./u", (("U", "U"),), True, False),
        ("server-only", (), False, False),
        ("./p", (("c", "b"),), False, True),
        ("./q", (), False, True),
        ("./r", (), True, True),
    ]
    assert {e.name: (e.local, e.type_only) for e in module.exports.values()} == {
        "c": ("b", False),
        "default": ("default", False),
        "all": ("*", False),
        "one": ("one", False),
        "two": ("two", False),
        "three": ("three", False),
        "X": ("X", True),
    }


def test_dynamic_imports_are_imports() -> None:
    module = read("const { key } = await import('./admin'); const x = require('./y')")
    assert [(i.specifier, i.dynamic) for i in module.imports] == [("./admin", True), ("./y", False)]
    assert module.imported["key"][1] == "key"


def test_environment_reads() -> None:
    module = read(
        """
        const a = process.env.ONE, b = process.env['TWO']!
        const { THREE, FOUR: four, ...rest } = process.env
        Deno.env.get("FIVE"); import.meta.env.SIX
        // process.env.IN_A_COMMENT
        const text = 'process.env.IN_A_STRING', other = process.env[name]
        """
    )
    assert [read.name for read in module.env] == ["ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("export async function save() {}", ["save"]),
        ("export const save = async () => {}", ["save"]),
        ("export default function () {}", ["default"]),
        ("export default async function Page() { const inner = () => 1 }", ["Page", "Page.inner"]),
        ("export const save = withAuth(async () => {})", ["save"]),
        ("export const save = client.schema(S).action(async () => {})", ["save"]),
        ("class S { async go() {} stay = () => 1 }", ["S.go", "S.stay"]),
        ("const s = { a() {}, b: async () => 1 }", ["s.a", "s.b"]),
        ("export default { fetch: async () => 1 }", ["default.fetch"]),
        ("function f() { return { list: () => 1 } }", ["f", "f.list"]),
        ("function f() { g(async () => 1); const rows = await Promise.all(a.map(x => x)) }", ["f"]),
        ("function f() { useQuery({ queryFn: () => 1 }) }", ["f"]),
        ("Deno.serve(async (req) => {})", ["serve"]),
        ("function P() { return <form action={async () => { 'use server'; go() }} /> }", ["P", "P@1"]),
        ("function f() {}\nif (a) { function f() {} }", ["f", "f@2"]),
        ("module.exports = function () {}; exports.one = () => 1", ["default", "one"]),
    ],
)
def test_functions_are_named(text: str, expected: list[str]) -> None:
    assert [function.name for function in read(text).functions.values()] == expected


def test_parameters_and_wrappers() -> None:
    function = read("export const a = withAuth(async ({ id, b: c = 1 }: In, ...rest) => {})").functions[
        "app/a.tsx#a"
    ]
    assert [(p.names, p.type) for p in function.parameters] == [(("id", "c"), "In"), (("rest",), "")]
    assert (function.wrappers, function.exported, function.is_async) == (("withAuth",), True, True)


def test_names_resolve_through_barrels_and_aliases() -> None:
    module = read(
        "import { make } from './index'\nconst alias = make\n",
        app__index="export * from './inner'",
        app__inner="export { create as make } from './deep'",
        app__deep="export function create() {}",
    )
    found = module.resolve("make")
    assert found is not None
    assert found.function is not None
    assert found.function.id == "app/deep.ts#create"


def test_barrels_that_name_each_other_end() -> None:
    module = read(
        "import { x } from './one'", app__one="export * from './two'", app__two="export * from './one'"
    )
    assert module.resolve("x") is None


@pytest.mark.parametrize(
    "text",
    [
        "export const A = () => <p>Terms & conditions</p>",
        "export const A = () => <a href='/x?a=1&b=2'>&#127881;</a>",
        "export type * from './types'\nexport const a = 1",
        "type F = { g?: (a: string) => import('./x').Entry[] }",
    ],
)
def test_correct_text_that_the_grammar_misreads_is_no_damage(text: str) -> None:
    assert parse(text, "a.tsx" if "<" in text else "a.ts").errors == ()


def test_a_cast_in_tsx_is_read_with_the_other_grammar() -> None:
    assert parse("const a = <string>b", "a.js").errors == ()


def test_damage_is_named_and_the_rest_is_read() -> None:
    module = read("export function before() {}\nconst = = ;\nexport function after() {}\n", "a.ts")
    assert module.tree.errors == (2,)
    assert list(module.names) == ["before", "after"]


PIECES = st.sampled_from(
    [
        "'use server' ",
        " export ",
        " const a = ",
        " await ",
        " supabase ",
        " .from('t') ",
        " .select( ",
        " ) ",
        " { ",
        " } ",
        " ( ",
        " => ",
        " [ ",
        " ] ",
        " import ",
        "\n    * ",
        " from './a' ",
        " `${ ",
        " }` ",
        " <A b={ ",
        " /> ",
        " class X ",
        " 😀 ",
        " for (const i of x) ",
        " .map( ",
        " /* ",
        " ' ",
        " @ ",
        " # ",
        " & ",
        " \x00 ",
        " \r\n\n    ",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=30).map(" ".join)))
def test_any_text_reads(text: str) -> None:
    for path in ("a.ts", "a.tsx", "a.js"):
        module = read(text, path)
        assert module.path == path
