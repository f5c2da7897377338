"""Where a caller's input goes, and what has looked at it on the way."""

import pytest
from builders import project

from checklists.ts.index import Flow, Function

HEAD = """
import { z } from 'zod'
import * as v from 'valibot'
import { createClient } from '@/lib/supabase/server'
const Tender = z.object({ title: z.string().max(20), status: z.enum(['draft', 'open']).optional() })
const Loose = z.object({ title: z.string() }).passthrough()
const Known = v.object({ title: v.string() })
const s = createClient()
"""


def act(signature: str, body: str, more: str = "") -> Function:
    text = f"'use server'\n{HEAD}{more}\nexport async function act({signature}) {{\n{body}\n}}\n"
    return project({"app/actions.ts": text}).sources.functions["app/actions.ts#act"]


def route(body: str, more: str = "") -> Function:
    text = f"{HEAD}{more}\nexport async function POST(request, {{ params }}) {{\n{body}\n}}\n"
    return project({"app/api/x/route.ts": text}).sources.functions["app/api/x/route.ts#POST"]


def told(flow: Flow) -> str:
    """`source > sink use operation`, then `whole` where an object goes in, and what has looked at it."""
    words = (flow.sink, flow.use, flow.operation, "whole" if flow.spread else "", flow.checked)
    return f"{flow.source} > {' '.join(filter(None, words))}"


@pytest.mark.parametrize(
    ("signature", "body", "expected"),
    [
        ("input", "await s.from('t').insert(input)", "parameter input > query payload insert whole"),
        (
            "input",
            "await s.from('t').update({ ...input, a: 1 })",
            "parameter input > query payload update whole",
        ),
        ("{ id }", "await s.from('t').delete().eq('id', id)", "parameter id > query filter delete"),
        (
            "id",
            "let q = s.from('t').select()\nq = q.eq('id', id)\nawait q",
            "parameter id > query filter select",
        ),
        ("form: FormData", "await s.rpc('f', { a: form.get('a') })", "form data > rpc payload rpc"),
        ("id", "await s.storage.from('b').remove([`x/${id}`])", "parameter id > storage address remove"),
        ("url", "await fetch(url)", "parameter url > fetch address"),
        ("id", "await fetch(`https://example.com/${id}`)", "parameter id > fetch path"),
        (
            "rows",
            "for (const r of rows) { await s.from('t').insert(r) }",
            "parameter rows > query payload insert whole",
        ),
        (
            "rows",
            "await s.from('t').insert(rows.map((r) => ({ ...r })))",
            "parameter rows > query payload insert whole",
        ),
        (
            "id",
            "if (!/^x$/.test(id)) return\nawait s.from('t').delete().eq('id', id)",
            "parameter id > query filter delete by hand",
        ),
        (
            "id",
            "await s.from('t').delete().eq('id', Number(id))",
            "parameter id > query filter delete converted",
        ),
        ("id", "await s.from('t').delete().eq('id', clean(id))", "parameter id > query filter delete helper"),
        (
            "input",
            "Tender.parse(input)\nawait s.from('t').insert(input)",
            "parameter input > query payload insert whole asserted",
        ),
        (
            "input",
            "const x = Loose.parse(input)\nawait s.from('t').insert(x)",
            "Loose (passthrough()) > query payload insert whole",
        ),
    ],
)
def test_input_is_followed_to_its_sink(signature: str, body: str, expected: str) -> None:
    assert expected in [told(flow) for flow in act(signature, body).flows]


@pytest.mark.parametrize(
    ("signature", "body"),
    [
        (
            "input",
            "const p = Tender.safeParse(input)\nif (!p.success) return\nawait s.from('t').insert(p.data)",
        ),
        (
            "input",
            "const { data, error } = Tender.safeParse(input)\nif (error) return\ns.from('t').insert(data)",
        ),
        ("input", "const x = await Tender.parseAsync(input)\nawait s.from('t').insert({ ...x })"),
        ("input", "const x = v.parse(Known, input)\nawait s.from('t').insert(x)"),
        ("input", "const x = parseWith(Tender, input)\nawait s.from('t').insert(x)"),
        (
            "id",
            "const { data } = await s.from('t').select().eq('id', Number(id))\ns.from('u').insert(data)",
        ),
        ("id", "return withUser(async (s, id) => { await s.from('t').delete().eq('id', id) })"),
        ("rows", "await s.from('t').insert({ count: rows.length })"),
        ("id", "console.log(id)\nnew Map().delete(id)"),
        ("id", "id = Tender.parse(id).title\nawait s.from('t').delete().eq('id', id)"),
    ],
)
def test_clean_values_are_no_flow(signature: str, body: str) -> None:
    assert [told(f) for f in act(signature, body).flows if f.checked != "converted"] == []


def test_a_value_beside_parsed_fields_goes_in_alone() -> None:
    body = "const { title, ...rest } = Tender.parse(input)\nawait s.from('t').insert({ ...rest, org_id: id })"
    assert [told(f) for f in act("id, input", body).flows] == ["parameter id > query payload insert"]
    told_by_a_model = "const { text } = await generateText({ prompt: form.get('a') })\n"
    row = "const made = JSON.parse(text)\nawait s.from('t').insert({ a: form.get('a'), ...made })"
    (flow,) = act("form: FormData", told_by_a_model + row).flows
    assert not flow.spread
    (flow,) = act("id, input", "await s.from('t').insert({ ...input, org_id: id })").flows
    assert told(flow) == "parameter input > query payload insert whole"


