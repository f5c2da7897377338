"""Input that is read and not parsed: what counts as a look at it, and what checks say of it."""

import pytest
from builders import check, project

from checklists.model import Report, Status

PATH = "app/api/x/route.ts"
HEAD = """
import { createClient } from '@/lib/supabase/server'
import { isTender, parseTender, work, TenderSchema, schema } from '@/lib/x'
"""


def route(body: str) -> Report:
    text = f"{HEAD}\nexport async function POST(request: Request) {{\n{body}\n}}\n"
    return check("route_input_unvalidated", project({PATH: text}))


def action(body: str) -> Report:
    text = f"'use server'\n{HEAD}\nexport async function go(form: FormData) {{\n{body}\n}}\n"
    return check("action_input_unvalidated", project({"app/actions.ts": text}))


@pytest.mark.parametrize(
    "rest",
    [
        "try { await work(body) } catch (e) { if (e.message.includes('key')) return null }",
        "const other = await work(body)\nif (typeof other === 'string') return null",
        "if (/x/.test(process.env.MODE)) return null\nreturn work(body)",
        "const text = 'isValid(body)'\nreturn work(body, text)",
        "return work(body, request.headers.get('x').includes('body'))",
    ],
)
def test_a_test_of_something_else_is_no_look_at_the_body(rest: str) -> None:
    assert route(f"const body = await request.json()\n{rest}").status is Status.FLAGGED


@pytest.mark.parametrize(
    "rest",
    [
        "if (typeof body.title !== 'string') return null\nreturn work(body)",
        "const { title } = body\nif (typeof title !== 'string') return null\nreturn work(title)",
        "let title\ntry { title = body.title } catch {}\nif (typeof title !== 'string') return null",
        "if (!['a', 'b'].includes(body.kind)) return null\nreturn work(body)",
        "if (!/^x$/.test(body.kind)) return null\nreturn work(body)",
        "if (!isTender(body)) return null\nreturn work(body)",
        "const { kind } = parseTender(body)\nreturn work(kind)",
    ],
)
def test_a_test_of_the_body_is_for_the_reviewer(rest: str) -> None:
    said = route(f"const body = await request.json()\n{rest}")
    assert said.status is Status.UNDETERMINED
    assert "`POST /api/x`" in said.gaps[0].because


def test_the_body_handed_to_a_test_as_it_is_read() -> None:
    assert route("const body = parseTender(await request.json())\nreturn work(body)").status is (
        Status.UNDETERMINED
    )


@pytest.mark.parametrize(
    "call",
    [
        "signInWithPassword({ email, password: form.get('password') as string })",
        "signUp({ email, password: 'x' })",
        "resetPasswordForEmail(email)",
    ],
)
def test_a_sign_in_form_that_nobody_parses_is_for_the_reviewer(call: str) -> None:
    said = action(
        "const email = form.get('email') as string\nconst supabase = await createClient()\n"
        f"const {{ error }} = await supabase.auth.{call}\nreturn {{ ok: !error }}"
    )
    assert said.status is Status.UNDETERMINED
    assert "hands form data to `auth." in said.gaps[0].because


def test_a_parsed_sign_in_form_is_clear() -> None:
    said = action(
        "const { z } = await import('zod')\n"
        "const parsed = z.object({ email: z.string().email() }).safeParse(Object.fromEntries(form))\n"
        "if (!parsed.success) return { error: 'invalid' }\nconst supabase = await createClient()\n"
        "await supabase.auth.resetPasswordForEmail(parsed.data.email)"
    )
    assert said.status is Status.CLEAR


def test_source_is_quoted_as_written_and_cut_at_a_word() -> None:
    said = route(
        "const body = await request.json()\nconst supabase = await createClient()\n"
        "await supabase.rpc('match', {\n  query: body.embedding as any,\n  match_count: body.count,\n"
        "  file_ids: body.files,\n})"
    )
    assert "`{ query: body.embedding as any, match_count: body.count …`." in said.findings[0].message


def test_a_list_of_the_repo_s_own_values_carries_nothing() -> None:
    said = route(
        "const { name } = await request.json()\nconst known = []\n"
        "for (const each of [1, 2]) known.push({ url: process.env.TARGET + each })\n"
        "if (typeof name !== 'string') return null\nreturn fetch(known[0].url)"
    )
    assert not said.findings
