"""Queries: whose client, which table, what becomes of the result, in which loop."""

import pytest
from builders import snapshot

from checklists.repo import Layout
from checklists.ts.build import build_index
from checklists.ts.index import Client, Key, Query

HEAD = "import { createClient } from '@supabase/supabase-js'\n"
DRIZZLE = """
import { drizzle } from 'drizzle-orm/postgres-js'
import { pgSchema, pgTable, uuid } from 'drizzle-orm/pg-core'
import { eq, sql } from 'drizzle-orm'
import postgres from 'postgres'
const bids = pgTable('bid_rows', { id: uuid('id') }, (table) => [index('i').on(table.id)])
const audit = pgSchema('audit').table('events', {})
const client = postgres(url)
const db = drizzle(client)
"""


def read(text: str, **others: str) -> tuple[list[Query], tuple[Client, ...]]:
    files = {"lib/a.ts": text} | {name.replace("__", "/") + ".ts": body for name, body in others.items()}
    found = build_index(snapshot(files), Layout("supabase", (), sources=tuple(files)))
    return [query for query in found.queries() if query.location.path == "lib/a.ts"], found.clients


def one(text: str, **others: str) -> Query:
    (query,) = read(text, **others)[0]
    return query


def in_function(body: str, parameters: str = "supabase: SupabaseClient, input: Input") -> Query:
    return one(f"{HEAD}export async function f({parameters}) {{\n{body}\n}}")


KEYS = {
    "createClient(process.env.URL!, process.env.SUPABASE_SERVICE_ROLE_KEY!)": Key.SERVICE,
    "createClient(Deno.env.get('URL')!, Deno.env.get('SUPABASE_SECRET_KEY')!)": Key.SERVICE,
    "createClient(process.env.URL!, process.env.NEXT_PUBLIC_SUPABASE_ANON_KEY!)": Key.ANON,
    "createClient(env.URL, env.SUPABASE_PUBLISHABLE_KEY)": Key.ANON,
    "createClient(url, key)": Key.UNKNOWN,
    "createClient(url, env.ANON_KEY, { global: { headers: { Authorization: authHeader } } })": Key.USER,
    "createClient(url, SUPABASE_SERVICE_ROLE_KEY, "
    "{ global: { headers: { Authorization: `Bearer ${serviceKey}` } } })": Key.SERVICE,
}


@pytest.mark.parametrize(("made", "key"), KEYS.items())
def test_key_of_a_client(made: str, key: Key) -> None:
    query = one(f"{HEAD}export async function f() {{ const db = {made}; return db.from('t').select('a') }}")
    assert (query.key, query.table, query.columns, query.client) == (key, "t", ("a",), "db")


def test_key_is_that_of_the_property_not_of_all_that_the_object_holds() -> None:
    query = one(
        f"import {{ env }} from './env'\n{HEAD}const db = createClient(env.URL, env.SUPABASE_KEY)\n"
        "export const f = () => db.from('t').select()",
        lib__env="export const env = make({ A: process.env.SUPABASE_SERVICE_ROLE_KEY, SUPABASE_KEY: x })",
    )
    assert query.key is Key.UNKNOWN


FACTORIES = """
import { createServerClient } from '@supabase/ssr'
import { createClient as make } from '@supabase/supabase-js'
import { cookies } from 'next/headers'
const serviceKey = () => process.env.SUPABASE_SERVICE_ROLE_KEY
let held: Client | undefined
export async function createClient() {
  const store = await cookies()
  return createServerClient(url, process.env.ANON_KEY!, { cookies: { getAll: () => store.getAll() } })
}
export function admin() { return (held ??= make(url, serviceKey()!)) }
export function either(options?: { admin: boolean }) {
  if (options?.admin) return make(url, serviceKey()!)
  return make(url, process.env.SUPABASE_ANON_KEY!)
}
export async function session() { const supabase = await createClient(); return { supabase, user: 1 } }
"""


@pytest.mark.parametrize(
    ("made", "key"),
    [
        ("await createClient()", Key.USER),
        ("admin()", Key.SERVICE),
        ("either({ admin: true })", Key.SERVICE),
        ("either()", Key.ANON),
        ("either(options)", Key.UNKNOWN),
        ("(await session()).supabase", Key.USER),
    ],
)
def test_helpers_are_followed_into_their_body(made: str, key: Key) -> None:
    query = one(
        f"import {{ admin, createClient, either, session }} from './s'\n"
        f"export async function f(options) {{ const db = {made}; await db.from('t').delete().eq('id', 1) }}",
        lib__s=FACTORIES,
    )
    assert (query.operation, query.key) == ("delete", key)


def test_a_destructured_client() -> None:
    query = one(
        "import { session } from './s'\n"
        "export async function f() {\n"
        "const { supabase, user } = await session(); await supabase.rpc('award', { id }) }",
        lib__s=FACTORIES,
    )
    assert (query.operation, query.table, query.payload, query.key) == ("rpc", "award", "{ id }", Key.USER)


