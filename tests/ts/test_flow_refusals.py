"""Tests of the caller that rest on what cannot be seen, on a row's own key, or stand a call away."""

import pytest
from builders import project

from checklists.ts.index import CallerState

ADMIN = """
import { createClient } from '@supabase/supabase-js'
const admin = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_SERVICE_ROLE_KEY!)
"""
WRITE = "await admin.from('notes').delete().eq('id', 1)"
INVITED = "await admin.from('guests').select('id').eq('invite_code', request.code)"
INVITING = "await admin.from('invitations').insert({ token: request.token })"
LIB = """
import { cookies } from 'next/headers'
import { timingSafeEqual } from 'crypto'
import { createClient } from '@/lib/supabase/server'
export async function requireSession() {
  const jar = await cookies()
  if (!sameToken(jar.get('session')?.value)) return Response.json({}, { status: 401 })
  return null
}
function sameToken(token) {
  let mismatch = 0
  for (const each of token) mismatch |= each ^ known(each)
  return mismatch === 0
}
function verifyCron(request) {
  return timingSafeEqual(request.headers.get('authorization'), process.env.CRON_SECRET)
}
export function withCron(name, handler) {
  return async (request) => {
    if (!verifyCron(request)) return Response.json({}, { status: 401 })
    return trace(name, () => run(request))
  }
  async function run(request) {
    await lock(name)
    return await handler(request)
  }
}
async function current() {
  const supabase = await createClient()
  const { data: { user } } = await supabase.auth.getUser()
  return user
}
function withApi(handler, options = {}) {
  const { requireAuth: needsAuth = false } = options
  return async (request) => {
    if (needsAuth) {
      const user = await current()
      if (!user) return Response.json({}, { status: 401 })
    } else if (options.limited) { console.info('limited') }
    return handler(request)
  }
}
export function withAuth(handler) { return withApi(handler, { requireAuth: true }) }
export function withPublic(handler) { return withApi(handler, { requireAuth: false }) }
export async function findByToken(token) {
  const { data } = await admin.from('guests').select('id').eq('access_token', token).maybeSingle()
  return data
}
export async function guardNote(owner) {
  const user = await current()
  if (user?.id !== owner) return Response.json({}, { status: 403 })
  return null
}
export function paid(payload, signature) {
  try {
    return stripe.webhooks.constructEvent(payload, signature, 'a')
  } catch (error) {
    if (!old) throw error
    return stripe.webhooks.constructEvent(payload, signature, 'b')
  }
}
"""
HELPERS = "requireSession, withCron, withAuth, withPublic, findByToken, guardNote, paid"
NAMES = f"import {{ {HELPERS} }} from '@/lib/auth'"


def state(value: str) -> CallerState:
    text = f"{ADMIN}{NAMES}\nexport const POST = {value}\n"
    files = {"lib/auth.ts": f"{ADMIN}{LIB}", "app/api/notes/route.ts": text}
    return project(files).sources.callers["route:app/api/notes/route.ts#POST"].state


def handler(body: str) -> CallerState:
    return state(f"async function (request) {{\n{body}\n}}")


@pytest.mark.parametrize(
    "body",
    [
        f"const denied = await requireSession()\nif (denied) return denied\n{WRITE}",
        f"if (!(await known(request))) return new Response('', {{ status: 401 }})\n{WRITE}",
        f"const run = await start()\nif (run.owner !== request.id) throw new Error('Forbidden')\n{WRITE}",
    ],
)
def test_a_refusal_that_cannot_be_followed_is_no_open_door(body: str) -> None:
    assert handler(body) is CallerState.UNKNOWN


@pytest.mark.parametrize(
    "condition",
    [
        "!request.headers.get('authorization')",
        "!token?.startsWith('Bearer ')",
        "token == null || token.length === 0",
        "!origins.includes(request.headers.get('origin'))",
    ],
)
def test_what_is_only_there_is_not_checked(condition: str) -> None:
    token = "const token = request.headers.get('authorization')?.replace('Bearer ', '')"
    refused = f"if ({condition}) return new Response('Unauthorized', {{ status: 401 }})"
    assert handler(f"{token}\n{refused}\n{WRITE}") is CallerState.UNVERIFIED