def test_a_helper_that_is_handed_the_input_is_entered() -> None:
    more = "async function save(client, row) { await client.from('t').insert(row) }"
    (flow,) = act("input", "await save(s, input)", more).flows
    assert (flow.via, flow.spread, flow.location.line) == ("save", True, 10)


def test_a_nested_function_sees_what_is_around_it() -> None:
    (flow,) = act("input", "const run = async () => { await s.from('t').insert(input) }\nawait run()").flows
    assert flow.spread


def test_sources_of_a_route() -> None:
    body = """const { id } = await params
const body = await request.json()
const q = new URL(request.url).searchParams.get('q')
await s.from('t').update(body).eq('id', id).eq('q', q)
await s.from('t').select().eq('k', request.headers.get('x-key'))
"""
    assert {flow.source for flow in route(body).flows} == {"route parameter", "request body", "search params"}


def test_a_request_that_is_handed_on_is_read_there() -> None:
    more = "async function store(req) { const row = await req.json(); await s.from('t').insert(row) }"
    (flow,) = route("await store(request)", more).flows
    assert (flow.source, flow.via) == ("request body", "store")


def test_text_out_of_a_schema_can_still_carry_commas() -> None:
    more = "const Search = z.object({ q: z.string(), id: z.string().uuid() })"
    body = "const { q, id } = Search.parse(input)\nawait s.from('t').select().or(`a.eq.${%s}`)"
    assert [f.checked for f in act("input", body % "q", more).flows] == ["parsed"]
    assert act("input", body % "id", more).flows == ()


@pytest.mark.parametrize(
    ("body", "library", "checked"),
    [
        ("const p = Tender.safeParse(input)\nif (!p.success) return", "zod", True),
        ("const p = Tender.safeParse(input)\nreturn p.data", "zod", False),
        ("const p = Tender.safeParse(input)\nreturn p.success ? p.data : null", "zod", True),
        ("Tender.parse(input)", "zod", True),
        ("const p = v.safeParse(Known, input)\nif (!p.success) return", "valibot", True),
    ],
)
def test_parses_and_whether_their_outcome_is_looked_at(body: str, library: str, checked: bool) -> None:
    (found,) = act("input", body).validations
    assert (found.library, found.checked) == (library, checked)


@pytest.mark.parametrize(
    "body", ["JSON.parse(input)", "Date.parse(input)", "path.parse(input)", "new URL(input)"]
)
def test_other_parsers_are_no_schema(body: str) -> None:
    assert act("input", body).validations == ()


def test_the_keys_of_a_schema() -> None:
    more = """
const Base = z.object({ title: z.string().max(20), owner: z.string() })
const Full = Base.omit({ owner: true }).extend({ kind: z.enum(['a', 'b']).optional(), id: z.uuid() }).strict()
"""
    (found,) = act("input", "const x = Full.parse(input)", more).validations
    assert [(f.name, f.optional, f.labels, f.largest, f.narrow) for f in found.fields or ()] == [
        ("title", False, None, 20, False),
        ("kind", True, ("a", "b"), None, True),
        ("id", False, None, None, True),
    ]


def test_a_schema_that_changes_its_keys_is_not_listed() -> None:
    more = "const Odd = z.object({ a: z.string() }).transform((x) => ({ b: x.a }))"
    (found,) = act("input", "const x = Odd.parse(input)", more).validations
    assert found.fields is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "const { searchParams: p } = u; await q.eq('a', p.get('a'))",
            ["search params > query filter select"],
        ),
        ("await q.eq('a', u.searchParams.get('a'))", ["search params > query filter select"]),
        ("const { origin } = u; await s.from('t').insert({ a: origin })", []),
        (
            "return Response.redirect(new URL(u.searchParams.get('a'), x))",
            ["search params > redirect relative"],
        ),
        ("Response.redirect(`${u.origin}${u.searchParams.get('a')}`)", ["search params > redirect appended"]),
        ("Response.redirect(`${u.origin}/a?b=${u.searchParams.get('b')}`)", []),
        ("return Response.redirect(new URL(`/a/${u.searchParams.get('a')}`, x))", []),
    ],
)
def test_what_an_address_carries(body: str, expected: list[str]) -> None:
    start = "const u = new URL(request.url)\nlet q = s.from('t').select('id')\n"
    assert [told(flow) for flow in route(start + body).flows] == expected


def test_an_object_is_handed_over_by_its_properties() -> None:
    found = route(
        "const { a } = await request.json()\nawait keep({ note: a, owner: 'me' })",
        "async function keep({ note, owner }) { await s.from('t').insert({ owner }) }",
    )
    assert found.flows == ()


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ("z.string()", ["validated z.string() > query filter select parsed"]),
        ("z.string().min(1)", ["validated z.string().min(1) > query filter select parsed"]),
        ("z.string().uuid()", []),
        ("z.string().regex(/^a$/)", []),
        ("z.enum(['a', 'b'])", []),
    ],
)
def test_text_that_a_bare_string_lets_through(schema: str, expected: list[str]) -> None:
    read = f"const q = {schema}.parse(request.nextUrl.searchParams.get('q'))"
    body = f"{read}\nawait s.from('t').select('id').or(`a.eq.${{q}}`)"
    assert [told(flow) for flow in route(body).flows] == expected
