"""How heavy it is that an endpoint acts for anyone: public figures, forms for visitors, jobs, changes."""

import pytest
from builders import check, project

from checklists.model import Severity

ADMIN = """
import { createClient } from '@supabase/supabase-js'
const admin = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_SERVICE_ROLE_KEY!)
"""
SQL = """
create table public.news (id uuid primary key, title text);
alter table public.news enable row level security;
create policy shown on public.news for select using (true);
create table public.letters (id uuid primary key, email text);
alter table public.letters enable row level security;
create table public.leads (id uuid primary key, email text);
alter table public.leads enable row level security;
create policy anyone on public.leads for insert with check (true);
create function public.get_usage(format text) returns bigint language sql stable
  as 'select count(*) from public.news';
create function public.get_letters_of(user_id uuid) returns setof public.letters language sql stable
  as 'select * from public.letters';
"""
READ_PUBLIC = "export async function read(f) { return admin.from('news').select('title').eq('format', f) }"
READ_PRIVATE = "export async function read(f) { return admin.from('letters').select('email').eq('id', f) }"
ASK_FIGURES = "export async function read(f) { return admin.rpc('get_usage', { format: f }) }"
ASK_PRIVATE = "export async function read(f) { return admin.rpc('get_letters_of', { user_id: f }) }"
CHANGE = "export async function change(id) { await admin.from('letters').update({ email: '' }).eq('id', id) }"
NIGHTLY = "export async function tidy() { await admin.from('letters').delete().is('email', null) }"
READ_HARMLESS = READ_PRIVATE.replace("'email'", "'id, name'")
ASK_WHETHER = """
export async function read(f) {
  const { data } = await admin.from('letters').select('*').eq('email', f)
  return { free: !data }
}
"""
COUNT = """
export async function read(f) {
  const { count } = await admin.from('letters').select('id', { count: 'exact', head: true }).lt('at', f)
  return { count }
}
"""
ADD = "export async function send(email) { await admin.from('letters').insert({ email }) }"
OWN = """
export async function send(email) {
  const { data } = await admin.from('letters').insert({ email }).select('id').single()
  await admin.from('letters').update({ email: 'x' }).eq('id', data.id)
}
"""
FORM = """
import { z } from 'zod'
const Letter = z.object({ email: z.string().email() })
export async function send(input: unknown) {
  const letter = Letter.parse(input)
  await admin.from('letters').insert({ email: letter.email })
}
"""


@pytest.mark.parametrize(
    ("code", "severity"),
    [
        (READ_PUBLIC, Severity.INFO),
        (ASK_FIGURES, Severity.INFO),
        (READ_PRIVATE, Severity.HIGH),
        (READ_HARMLESS, Severity.MEDIUM),
        (ASK_WHETHER, Severity.LOW),
        (COUNT, Severity.LOW),
        (ASK_PRIVATE, Severity.HIGH),
        (FORM, Severity.MEDIUM),
        (FORM.replace("'letters'", "'leads'"), Severity.LOW),
        (ADD, Severity.HIGH),
        (OWN, Severity.HIGH),
        (NIGHTLY, Severity.MEDIUM),
        (CHANGE, Severity.BLOCKER),
    ],
)
def test_an_open_action_weighs_as_what_it_opens(code: str, severity: Severity) -> None:
    files = {
        "app/actions.ts": f"'use server'\n{ADMIN}\n{code}\n",
        "app/page.tsx": "import { read, change, send, tidy } from './actions'\nexport const page = read",
        "supabase/migrations/1_t.sql": SQL,
    }
    (finding,) = check("action_without_auth", project(files)).findings
    assert finding.severity is severity


@pytest.mark.parametrize(
    ("importer", "severity"),
    [
        ({"app/page.tsx": "import { change } from './actions'"}, Severity.BLOCKER),
        ({"lib/jobs.ts": "import { change } from '../app/actions'"}, Severity.HIGH),
        ({"app/page.test.tsx": "import { change } from './actions'"}, Severity.HIGH),
        ({"lib/all.ts": "export * from '../app/actions'"}, Severity.BLOCKER),
        ({"lib/use.ts": "'use client'\nimport * as all from '../app/actions'"}, Severity.BLOCKER),
    ],
)
def test_an_action_that_no_page_imports_weighs_less(importer: dict[str, str], severity: Severity) -> None:
    code = {"app/actions.ts": f"'use server'\n{ADMIN}\n{CHANGE}\n", "supabase/migrations/1_t.sql": SQL}
    (finding,) = check("action_without_auth", project({**code, **importer})).findings
    assert finding.severity is severity
    assert ("No page" in finding.message) is (severity is Severity.HIGH)


def test_unparsed_input_weighs_less_where_only_administrators_send_it() -> None:
    guard = """
    async function requireAdmin() {
      const { data: { user } } = await admin.auth.getUser()
      if (!user) throw new Error('forbidden')
    }
    """
    code = (
        "export async function save(id: string, title: string) "
        "{{ {0} await admin.from('news').update({{ title }}).eq('id', id) }}"
    )
    page = {"app/page.tsx": "import { save } from './actions'"}
    text = f"'use server'\n{ADMIN}{guard}"
    heavy = project({"app/actions.ts": text + code.format(""), **page})
    light = project({"app/actions.ts": text + code.format("await requireAdmin();"), **page})
    for name, expected in ((heavy, Severity.MEDIUM), (light, Severity.LOW)):
        found = check("action_input_unvalidated", name).findings
        assert [each.severity for each in found if each.object.endswith("#save")] == [expected]


