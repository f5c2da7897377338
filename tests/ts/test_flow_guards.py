"""Who is known to be calling: the tests that count, and what each of them covers."""

import pytest
from builders import project

from checklists.ts.index import CallerState, Guard, SourceIndex

ADMIN = """
import { createClient } from '@supabase/supabase-js'
const admin = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_SERVICE_ROLE_KEY!)
"""
LIB = """
import { createClient } from '@/lib/supabase/server'
export async function current() {
  const supabase = await createClient()
  try {
    const { data: { user } } = await supabase.auth.getUser()
    return user
  } catch { return null }
}
export async function requireUser() {
  const user = await current()
  if (!user) redirect('/login')
  return user
}
export async function gate() {
  const user = await current()
  if (!user) return new Response('no', { status: 401 })
  return { user }
}
export async function withUser(run, message) {
  try {
    const user = await current()
    if (!user) return { error: message }
    return await run(user)
  } catch (error) { return { error: message } }
}
export function adminAction(run) {
  return async (input) => {
    const user = await current()
    if (user?.app_metadata.role === 'admin') { return run(input) } else { notFound() }
  }
}
export function enhance(run, config) {
  return async (input) => {
    const requireAuth = config.auth ?? true
    if (requireAuth) {
      const user = await current()
      if (!user) redirect('/login')
    }
    return run(input)
  }
}
"""


def action(body: str, *, imports: str = "") -> SourceIndex:
    """The body as the one server action `act`, which may use the helpers of lib/auth.ts."""
    text = f"'use server'\n{ADMIN}{imports}\nexport async function act(input) {{\n{body}\n}}\n"
    return project({"lib/auth.ts": LIB, "app/actions.ts": text}).sources


def wrapped(value: str) -> SourceIndex:
    names = "adminAction, enhance, withUser"
    text = f"'use server'\n{ADMIN}import {{ {names} }} from '@/lib/auth'\nexport const act = {value}\n"
    return project({"lib/auth.ts": LIB, "app/actions.ts": text}).sources


def state(index: SourceIndex) -> CallerState:
    return index.callers["action:app/actions.ts#act"].state


def guards(index: SourceIndex) -> tuple[Guard, ...]:
    return index.functions["app/actions.ts#act"].guards


EFFECT = "await admin.from('tenders').delete().eq('id', input.id)"
HELPERS = "import { current, requireUser, gate, withUser } from '@/lib/auth'"


@pytest.mark.parametrize(
    "before",
    [
        "const { data: { user } } = await admin.auth.getUser(); if (!user) return",
        "const { data } = await admin.auth.getUser(); if (!data.user) throw new Error('no')",
        "const { data } = await admin.auth.getUser(); if (data?.user == null) return",
        "const { data: { user }, error } = await admin.auth.getUser(); if (error || !user) return",
        "const result = await admin.auth.getUser(); const user = result.data.user; if (!user) return",
        "const user = (await admin.auth.getUser()).data.user; if (user?.id !== input.owner) return",
        "const { data } = await admin.auth.getClaims(); if (!data?.claims) return",
        "const [{ data: { user } }] = await Promise.all([admin.auth.getUser(), x()]); if (!user) return",
        "const { data: { user } } = await admin.auth.getUser(); const id = user?.id ?? null; if (!id) return",
        "const { data: d } = await admin.auth.getUser()\nif ((d.user?.email ?? '').trim() !== X) throw 1",
        "const { data: d } = await admin.auth.getUser()\nconst m = d.user?.email\nif (m !== ADMIN) throw 1",
        "const user = await current(); if (!user) return",
        "const user = (await current()) ?? redirect('/login')",
        "await requireUser()",
        "let user; try { user = await requireUser() } catch { return { error: 1 } }",
        "const answer = await gate(); if (answer instanceof Response) return answer",
        "const { data: ok } = await admin.rpc('is_admin'); if (!ok) return",
    ],
)
def test_a_tested_caller_is_verified(before: str) -> None:
    index = action(f"{before}\n{EFFECT}", imports=HELPERS)
    assert state(index) is CallerState.VERIFIED, guards(index)


@pytest.mark.parametrize(
    "before",
    [
        "",
        "const { data: { user } } = await admin.auth.getUser()",
        "const { data: { user } } = await admin.auth.getUser(); if (!user) console.log('nobody')",
        "const { data, error } = await admin.auth.getClaims(); if (error) return",
        "const user = await current()",
        "requireUser()",
        "if (input.debug) {\nconst { data: { user } } = await admin.auth.getUser()\nif (!user) return\n}",
        "const { data: ok, error } = await admin.rpc('is_admin'); if (error) return",
        "try { const user = await current(); if (!user) throw new Error('no') } catch { log('swallowed') }",
    ],
)
def test_a_caller_that_nothing_tests_is_not(before: str) -> None:
    index = action(f"{before}\n{EFFECT}", imports=HELPERS)
    assert state(index) is CallerState.UNVERIFIED, guards(index)


