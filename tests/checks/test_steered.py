"""What callers cannot steer weighs less: cached answers, a `state` given out before, a code."""

import pytest
from builders import check, project

from checklists.model import Severity

PATH = "app/api/figures/route.ts"
ADMIN = """
import { createClient } from '@supabase/supabase-js'
import { unstable_cache, revalidateTag } from 'next/cache'
import { cache } from 'react'
import { verify } from '@/lib/verify'
const admin = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_SERVICE_ROLE_KEY!)
"""
FIGURES = "async () => { await admin.from('prices').upsert({ id: 1, at: Date.now() }); return { ok: true } }"
CACHED = f"const figures = unstable_cache({FIGURES}, ['figures'], {{ revalidate: 120 }})\n"


def weight(name: str, path: str, text: str, more: dict[str, str] | None = None) -> Severity:
    return check(name, project({path: text, **(more or {})})).findings[0].severity


@pytest.mark.parametrize(
    ("head", "handler", "severity"),
    [
        (CACHED, "GET() { return Response.json(await figures()) }", Severity.INFO),
        # what the caller sends is a part of the key
        (CACHED, "GET(req: Request) { return Response.json(await figures(req.url)) }", Severity.HIGH),
        # React's cache holds for one request
        (
            f"const figures = cache({FIGURES})\n",
            "GET() { return Response.json(await figures()) }",
            Severity.MEDIUM,
        ),
        # it writes beside the cache as well
        (
            CACHED,
            "GET() { await admin.from('hits').upsert({ id: 1 }); return Response.json(await figures()) }",
            Severity.MEDIUM,
        ),
    ],
)
def test_what_is_answered_from_a_cache(head: str, handler: str, severity: Severity) -> None:
    text = f"{ADMIN}{head}export async function {handler}\n"
    assert weight("route_without_auth", PATH, text) is severity


ISSUES = f"""{ADMIN}
export async function GET(request: Request) {{
  const {{ data: {{ user }} }} = await admin.auth.getUser(request.headers.get('authorization') ?? '')
  if (!user) return Response.json({{}}, {{ status: 401 }})
  await admin.from('settings').upsert({{ key: 'oauth_state', value: crypto.randomUUID() }})
  return Response.json({{}})
}}
"""
RETURNS = f"""{ADMIN}
export async function GET(request: Request) {{
  const params = new URL(request.url).searchParams
  const code = params.get('code')
  const state = params.get('state')
  const {{ data: stored }} = await admin.from('settings').select('value').eq('key', 'oauth_state').single()
  if (stored?.value !== state) return Response.redirect('/no')
  await admin.from('settings').upsert({{ key: 'token', value: code }})
  return Response.redirect('/yes')
}}
"""
WITHOUT_USER = "if (!user) return Response.json({}, { status: 401 })"


@pytest.mark.parametrize(
    ("issues", "returns", "severity"),
    [
        (ISSUES, RETURNS, Severity.MEDIUM),
        (ISSUES.replace(WITHOUT_USER, ""), RETURNS, Severity.HIGH),
        (ISSUES.replace("'settings'", "'others'"), RETURNS, Severity.HIGH),
        (ISSUES, RETURNS.replace("stored?.value !== state", "!state"), Severity.HIGH),
        (ISSUES, RETURNS.replace("return Response.redirect('/no')", "console.warn('hm')"), Severity.HIGH),
    ],
    ids=["held", "issued to anyone", "issued elsewhere", "only there", "goes on"],
)
def test_a_state_that_comes_back(issues: str, returns: str, severity: Severity) -> None:
    more = {"app/api/start/route.ts": issues}
    assert weight("route_without_auth", "app/api/link/route.ts", returns, more) is severity


IMPORT = """
import { createClient } from 'npm:@supabase/supabase-js@2'
const admin = createClient(Deno.env.get('SUPABASE_URL')!, Deno.env.get('SUPABASE_SERVICE_ROLE_KEY')!)
Deno.serve(async (req) => {
  const { code } = await req.json()
  const { data: share, error } = await admin.from('shares').select('ids').eq('code', code).single()
  if (error || !share) return new Response('none', { status: 404 })
  await admin.from('modules').insert({ name: `from ${code}` })
  return new Response('ok')
})
"""


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        (IMPORT, Severity.LOW),
        (IMPORT.replace(".eq('code', code)", ".ilike('code', code)"), Severity.MEDIUM),
        (IMPORT.replace("if (error || !share) return new", "if (error || !share) new"), Severity.MEDIUM),
        (
            IMPORT.replace("{ code }", "{ code, note }").replace("from ${code}", "${code} ${note}"),
            Severity.MEDIUM,
        ),
    ],
)
def test_a_code_that_named_a_row_first(text: str, severity: Severity) -> None:
    assert weight("edge_input_unvalidated", "supabase/functions/take/index.ts", text) is severity


def test_one_value_that_was_looked_up_does_not_speak_for_the_others() -> None:
    text = IMPORT.replace("{ code }", "{ code, note }").replace(
        "return new Response('ok')",
        "await admin.from('notes').insert({ text: note })\n  return new Response('ok')",
    )
    assert weight("edge_input_unvalidated", "supabase/functions/take/index.ts", text) is Severity.MEDIUM


JOB = """
import { createClient } from 'npm:@supabase/supabase-js@2'
const admin = createClient(Deno.env.get('SUPABASE_URL')!, Deno.env.get('SUPABASE_SERVICE_ROLE_KEY')!)
Deno.serve(async (req) => {
  const { data, error } = await admin.from('bids').select('id')
  if (error) return new Response(JSON.stringify({ error: error.message }), { status: 500 })
  await admin.from('notes').insert({ text: 'due' })
  return new Response('ok')
})
"""


def test_the_error_of_a_job_that_takes_nothing_tells_little() -> None:
    path = "supabase/functions/remind/index.ts"
    assert weight("error_leaked_by_edge", path, JOB) is Severity.LOW
    steered = JOB.replace("const { data,", "const { id } = await req.json()\n  const { data,")
    steered = steered.replace("select('id')", "select('id').eq('id', id)")
    assert weight("error_leaked_by_edge", path, steered) is Severity.MEDIUM


SYNC = """
import OpenAI from 'npm:openai'
import { createClient } from 'npm:@supabase/supabase-js@2'
const ai = new OpenAI()
const admin = createClient(Deno.env.get('SUPABASE_URL')!, Deno.env.get('SUPABASE_SERVICE_ROLE_KEY')!)
Deno.serve(async (req) => {
  const { data: done } = await admin.from('done').select('id')
  const known = new Set(done.map((d) => d.id))
  const mails = await inbox()
  for (const m of mails.filter((m) => !known.has(m.id))) {
    await ai.chat.completions.create({ model: 'x', messages: [{ role: 'user', content: m.text }] })
  }
  return new Response('ok')
})
"""


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        (SYNC, Severity.LOW),
        (SYNC.replace(".filter((m) => !known.has(m.id))", ""), Severity.MEDIUM),
        (SYNC.replace("await inbox()", "await req.json()"), Severity.MEDIUM),
    ],
)
def test_work_that_is_done_once(text: str, severity: Severity) -> None:
    assert weight("rate_limit_missing", "supabase/functions/sync/index.ts", text) is severity
