"""What callers get back: internal text in replies, and the status of refusals."""

import pytest
from builders import project

from checklists.ts.index import Function, Reply

HEAD = """
import { createClient } from '@/lib/supabase/server'
import { AppError } from '@/lib/errors'
const s = createClient()
class OwnError extends Error {}
async function lib() {
  const { data, error } = await s.from('t').select()
  if (error) return { data: null, error: { message: error.message } }
  return { data, error: null }
}
async function clean() { return { data: 1, error: { message: 'not found' } } }
export function told(e) { return e instanceof Error ? e.message : 'unknown' }
function chosen(e, fallback, hide = false) { return hide ? fallback : e.message }
function masked(e) { return process.env.NODE_ENV === 'production' ? 'failed' : e.message }
"""
DATABASE = "const { data, error } = await s.from('t').insert({})\n"


def act(body: str) -> Function:
    text = f"'use server'\n{HEAD}\nexport async function act() {{\n{body}\n}}\n"
    return project({"app/actions.ts": text}).sources.functions["app/actions.ts#act"]


def leaks(body: str) -> list[tuple[str | None, str]]:
    return [(reply.leak, reply.source) for reply in act(body).replies if reply.leak is not None]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"{DATABASE}if (error) return {{ error: error.message }}", ("error.message", "database")),
        (f"{DATABASE}return {{ data, error }}", ("error", "database")),
        (f"{DATABASE}return {{ e: `x ${{error.details}}` }}", ("error.details", "database")),
        (
            f"{DATABASE}if (error.code === '23505') return {{ error: error.message }}",
            ("error.message", "database"),
        ),
        (
            "const r = await s.from('t').insert({})\nreturn { e: r.error.message }",
            ("r.error.message", "database"),
        ),
        ("const { error: e } = await s.auth.signUp({})\nreturn { e: e.message }", ("e.message", "auth")),
        (
            "const { error: e } = await s.auth.admin.createUser({})\nreturn { e: e.message }",
            ("e.message", "auth"),
        ),
        ("try { x() } catch (e) { return { e: String(e) } }", ("e", "caught")),
        (
            "try { x() } catch (e) { const m = e instanceof Error ? e.message : ''\nreturn { m } }",
            ("e.message", "caught"),
        ),
        ("try { x() } catch (e) { return fail(500, { m: e.stack }) }", ("e.stack", "caught")),
        ("try { x() } catch (e) { return { m: told(e) } }", ("e", "caught")),
        (
            f"try {{ {DATABASE}if (error) throw error }} catch (e) {{ return {{ e: e.message }} }}",
            ("e.message", "database"),
        ),
        (
            "try { await s.from('t').insert({}).throwOnError() } catch (e) { return { e: e.message } }",
            ("e.message", "database"),
        ),
        (
            f"{DATABASE}if (error) throw error\ntry {{ x() }} catch (e) {{ return {{ e: e.message }} }}",
            ("e.message", "caught"),
        ),
        ("const { error } = await lib()\nreturn { e: error.message }", ("error.message", "database")),
        ("return lib()", ("error.message", "database")),
    ],
)
def test_internal_text_is_found(body: str, expected: tuple[str, str]) -> None:
    assert expected in leaks(body)


@pytest.mark.parametrize(
    "body",
    [
        f"{DATABASE}if (error) {{ console.error(error.message); return {{ error: 'failed' }} }}",
        f"{DATABASE}if (error) throw new Error(error.message)",
        f"{DATABASE}if (error) return {{ error: mapped(error.code) }}",
        f"{DATABASE}if (error) return {{ error: describe(error) }}",
        "const p = Schema.safeParse({})\nreturn { e: p.error.flatten(), m: p.error.message }",
        "const { error } = Schema.safeParse({})\nreturn { e: error.message }",
        "try { x() } catch (e) { if (e instanceof OwnError) return { e: e.message }\nreturn { e: 'x' } }",
        "try { x() } catch (e) { return { e: e instanceof AppError ? e.message : 'x' } }",
        "try { x() } catch (e) { if (e instanceof z.ZodError) return { e: e.message }\nreturn 1 }",
        "try { x() } catch (e) { return { m: masked(e) } }",
        "try { x() } catch (e) { return { m: chosen(e, 'failed', true) } }",
        "const { error } = await clean()\nreturn { e: error.message }",
        "const rows = []\nreturn rows.map((error) => { return error.message })",
    ],
)
def test_plain_words_are_not(body: str) -> None:
    assert leaks(body) == []


