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
        (READ_PUBLIC, Severity.MEDIUM),
        (ASK_FIGURES, Severity.MEDIUM),
        (READ_PRIVATE, Severity.HIGH),
        (ASK_PRIVATE, Severity.HIGH),
        (FORM, Severity.HIGH),
        (NIGHTLY, Severity.HIGH),
        (CHANGE, Severity.BLOCKER),
    ],
)
def test_an_open_action_weighs_as_what_it_opens(code: str, severity: Severity) -> None:
    files = {"app/actions.ts": f"'use server'\n{ADMIN}\n{code}\n", "supabase/migrations/1_t.sql": SQL}
    (finding,) = check("action_without_auth", project(files)).findings
    assert finding.severity is severity


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
    heavy = project({"app/actions.ts": f"'use server'\n{ADMIN}{guard}{code.format('')}"})
    light = project({"app/actions.ts": f"'use server'\n{ADMIN}{guard}{code.format('await requireAdmin();')}"})
    for name, expected in ((heavy, Severity.HIGH), (light, Severity.MEDIUM)):
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
