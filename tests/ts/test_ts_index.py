"""The whole index of small repos: endpoints, resolution, reach."""

import json

import pytest
from builders import snapshot
from hypothesis import given, settings
from hypothesis import strategies as st

from checklists.repo import Layout
from checklists.ts.build import build_index
from checklists.ts.index import EndpointKind, SourceIndex

EXTENSIONS = (".ts", ".tsx", ".js", ".jsx")


def index(files: dict[str, str], *edges: tuple[str, str]) -> SourceIndex:
    sources = tuple(path for path in files if path.endswith(EXTENSIONS))
    return build_index(snapshot(files), Layout("supabase", (), edge_functions=edges, sources=sources))


def endpoints(found: SourceIndex) -> dict[str, str | None]:
    return {each.object: each.function for each in found.endpoints}


def test_actions_are_the_exported_functions_of_a_server_file() -> None:
    found = index(
        {
            "app/actions.ts": """'use server'
            export type Input = { a: string }
            export interface Output {}
            export async function one() {}
            export const two = async () => {}
            export const three = authed(async () => {})
            async function hidden() {}
            export { hidden as four }
            export default async function () {}
            export * from './more'
            export { remote } from '@acme/remote'
            """,
            "app/more.ts": "export async function five() {}",
        }
    )
    assert endpoints(found) == {
        "action:app/actions.ts#default": "app/actions.ts#default",
        "action:app/actions.ts#five": "app/more.ts#five",
        "action:app/actions.ts#four": "app/actions.ts#hidden",
        "action:app/actions.ts#one": "app/actions.ts#one",
        "action:app/actions.ts#remote": None,
        "action:app/actions.ts#three": "app/actions.ts#three",
        "action:app/actions.ts#two": "app/actions.ts#two",
    }
    assert {each.name: each.wrapper for each in found.endpoints}["app/actions.ts#three"] == "authed"
    assert "@acme/remote" in next(each.because for each in found.endpoints if each.function is None)


def test_inline_actions() -> None:
    found = index(
        {
            "app/page.tsx": """
            export default function Page() {
              async function save(data: FormData) { 'use server'; await go(data) }
              const drop = async () => { "use server"; }
              const plain = async () => { log('use server') }
              return <form action={async () => {
                // careful
                'use server'
              }} />
            }"""
        }
    )
    assert sorted(endpoints(found)) == [
        "action:app/page.tsx#Page.drop",
        "action:app/page.tsx#Page.save",
        "action:app/page.tsx#Page@6",
    ]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("app/api/x/route.ts", "export async function GET() {}\nexport const dynamic = 'auto'", ["#GET"]),
        ("src/app/(a)/[id]/route.js", "export const POST = async () => {}", ["#POST"]),
        ("apps/web/app/x/route.tsx", "const h = () => {}\nexport { h as GET, h as PUT }", ["#GET", "#PUT"]),
        ("app/x/route.ts", "export const { GET, POST } = handlers(config)", ["#GET", "#POST"]),
        ("app/x/route.ts", "export * from './impl'", ["#DELETE"]),
        ("pages/api/x.ts", "export default function handler() {}", ["#default"]),
        ("src/pages/api/a/[id].ts", "export default wrap(async () => {})", ["#default"]),
        ("app/x/page.ts", "export async function GET() {}", []),
        ("lib/route.ts", "export async function GET() {}", []),
    ],
)
def test_routes(path: str, text: str, expected: list[str]) -> None:
    found = index({path: text, "app/x/impl.ts": "export async function DELETE() {}"})
    assert [each.name.removeprefix(path) for each in found.of_kind(EndpointKind.ROUTE)] == expected


HANDLERS = {
    "Deno.serve(async (req) => {})": "serve",
    "import { serve } from 'std'\nserve(async (req) => {})": "serve",
    "async function handle(req) {}\nDeno.serve(handle)": "handle",
    "Deno.serve({ port: 1 }, async (req) => {})": "serve",
    "export default { fetch: async (req) => {} }": "default.fetch",
    "Deno.serve(cors(async (req) => {}))": "serve",
}


@pytest.mark.parametrize("text", HANDLERS)
def test_edge_functions(text: str) -> None:
    path = "supabase/functions/pay/index.ts"
    found = index({path: text}, ("pay", path))
    (endpoint,) = found.of_kind(EndpointKind.EDGE)
    assert endpoint.name == "pay"
    assert endpoint.function is not None
    assert endpoint.function.startswith(f"{path}#")
    assert found.functions[endpoint.function].text.endswith("{}")


def test_an_edge_application_stands_for_all_its_handlers() -> None:
    path = "supabase/functions/api/index.ts"
    found = index(
        {
            path: "import { sub } from './sub.ts'\nconst app = new Hono()\napp.get('/', async (c) => one())\n"
            "app.route('/sub', sub)\nDeno.serve(app.fetch)",
            "supabase/functions/api/sub.ts": "export const sub = new Hono()\n"
            "sub.post('/', async (c) => two())",
        },
        ("api", path),
    )
    (endpoint,) = found.endpoints
    reached = {each.id.rpartition("#")[2] for each in found.reach(endpoint.function or "")}
    assert {"get", "post"} <= reached
    assert found.within["supabase/functions/api/sub.ts#post"] == ("edge:api",)