def test_a_test_of_the_whole_answer_stays_worthless() -> None:
    asked = "const held = await admin.auth.getSession()\nif (!held) return new Response('', { status: 401 })"
    assert handler(f"{asked}\n{WRITE}") is CallerState.UNVERIFIED


@pytest.mark.parametrize(
    ("wrapper", "expected"),
    [
        ("withCron('tidy', ", CallerState.VERIFIED),
        ("withAuth(", CallerState.VERIFIED),
        ("withPublic(", CallerState.UNVERIFIED),
    ],
)
def test_a_wrapper_runs_its_handler_a_call_away_and_as_its_options_say(
    wrapper: str, expected: CallerState
) -> None:
    assert state(f"{wrapper}async (request) => {{ {WRITE} }})") is expected


@pytest.mark.parametrize(
    "body",
    [
        f"const guest = await findByToken(request.token)\nif (!guest) return new Response('')\n{WRITE}",
        f"const {{ data }} = {INVITED}\nif (!data) return new Response('')\n{WRITE}",
        f"const event = paid(await request.text(), request.headers.get('sig'))\n{WRITE}",
    ],
)
def test_whoever_holds_the_rows_own_key_is_known_by_it(body: str) -> None:
    assert handler(body) is CallerState.VERIFIED


@pytest.mark.parametrize(
    "body",
    [
        f"await findByToken(request.token)\n{WRITE}",
        f"const {{ error }} = {INVITING}\nif (error) return new Response('')\n{WRITE}",
    ],
)
def test_a_key_that_nobody_tests_or_that_is_made_here_tells_nothing(body: str) -> None:
    assert handler(body) is CallerState.UNVERIFIED


def test_what_is_read_before_the_test_is_part_of_the_question() -> None:
    read = "const { data } = await admin.from('notes').select('owner').eq('id', request.id).single()"
    gate = "const denied = await guardNote(data.owner)\nif (denied) return denied"
    assert handler(f"{read}\n{gate}\n{WRITE}") is CallerState.VERIFIED
    assert (
        handler(f"{read}\nif (data.open) return Response.json(data)\n{gate}\n{WRITE}")
        is CallerState.UNVERIFIED
    )
    assert handler(f"{WRITE}\n{gate}\nreturn Response.json({{}})") is CallerState.UNVERIFIED


def test_a_catch_that_lets_some_go_on_leaves_a_doubt() -> None:
    guarded = "try { const user = await admin.auth.getUser()\nif (!user.data.user) throw new Error('no') }"
    caught = "catch (e) { if (known(e)) { log(e) } else { return new Response('', { status: 403 }) } }"
    assert handler(f"{guarded} {caught}\n{WRITE}") is CallerState.UNKNOWN


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("await admin.from('invites').delete().eq('id', 1)", CallerState.UNVERIFIED),
        (
            "return await admin.from('api_keys').select('id, name').eq('project_id', 1)",
            CallerState.UNVERIFIED,
        ),
        ("await admin.from('tokens').select('id').eq('provider', 1).single()", CallerState.HARMLESS),
        ("await admin.from('invites').delete().eq('invite_code', request.code)", CallerState.HARMLESS),
    ],
)
def test_a_list_of_keys_and_a_deletion_are_no_questions_who_calls(query: str, expected: CallerState) -> None:
    assert handler(query) is expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("{ headers: { Authorization: `Bearer ${apiKey}` } }", CallerState.UNKNOWN),
        ("{ headers: { 'x-api-key': this.config.key } }", CallerState.UNKNOWN),
        ("{ body: JSON.stringify({ api_key: TAVILY_KEY, query }) }", CallerState.UNKNOWN),
        ("{ headers: { apikey: supabaseAnonKey } }", CallerState.HARMLESS),
        ("{ headers: { Authorization: request.headers.get('authorization') } }", CallerState.HARMLESS),
        ("{ method: 'POST' }", CallerState.HARMLESS),
    ],
)
def test_a_key_that_was_read_elsewhere_is_the_servers_all_the_same(
    options: str, expected: CallerState
) -> None:
    assert handler(f"return await fetch('https://api.example.com/search', {options})") is expected