@pytest.mark.parametrize(("given", "key"), [("admin()", Key.SERVICE), ("unknown", Key.UNKNOWN)])
def test_a_client_that_is_handed_in_has_the_key_of_its_callers(given: str, key: Key) -> None:
    text = f"""
    import {{ admin }} from './s'
    class Service {{
      constructor(private readonly client: SupabaseClient) {{}}
      list() {{ return this.client.from('t').select('a') }}
    }}
    export const run = () => new Service({given}).list()
    """
    assert one(text, lib__s=FACTORIES).key is key


def test_elevated_clients_that_act_as_the_user_are_noted() -> None:
    _, clients = read(
        "import { createServerClient } from '@supabase/ssr'\n"
        "export const f = (store) => createServerClient(url, process.env.SUPABASE_SERVICE_ROLE_KEY!,\n"
        "  { cookies: { getAll: () => store.getAll() } })"
    )
    assert [(each.credential, each.forwards_user, each.location.line) for each in clients] == [
        (Key.SERVICE, True, 2)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "const m = new Map(); m.delete('x')",
        "import axios from 'axios'\nawait axios.delete('/x')",
        "const a = Array.from('t').select()",
        "import knex from 'knex'\nconst db = knex(); await db.from('supabase').select('a')",
        "Buffer.from('supabase').update(x)",
        "client.from('t').select('a')",
    ],
)
def test_method_names_prove_nothing(text: str) -> None:
    assert read(f"export async function f() {{}}\n{text}")[0] == []


def test_details_of_a_read() -> None:
    query = in_function(
        "const { data, error } = await supabase.schema('app').from(`tenders`)\n"
        "  .select('id, owner:users(name, email), title')\n"
        "  .eq('status', 'open').in('org_id', ids).not('deleted_at', 'is', null).or(`a.eq.${b}`)\n"
        "  .match({ kind: k }).order('created_at', { ascending: false }).range(0, 9).maybeSingle()\n"
        "if (error) throw error"
    )
    assert query.table == "app.tenders"
    assert query.columns == ("id", "owner:users(name, email)", "title")
    assert query.filters == (
        ("eq", "status", "'open'"),
        ("in", "org_id", "ids"),
        ("not.is", "deleted_at", "null"),
        ("or", "", "`a.eq.${b}`"),
        ("eq", "kind", "k"),
    )
    assert (query.order_by, query.single, query.error_read, query.result) == (
        ("created_at",),
        True,
        True,
        ("data",),
    )


def test_details_of_a_write() -> None:
    query = in_function(
        "return supabase.from('items')\n"
        ".upsert({ ...input, by: user.id }, { onConflict: 'a, b' }).select().single()"
    )
    assert (query.operation, query.payload) == ("upsert", "{ ...input, by: user.id }")
    assert (query.on_conflict, query.returning, query.columns, query.error_read) == (
        ("a", "b"),
        True,
        ("*",),
        None,
    )


def test_constants_name_tables_and_columns() -> None:
    query = one(
        "import { T } from './t'\nconst COLUMNS = 'id, name'\n"
        "export const f = (s: SupabaseClient) => s.from(T.users).select(COLUMNS).eq(field, 1)",
        lib__t="export const T = { users: 'users' } as const",
    )
    assert (query.table, query.columns, query.filters) == ("users", ("id", "name"), (("eq", "{field}", "1"),))


ERRORS = {
    "await supabase.from('t').insert(input)": False,
    "const { data } = await supabase.from('t').select('a')": False,
    "const { data, error } = await supabase.from('t').select('a')\nreturn data": False,
    "const { error: failed } = await supabase.from('t').insert(input)\nif (failed) throw failed": True,
    "const { data, ...rest } = await supabase.from('t').select('a')\nreturn rest": True,
    "const r = await supabase.from('t').select('a')\nreturn r.data": False,
    "const r = await supabase.from('t').select('a')\nif (r.error) throw r.error": True,
    "const r = await supabase.from('t').select('a')\nconst { error } = r\nthrow error": True,
    "const r = await supabase.from('t').select('a')\nreturn check(r)": None,
    "return await supabase.from('t').select('a')": None,
    "return check(await supabase.from('t').select('a'))": None,
    "await supabase.from('t').insert(input).throwOnError()": True,
    "return (await supabase.from('t').select('a')).data": False,
    "supabase.from('t').select('a').then(({ error }) => { if (error) log(error) })": True,
    "supabase.from('t').select('a').then(({ data }) => show(data))": False,
    "supabase.from('t').select('a').then(show)": None,
    "let data\n;({ data } = await supabase.from('t').select('a'))": False,
    "const [a] = await Promise.all([supabase.from('t').select('a')])\nif (a.error) throw 1": True,
    "const [{ data }] = await Promise.all([supabase.from('t').select('a')])": False,
    "await Promise.all(ids.map((id) => supabase.from('t').delete().eq('id', id)))": False,
    "let q = supabase.from('t').select('a')\nif (x) q = q.eq('b', x)\n"
    "const { error } = await q\nif (error) throw 1": True,
    "const q = supabase.from('t').select('a')\nconst { data } = await q.limit(1)\nreturn data": False,
}