def test_an_edge_function_without_a_handler_says_so() -> None:
    path = "supabase/functions/pay/index.ts"
    (endpoint,) = index({path: "worker.start(flow)"}, ("pay", path)).endpoints
    assert endpoint.function is None
    assert "no handler was found" in endpoint.because


@pytest.mark.parametrize(
    ("files", "specifier"),
    [
        ({"lib/a.ts": ""}, "../lib/a"),
        ({"lib/a/index.tsx": ""}, "../lib/a"),
        ({"lib/a.ts": ""}, "../lib/a.js"),
        (
            {"src/lib/a.ts": "", "tsconfig.json": '{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}'},
            "@/lib/a",
        ),
        ({"lib/a.ts": "", "tsconfig.json": '{"compilerOptions": {"baseUrl": "."},} // note'}, "lib/a"),
        (
            {
                "x/a.ts": "",
                "tsconfig.json": '{"extends": "./base.json"}',
                "base.json": '{"compilerOptions": {"paths": {"~a": ["./x/a.ts"]}}}',
            },
            "~a",
        ),
        ({"packages/db/src/a.ts": "", "packages/db/package.json": '{"name": "@acme/db"}'}, "@acme/db/a"),
        (
            {
                "packages/db/src/b.ts": "",
                "packages/db/package.json": '{"name": "@acme/db", "exports": {"./a": {"x": "./dist/b.js"}}}',
            },
            "@acme/db/a",
        ),
        ({"shared/a.ts": "", "deno.json": '{"imports": {"@shared/": "./shared/"}}'}, "@shared/a.ts"),
        ({"src/lib/a.ts": ""}, "@/lib/a"),
    ],
)
def test_imports_resolve(files: dict[str, str], specifier: str) -> None:
    found = index({"app/main.ts": f"import {{ x }} from '{specifier}'", **files})
    target = found.modules["app/main.ts"].imports[0].target
    assert target is not None
    assert target in files


@pytest.mark.parametrize(
    "specifier", ["react", "npm:zod@4", "https://esm.sh/x", "node:fs", "../missing", "@acme/none"]
)
def test_what_is_not_in_the_repo_resolves_to_nothing(specifier: str) -> None:
    found = index({"app/main.ts": f"import x from '{specifier}'"})
    assert found.modules["app/main.ts"].imports[0].target is None


def test_calls_resolve_across_modules() -> None:
    found = index(
        {
            "app/a.ts": """
            import { save } from './barrel'
            import { createService } from './service'
            import * as all from './deep'
            import { cached } from './cached'
            export async function run(client: Client) {
              await save()
              const service = createService(client)
              await service.list()
              all.deep()
              await cached()
              new Runner().go()
              unknown()
            }
            class Runner { go() { this.stop() } stop() {} }
            """,
            "app/barrel.ts": "export * from './deep'\nexport { deep as save } from './deep'",
            "app/deep.ts": "export const deep = async () => {}",
            "app/service.ts": "export const createService = (c) => new Service(c)\n"
            "class Service { list() {} }",
            "app/cached.ts": "import { cache } from 'react'\n"
            "export const cached = cache(load)\nasync function load() {}",
        }
    )
    targets = {call.callee: call.target for call in found.functions["app/a.ts#run"].calls}
    assert targets["save"] == "app/deep.ts#deep"
    assert targets["service.list"] == "app/service.ts#Service.list"
    assert targets["all.deep"] == "app/deep.ts#deep"
    assert targets["cached"] == "app/cached.ts#load"
    assert targets["new Runner.go"] == "app/a.ts#Runner.go"
    assert targets["unknown"] is None
    assert found.functions["app/a.ts#Runner.go"].calls[0].target == "app/a.ts#Runner.stop"


def test_reach_from_the_client() -> None:
    found = index(
        {
            "app/button.tsx": "'use client'\nimport { a } from './a'\nimport type { T } from './types'\n"
            "import { act } from './actions'\nimport { s } from './secret'",
            "app/a.ts": "import './b'",
            "app/b.ts": "import './button'",
            "app/types.ts": "import './never'",
            "app/actions.ts": "'use server'\nimport './never'\nexport async function act() {}",
            "app/secret.ts": "import 'server-only'\nimport './never'",
            "app/never.ts": "",
            "app/page.tsx": "import './never'",
        }
    )
    assert found.reachable_from_client == {"app/button.tsx", "app/a.ts", "app/b.ts"}
    assert found.client_paths["app/b.ts"] == ("app/button.tsx", "app/a.ts", "app/b.ts")


def test_files_that_do_not_parse_are_gaps() -> None:
    found = index({"app/a.ts": "export function ok() {}\nlet = = 1\n"})
    assert [gap.object for gap in found.gaps] == ["file:app/a.ts"]
    assert "line 2" in found.gaps[0].because
    assert "app/a.ts#ok" in found.functions


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["paths", "compilerOptions", "exports", "name", "imports", "extends", "@/*", "."]),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(config=st.one_of(JSON.map(json.dumps), st.text(max_size=60)), text=st.text(max_size=120))
def test_any_configuration_and_text_give_an_index(config: str, text: str) -> None:
    files = {"app/a.ts": f"import x from '@/b'\n{text}", "b.ts": text}
    files |= dict.fromkeys(("tsconfig.json", "package.json", "deno.json"), config)
    assert set(index(files).modules) == {"app/a.ts", "b.ts"}
