"""Input that only administrators send weighs less; what only looks like a test of the role does not count."""

import pytest
from builders import check, project

from checklists.checks.subjects.administrators import is_administrative, only_administrators
from checklists.model import Severity
from checklists.sql.schema import Command

PATH = "app/api/brands/route.ts"
TABLE = "create table public.brands (id uuid primary key, name text, domain text);"
OWNED = TABLE.replace("name text", "owner_id uuid")
GATED = "alter table public.brands enable row level security;\n" + "\n".join(
    f"create policy p_{command} on public.brands for {command} {clause} (TEST);"
    for command, clause in (("insert", "with check"), ("update", "using"))
)
BY_ADMIN = "exists (select 1 from public.users u where u.id = auth.uid() and u.is_admin)"
TEST = "if (!profile?.is_admin) return Response.json({ error: 'Forbidden' }, { status: 403 })"


def route(test: str, *, late: str = "") -> str:
    return f"""
import {{ createClient }} from '@/lib/supabase/server'
export async function POST(request: Request) {{
  const supabase = await createClient()
  const {{ data: {{ user }} }} = await supabase.auth.getUser()
  if (!user) return Response.json({{ error: 'Unauthorized' }}, {{ status: 401 }})
  const {{ data: profile }} = await supabase.from('users').select('is_admin, role').eq('id', user.id).single()
  const body = await request.json()
  {test}
  await supabase.from('brands').insert({{ ...body, name: 'x' }})
  {late}
  return Response.json({{ ok: true }})
}}
"""


CLIENT = """
import { createServerClient } from '@supabase/ssr'
import { cookies } from 'next/headers'
export async function createClient() {
  const jar = await cookies()
  return createServerClient(process.env.NEXT_PUBLIC_SUPABASE_URL!, process.env.NEXT_PUBLIC_ANON_KEY!, {
    cookies: { getAll: () => jar.getAll(), setAll() {} },
  })
}
"""


def weight(test: str, sql: str = TABLE, *, name: str = "mass_assignment", late: str = "") -> Severity:
    files = {PATH: route(test, late=late), "lib/supabase/server.ts": CLIENT}
    found = check(name, project(files | {"supabase/migrations/1_x.sql": sql}))
    return found.findings[0].severity


@pytest.mark.parametrize(
    "test",
    [
        "if (!body.is_admin) return Response.json({ error: 'Forbidden' }, { status: 403 })",
        "if (user.user_metadata.role !== 'admin') return Response.json({ error: 'no' }, { status: 403 })",
        "if (profile.role !== 'admin' && user.email !== 'a@b.c') return Response.json({}, { status: 403 })",
        "if (profile.role !== 'member') return Response.json({}, { status: 403 })",
        "if (profile.is_admin) return Response.json({ error: 'not for you' }, { status: 403 })",
        "if (!profile.is_admin) console.warn('hm')",
        "if (!profile) return Response.json({ error: 'no admin' }, { status: 403 })",
    ],
)
def test_what_only_looks_like_a_test_of_the_role_lowers_nothing(test: str) -> None:
    assert weight(test) is Severity.HIGH


def test_a_test_after_the_write_comes_too_late() -> None:
    assert weight("", late=TEST) is Severity.HIGH


@pytest.mark.parametrize(
    "test",
    [
        TEST,
        TEST.replace("profile?.is_admin", "(profile as any)?.is_admin"),
        TEST.replace("!profile?.is_admin", "!profile || !profile.is_admin"),
        TEST.replace("!profile?.is_admin", "profile?.role !== 'admin' && profile?.role !== 'super_admin'"),
        TEST.replace("!profile?.is_admin", "!['admin', 'superadmin'].includes(profile.role)"),
        TEST.replace("!profile?.is_admin", "profile?.is_admin !== true"),
    ],
)
def test_an_administrator_who_writes_every_column_is_low_where_none_of_them_is_an_owner(test: str) -> None:
    assert weight(test) is Severity.LOW
    assert weight(test, OWNED) is Severity.MEDIUM
    assert weight(test, "") is Severity.MEDIUM


def test_policies_that_ask_for_an_administrator_do_as_well() -> None:
    assert weight("", TABLE + GATED.replace("TEST", BY_ADMIN)) is Severity.LOW
    assert weight("", TABLE + GATED.replace("TEST", f"{BY_ADMIN} or name is null")) is Severity.HIGH
    assert weight("", TABLE + GATED.replace("TEST", "auth.uid() is not null")) is Severity.HIGH


def test_an_unparsed_body_weighs_one_step_less() -> None:
    assert weight(TEST, name="route_input_unvalidated") is Severity.LOW
    assert weight("", name="route_input_unvalidated") is Severity.MEDIUM


def test_so_does_one_that_goes_where_no_sink_is_known() -> None:
    for test, severity in ((TEST, Severity.LOW), ("", Severity.MEDIUM)):
        text = route(test).replace("supabase.from('brands').insert({ ...body, name: 'x' })", "clear(body)")
        found = check("route_input_unvalidated", project({PATH: text}))
        assert [each.severity for each in found.findings] == [severity]


def test_so_does_an_upload() -> None:
    for test, severity in ((TEST, Severity.LOW), ("", Severity.MEDIUM)):
        text = route(test).replace("request.json()", "request.formData()")
        stored = "if (!file.type) return\n  await supabase.storage.from('a').upload('x', file)"
        text = text.replace("await supabase.from('brands').insert({ ...body, name: 'x' })", stored)
        found = check("upload_type_trusted", project({PATH: text}))
        assert [each.severity for each in found.findings] == [severity]


def test_where_the_test_stands_decides() -> None:
    read = project({PATH: route(TEST)})
    endpoint = read.sources.endpoints[0]
    function = read.sources.functions[endpoint.function or ""]
    line = next(n for n, each in enumerate(route(TEST).split("\n"), 1) if "is_admin)" in each)
    assert is_administrative(endpoint, function)
    assert is_administrative(endpoint, function, line + 1)
    assert not is_administrative(endpoint, function, line - 1)


def test_policies_that_only_administrators_pass() -> None:
    sql = TABLE + GATED.replace("TEST", BY_ADMIN)
    table = project({"supabase/migrations/1_x.sql": sql}).schema.tables["public.brands"]
    assert only_administrators(table, Command.INSERT)
    open_ = project({"supabase/migrations/1_x.sql": TABLE}).schema.tables["public.brands"]
    assert not only_administrators(open_, Command.INSERT)