def test_a_callback_of_a_wrapper_answers_for_the_action() -> None:
    assert leaks(f"return withAction(async () => {{ {DATABASE} return {{ e: error.message }} }})")


def edge(body: str) -> tuple[Reply, ...]:
    text = f"{HEAD}\nDeno.serve(async (req) => {{\n{body}\n}})\n"
    index = project({"supabase/functions/f/index.ts": text}).sources
    function = index.of_kind(index.endpoints[0].kind)[0].function
    assert function is not None
    return index.functions[function].replies


def test_a_thrown_refusal_takes_the_status_of_its_catch() -> None:
    replies = edge("""try {
  const { data: { user } } = await s.auth.getUser()
  if (!user) throw new Error('Unauthorized')
  return new Response('ok')
} catch (error) {
  return new Response('failed', { status: 400, headers: { ...corsHeaders } })
}""")
    assert [(reply.status, reply.refuses) for reply in replies] == [(200, False), (400, True)]
    assert "corsHeaders" in replies[1].headers


def test_what_a_known_caller_is_refused_is_no_refusal_of_strangers() -> None:
    replies = edge("""const { data: { user } } = await s.auth.getUser()
if (user && !isOwner(user.email)) {
  const { allowed } = await checkBalance(user.id)
  if (!allowed) return new Response('short of credits', { status: 402 })
}
return new Response('ok')""")
    assert [(reply.status, reply.refuses) for reply in replies] == [(402, False), (200, False)]


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        ("new Response('x', { status: 401 })", 401),
        ("Response.json({ a: 1 }, { status: 403 })", 403),
        ("json({ a: 1 }, 422)", 422),
        ("Response.json({})", 200),
        ("Response.json({}, { status })", None),
    ],
)
def test_the_status_of_a_reply(reply: str, status: int | None) -> None:
    assert edge(f"return {reply}")[0].status == status


@pytest.mark.parametrize(
    ("before", "answer", "expected"),
    [
        ("if (error) throw error", "e instanceof Error ? e.message : 'no'", "caught"),
        ("if (error) throw error", "e.message", "database"),
        ("if (error) throw new Error(error.message)", "e instanceof Error ? e.message : 'no'", "database"),
        ("if (error) console.error(error)", "e.message", "caught"),
        ("try { more() } catch (error) { throw error }", "e.message", "caught"),
    ],
)
def test_what_supabase_answers_is_no_instance_of_error(before: str, answer: str, expected: str) -> None:
    body = f"try {{\n{DATABASE}{before}\n}} catch (e) {{ return {{ error: {answer} }} }}"
    assert [source for _, source in leaks(body)] == [expected]


def test_the_sender_of_a_webhook_may_read_why_its_signature_fails() -> None:
    body = (
        "try {{ event = stripe.webhooks.constructEvent(raw, sig, key){} }} catch (e) {{ return e.message }}"
    )
    assert leaks(body.format("")) == []
    assert leaks(body.format("\nawait s.from('t').insert({})")) == [("e.message", "caught")]


def test_storage_has_messages_of_its_own() -> None:
    up = "const { error } = await s.storage.from('b').upload('p', f)\nif (error) return error.message"
    assert leaks(up) == [("error.message", "service")]


def test_a_redirect_is_no_answer_200() -> None:
    asked = "const { data: { user } } = await s.auth.getUser()"
    (reply, *_) = act(f"{asked}\nif (!user) return NextResponse.redirect('/login')\nreturn 1").replies
    assert reply.status == 307