def test_the_effect_before_the_test_counts() -> None:
    index = action(f"{EFFECT}\nconst {{ data: {{ user }} }} = await admin.auth.getUser()\nif (!user) return")
    assert state(index) is CallerState.UNVERIFIED


def test_a_positive_test_covers_its_block_only() -> None:
    text = "const { data: { user } } = await admin.auth.getUser()\nif (user) {\n%s\n}\n%s"
    assert state(action(text % (EFFECT, ""))) is CallerState.VERIFIED
    assert state(action(text % ("", EFFECT))) is CallerState.UNVERIFIED


def test_two_ways_in_both_tested() -> None:
    body = """const token = (await headers()).get('authorization')
const isCron = safeCompare(token, process.env.CRON_SECRET)
if (!isCron) {
  const { data: { user } } = await admin.auth.getUser(token)
  if (!user) return
}
"""
    assert state(action(body + EFFECT)) is CallerState.VERIFIED
    assert state(action(body.replace("if (!user) return", "") + EFFECT)) is CallerState.UNVERIFIED


def test_an_unset_secret_that_lets_everyone_in_is_in_doubt() -> None:
    test = "process.env.CRON_SECRET && header !== `Bearer ${process.env.CRON_SECRET}`"
    body = f"const header = (await headers()).get('authorization')\nif ({test}) return\n{EFFECT}"
    index = action(body)
    assert state(index) is CallerState.UNKNOWN
    assert "not set" in index.callers["action:app/actions.ts#act"].because


def test_a_session_is_kept_apart_from_a_verified_user() -> None:
    index = action(
        f"const {{ data: {{ session }} }} = await admin.auth.getSession()\nif (!session) return\n{EFFECT}"
    )
    assert state(index) is CallerState.SESSION


def test_a_callback_runs_behind_its_wrapper() -> None:
    index = action(f"return withUser(async () => {{\n{EFFECT}\n}}, 'no')", imports=HELPERS)
    assert state(index) is CallerState.VERIFIED


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (f"adminAction(async (input) => {{ {EFFECT} }})", CallerState.VERIFIED),
        (f"enhance(async (input) => {{ {EFFECT} }}, {{}})", CallerState.VERIFIED),
        (f"enhance(async (input) => {{ {EFFECT} }}, {{ auth: false }})", CallerState.UNVERIFIED),
        (f"withSomething(async (input) => {{ {EFFECT} }})", CallerState.UNKNOWN),
    ],
)
def test_wrappers_are_read_not_believed(value: str, expected: CallerState) -> None:
    assert state(wrapped(value)) is expected


def test_an_untested_user_whose_id_is_read_is_in_doubt() -> None:
    index = action(
        "const { data: { user } } = await admin.auth.getUser()\n" + EFFECT.replace("input.id", "user.id")
    )
    (guard,) = guards(index)
    assert guard.gates is None
    assert "nothing tests" in guard.because


def test_a_guard_names_its_helper_and_what_it_rests_on() -> None:
    (guard,) = guards(action(f"await requireUser()\n{EFFECT}", imports=HELPERS))
    assert (guard.how, guard.via, guard.basis, guard.gates) == ("helper", "requireUser", "getUser", True)


def test_a_key_that_the_caller_hands_to_a_helper_is_followed() -> None:
    files = {
        "lib/db.ts": "export const remove = (supabase, id) => supabase.from('tenders').delete().eq('id', id)",
        "app/actions.ts": f"'use server'\n{ADMIN}import {{ remove }} from '@/lib/db'\n"
        "export async function act(id) { await remove(admin, id) }",
    }
    assert state(project(files).sources) is CallerState.UNVERIFIED


def test_functions_that_call_each_other_end() -> None:
    index = action(
        "return again(input)",
        imports="async function again(x) { return once(x) }\nasync function once(x) { return again(x) }",
    )
    assert state(index) is CallerState.HARMLESS


def test_what_hangs_on_a_row_that_rls_let_the_caller_see_is_in_doubt() -> None:
    body = """const own = createServerClient(process.env.U!, process.env.ANON_KEY!, { cookies: cookieStore })
const { data: order } = await own.from('orders').select('id, buyer_id').eq('id', input.id).single()
const ids = [order.buyer_id]
await admin.from('members').select('role').in('user_id', %s)
"""
    imports = "import { createServerClient } from '@supabase/ssr'"
    assert state(action(body % "ids", imports=imports)) is not CallerState.UNVERIFIED
    assert state(action(body % "input.ids", imports=imports)) is CallerState.UNVERIFIED


@pytest.mark.parametrize(
    ("imports", "body", "said"),
    [
        (
            "import { auth } from '@clerk/nextjs/server'\n",
            f"await auth.protect()\n{EFFECT}",
            ("helper", "clerk"),
        ),
        (
            "import { jwtVerify } from 'jose'\n",
            f"await jwtVerify(input.token, key)\n{EFFECT}",
            ("signature", "signature"),
        ),
    ],
)
def test_only_a_signature_is_called_one(imports: str, body: str, said: tuple[str, str]) -> None:
    (guard,) = guards(action(body, imports=imports))
    assert (guard.how, guard.basis, guard.gates) == (*said, True)