def test_each_handler_of_an_application_has_its_own_place() -> None:
    handler = """
    import { Hono } from 'jsr:@hono/hono'
    import { createClient } from 'npm:@supabase/supabase-js@2'
    export const app = new Hono()
    app.post('/', async (c) => {
      const body = await c.req.json()
      const db = createClient(Deno.env.get('SUPABASE_URL')!, Deno.env.get('SUPABASE_ANON_KEY')!)
      await db.from('news').insert({ title: body.title })
      return c.json({})
    })
    """
    entry = """
    import { Hono } from 'jsr:@hono/hono'
    import { app as one } from '../_backend/one.ts'
    import { app as two } from '../_backend/two.ts'
    const all = new Hono()
    all.route('/one', one)
    all.route('/two', two)
    Deno.serve(all.fetch)
    """
    functions = "supabase/functions"
    files = {f"{functions}/_backend/{name}.ts": handler for name in ("one", "two")}
    found = check("edge_input_unvalidated", project(files | {f"{functions}/all/index.ts": entry})).findings
    assert [each.location.path for each in found] == [
        f"{functions}/_backend/{name}.ts" for name in ("one", "two")
    ]
    assert {each.object for each in found} == {"edge:all"}


@pytest.mark.parametrize(
    ("path", "turn", "severity"),
    [
        ("lib/tenders.ts", "", Severity.MEDIUM),
        ("lib/tenders.ts", "await fetch(tender.url)", Severity.LOW),
        ("scripts/restore.ts", "", Severity.INFO),
    ],
)
def test_a_query_in_a_loop_weighs_as_much_as_somebody_waits_for_it(
    path: str, turn: str, severity: Severity
) -> None:
    loop = f"""{ADMIN}
    export async function close(tenders) {{
      for (const tender of tenders) {{
        {turn}
        await admin.from('tenders').update({{ open: false }}).eq('id', tender.id)
      }}
    }}
    """
    (finding,) = check("query_in_loop", project({path: loop})).findings
    assert finding.severity is severity


@pytest.mark.parametrize(
    ("value", "severity"), [("input", Severity.HIGH), ("input.replace(/'/g, \"''\")", Severity.MEDIUM)]
)
def test_quotes_that_are_escaped_by_hand_weigh_less(value: str, severity: Severity) -> None:
    code = f"""'use server'
    import {{ sql }} from 'drizzle-orm'
    import {{ db }} from './db'
    export async function find(input) {{
      const text = {value}
      return db.execute(sql.raw(`select id from tenders where title = '${{text}}'`))
    }}
    """
    (finding,) = check("raw_sql_interpolated", project({"app/find.ts": code})).findings
    assert finding.severity is severity


def test_mail_by_its_service_s_address_is_mail() -> None:
    code = """
    Deno.serve(async (req) => {
      const { to, text } = await req.json()
      const headers = { Authorization: `Bearer ${key}` }
      const body = JSON.stringify({ to, text })
      await fetch('https://api.resend.com/emails', { method: 'POST', headers, body })
      return new Response('ok')
    })
    """
    seen = project({"supabase/functions/notify/index.ts": code})
    assert "it acts for anyone (mail)" in check("edge_caller_unverified", seen).gaps[0].because
    assert [each.object for each in check("rate_limit_missing", seen).findings] == ["edge:notify"]


def test_a_helper_that_names_the_columns_of_a_row_hands_on_no_keys() -> None:
    code = f"""'use server'
    {ADMIN}
    function columns(input) {{ return {{ title: input.title }} }}
    export async function add(input) {{
      const row = {{ {{0}}, made_by: input.by }}
      await admin.from('news').insert(row)
    }}
    """
    for spread, expected in (("...columns(input)", 0), ("...input", 1)):
        files = {"app/actions.ts": code.replace("{0}", spread)}
        assert len(check("mass_assignment", project(files)).findings) == expected


@pytest.mark.parametrize(
    ("client", "does", "severity"),
    [
        ("admin", "delete()", Severity.HIGH),
        ("mine", "delete()", Severity.MEDIUM),
        ("mine", "select('id')", Severity.LOW),
    ],
)
def test_a_session_from_the_cookie_weighs_as_what_acts_on_it(
    client: str, does: str, severity: Severity
) -> None:
    code = f"""'use server'
    {ADMIN}
    import {{ createServerClient }} from '@supabase/ssr'
    export async function tidy() {{
      const key = process.env.SUPABASE_ANON_KEY!
      const mine = createServerClient(process.env.SUPABASE_URL!, key, {{ cookies }})
      const {{ data: {{ session }} }} = await mine.auth.getSession()
      if (!session) throw new Error('no')
      await {client}.from('news').{does}.eq('made_by', session.user.id)
    }}
    """
    (finding,) = check("session_trusted", project({"app/actions.ts": code})).findings
    assert finding.severity is severity