@pytest.mark.parametrize(("body", "expected"), ERRORS.items())
def test_whether_the_error_is_read(body: str, expected: bool | None) -> None:
    query = in_function(body)
    assert query.error_read is expected
    assert query.awaited is True


@pytest.mark.parametrize("body", ["supabase.from('t').insert(input)", "void supabase.rpc('f')"])
def test_a_builder_that_nobody_waits_for_is_never_sent(body: str) -> None:
    query = in_function(body)
    assert (query.awaited, query.error_read) == (False, False)


def test_steps_that_are_added_later_belong_to_the_query() -> None:
    query = in_function(
        "let q = supabase.from('t').select('a')\nif (x) q = q.eq('b', x)\nreturn await q.order('c')"
    )
    assert (query.filters, query.order_by) == ((("eq", "b", "x"),), ("c",))


LOOPS = {
    "for (const i of items) await supabase.from('t').insert(i)": True,
    "for (const { id } of items) await supabase.from('t').delete().eq('id', id)": True,
    "items.forEach(async (i) => { await supabase.from('t').insert({ a: i.a }) })": True,
    "await Promise.all(items.map((i) => supabase.from('t').select('a').eq('id', i.id)))": True,
    "for (let n = 0; n < items.length; n++) { const i = items[n]; await supabase.rpc('f', { i }) }": True,
    "for (const i of items) { for (const t of ['a', 'b']) await supabase.from(t).insert(i) }": True,
    "for (const i of items) { const x = make(i); await limit(() => supabase.from('t').insert(x)) }": True,
    "for (const i of items) await supabase.from('t').insert(other)": False,
    "for (const chunk of chunks(items)) await supabase.from('t').insert(chunk)": False,
    "for (let n = 0; n < 100; n += 50) await supabase.from('t').insert(items.slice(n, n + 50))": False,
    "for (let n = 0; n < 5; n++) await supabase.from('t').select('a').eq('id', id)": False,
    "while (true) await supabase.from('t').select('a').eq('id', id).range(from, to)": False,
    "for (const k of ['a', 'b']) await supabase.from('t').delete().eq('kind', k)": False,
    "for (const i of (await supabase.from('t').select('a').eq('b', c)).data) log(i)": False,
    "for (const i of items) later.push({ run: async () => { await supabase.from('t').insert(i) } })": False,
}


@pytest.mark.parametrize(("body", "bound"), LOOPS.items())
def test_loops(body: str, bound: bool) -> None:
    assert in_function(body).loop_bound is bound


def test_services_are_told_apart_from_tables() -> None:
    queries, _ = read(
        f"{HEAD}export async function f(supabase: SupabaseClient) {{\n"
        "await supabase.auth.admin.deleteUser(id)\nawait supabase.storage.from('docs').upload(path, file)\n"
        "await supabase.functions.invoke('pay')\nawait supabase.auth.getUser()\n}"
    )
    assert [(q.api, q.operation, q.table) for q in queries] == [
        ("auth", "admin.deleteUser", None),
        ("storage", "upload", "docs"),
        ("functions", "invoke", None),
        ("auth", "getUser", None),
    ]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("db.select().from(bids)", ("select", "bid_rows", ("*",))),
        ("db.select({ id: bids.id }).from(bids).where(eq(bids.id, x))", ("select", "bid_rows", ("id",))),
        ("db.insert(bids).values(v).returning()", ("insert", "bid_rows", ("*",))),
        ("db.update(audit).set(v).where(c)", ("update", "audit.events", None)),
        ("db.delete(bids)", ("delete", "bid_rows", None)),
        ("db.query.bids.findMany({ columns: { id: true } })", ("select", "bid_rows", ("id",))),
        ("db.insert(bids).values(v).onConflictDoUpdate(o)", ("upsert", "bid_rows", None)),
    ],
)
def test_drizzle(call: str, expected: tuple[str, str, tuple[str, ...] | None]) -> None:
    query = one(f"{DRIZZLE}export const f = async (x) => {{ await {call} }}")
    assert (query.operation, query.table, query.columns) == expected
    assert (query.api, query.key) == ("drizzle", Key.OWNER)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("client`select ${x}`", "`select ${x}`"),
        ("client.unsafe('select ' + x)", "'select ' + x"),
        ("db.execute(sql`select ${x}`)", "sql`select ${x}`"),
        ("prisma.$queryRawUnsafe(`select ${x}`)", "`select ${x}`"),
    ],
)
def test_raw_sql(call: str, text: str) -> None:
    query = one(f"{DRIZZLE}export const f = async (x) => {{ await {call} }}")
    assert (query.operation, query.text) == ("raw", text)


def test_queries_at_the_top_of_a_script_are_held_by_the_module() -> None:
    query = one(f"{HEAD}const db = createClient(url, key)\nconst {{ data }} = await db.from('t').select('a')")
    assert (query.function, query.error_read) == ("lib/a.ts#module", False)
