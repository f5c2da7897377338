"""Middleware of an application: which handlers it stands before, by order, by path and over mounts."""

import pytest
from builders import project

from checklists.ts.index import CallerState

ROOT = "supabase/functions"
HEAD = """
import { Hono } from 'npm:hono@4.6.0'
import { award, key, signedIn, useCors } from '../_shared/a.ts'
"""
SHARED = """
import { createClient } from 'npm:@supabase/supabase-js@2.49.4'
import { Hono } from 'npm:hono@4.6.0'
import { cors } from 'npm:hono@4.6.0/cors'
export const admin = createClient(Deno.env.get('SUPABASE_URL')!, Deno.env.get('SUPABASE_SERVICE_ROLE_KEY')!)
export const useCors = cors({ origin: '*' })
export const signedIn = async (c, next) => {
  const { data: { user } } = await admin.auth.getUser(c.req.header('authorization'))
  if (!user) return c.json({}, 401)
  await next()
}
export function key(options) {
  return async (c, next) => {
    const { data: { user } } = await admin.auth.getUser(c.req.header('authorization'))
    if (!user) return c.json({}, 401)
    await next()
  }
}
export async function award(c) {
  await admin.from('tenders').update({ status: 'awarded' }).eq('id', 1)
  return c.json({})
}
"""
TWO = "app.get('/x', (c) => c.json({ ok: true }))\napp.post('/x', (c) => award(c))\nDeno.serve(app.fetch)\n"


def state(body: str, **files: str) -> CallerState:
    near = HEAD.replace("../_shared/", "./")
    sources = {f"{ROOT}/_shared/{name}.ts": near + text for name, text in files.items()}
    entry = f"{HEAD}const app = new Hono()\n{body}"
    built = project({f"{ROOT}/_shared/a.ts": SHARED, f"{ROOT}/tenders/index.ts": entry, **sources})
    return built.sources.callers["edge:tenders"].state


@pytest.mark.parametrize(
    ("body", "known"),
    [
        (f"app.use('*', signedIn)\n{TWO}", True),
        (f"app.use(signedIn)\n{TWO}", True),
        (f"app.use('/x/*', useCors, signedIn)\n{TWO}", True),
        (f"app.use('*', key({{}}))\n{TWO}", True),
        (f"const mine = key({{}})\napp.use('*', mine)\n{TWO}", True),
        (f"app.use('*', useCors)\n{TWO}", False),
        (f"app.use('/y/*', signedIn)\n{TWO}", False),
        (f"app.use('/', signedIn)\n{TWO}", False),
        (TWO.replace("Deno", "app.use('*', signedIn)\nDeno"), False),
        ("app.get('/x', award)\napp.post('/x', signedIn, award)\nDeno.serve(app.fetch)\n", False),
        ("app.get('/y', useCors)\napp.post('/x', signedIn, award)\nDeno.serve(app.fetch)\n", True),
    ],
)
def test_what_stands_before_a_handler(body: str, known: bool) -> None:
    assert (state(body) is CallerState.VERIFIED) is known


@pytest.mark.parametrize(("before", "known"), [("app.use('/in/*', signedIn)\n", True), ("", False)])
def test_an_application_that_is_mounted_in_another(before: str, known: bool) -> None:
    inner = "export const inner = new Hono()\ninner.post('/x', (c) => award(c))\ninner.get('/x', useCors)\n"
    body = (
        f"import {{ inner }} from '../_shared/b.ts'\n{before}app.route('/in', inner)\nDeno.serve(app.fetch)\n"
    )
    assert (state(body, b=inner) is CallerState.VERIFIED) is known


def test_one_way_of_three_that_asks_nobody() -> None:
    chain = """
app.use('*', async (c, next) => {
  if (c.req.header('a')) { const r = await signedIn(c, next); if (r) return r }
  else if (c.req.header('b')) { console.info('b') }
  else { return c.json({}, 401) }
  await next()
})
"""
    assert state(chain + TWO) is not CallerState.VERIFIED
