"""What checks of endpoints leave to the reviewer, and what they do not look at."""

from builders import check, project

from checklists.model import Status

USER = """
import { createServerClient } from '@supabase/ssr'
const key = process.env.NEXT_PUBLIC_SUPABASE_ANON_KEY!
const cookies = { getAll: () => [] }
const supabase = createServerClient(process.env.NEXT_PUBLIC_SUPABASE_URL!, key, { cookies })
"""
GUARDED_TABLE = """
create table public.tenders (id uuid primary key, created_by uuid);
alter table public.tenders enable row level security;
create policy own on public.tenders for delete using (created_by = auth.uid());
"""
REMOVE = "export async function remove(id) { await supabase.from('tenders').delete().eq('id', id) }"


def actions(text: str, sql: str = GUARDED_TABLE) -> dict[str, str]:
    return {
        "app/actions.ts": f"'use server'\n{USER}\n{text}\n",
        "supabase/migrations/20240101000000_t.sql": sql,
    }


def test_rls_as_the_only_guard_is_for_the_reviewer() -> None:
    said = check("action_without_auth", project(actions(REMOVE)))
    assert said.status is Status.UNDETERMINED
    assert said.gaps[0].object == "action:app/actions.ts#remove"
    assert said.gaps[0].because.startswith("RLS is the only guard")


def test_a_definer_function_that_asks_nobody_is_no_matter_of_rls() -> None:
    body = "language sql security definer as $$ insert into public.notes values (p_to) $$;"
    sql = f"create table public.notes (t uuid); create function public.tell(p_to uuid) returns void {body}"
    tell = "export async function tell(id) { await supabase.rpc('tell', { p_to: id }) }"
    (gap,) = check("action_without_auth", project(actions(tell, sql))).gaps
    assert "SECURITY DEFINER and asks nobody either" in gap.because
    asking = sql.replace("values (p_to)", "select p_to where p_to = auth.uid()")
    (gap,) = check("action_without_auth", project(actions(tell, asking))).gaps
    assert gap.because.startswith("RLS is the only guard")


def test_many_readers_behind_rls_are_one_question() -> None:
    reads = "\n".join(
        f"export async function read{n}() {{ return supabase.from('tenders').select('id') }}"
        for n in range(7)
    )
    said = check("action_without_auth", project(actions(f"{REMOVE}\n{reads}")))
    assert [gap.object for gap in said.gaps] == [
        "action:app/actions.ts#remove",
        "action:app/actions.ts#read0",
    ]
    assert said.gaps[1].because.startswith("RLS is the only guard of 7 server actions that read")
    assert "`read3` and 3 more" in said.gaps[1].because


def test_a_policy_that_is_always_true_is_no_guard() -> None:
    said = check(
        "action_without_auth",
        project(actions(REMOVE, GUARDED_TABLE.replace("created_by = auth.uid()", "true"))),
    )
    assert said.status is Status.FLAGGED


def test_every_action_that_does_something_is_counted() -> None:
    said = check(
        "action_without_auth", project(actions(f"{REMOVE}\nexport async function ping() {{ return 1 }}"))
    )
    assert said.examined == (("server actions that act", 1),)


def test_without_endpoints_nothing_is_examined() -> None:
    seen = project({"lib/a.ts": "export const a = 1"})
    for name in ("action_without_auth", "route_without_auth", "edge_caller_unverified", "mass_assignment"):
        assert check(name, seen).status is Status.NOT_APPLICABLE, name


def test_an_endpoint_that_cannot_be_followed_is_undetermined() -> None:
    files = {"app/api/x/route.ts": "export { POST } from '@acme/handlers'\n"}
    for name in ("route_without_auth", "route_input_unvalidated", "error_leaked_by_route"):
        said = check(name, project(files))
        assert said.status is Status.UNDETERMINED, name
        assert "@acme/handlers" in said.gaps[0].because


def test_findings_name_the_endpoint_they_lie_within() -> None:
    said = check("action_input_unvalidated", project(actions(REMOVE)))
    assert [finding.within for finding in said.findings] == [("action:app/actions.ts#remove",)]


APPLICATION = """
import { Hono } from 'npm:hono@4.0.0'
import { createClient } from 'npm:@supabase/supabase-js@2.112.3'
const admin = createClient(Deno.env.get('SUPABASE_URL')!, Deno.env.get('SUPABASE_SERVICE_ROLE_KEY')!)
const app = new Hono()
async function signedIn(c, next) {
  const { data: { user } } = await admin.auth.getUser(c.req.header('authorization'))
  if (!user) return c.json({ error: 'unauthorized' }, 401)
  await next()
}
app.get('/', %s async (c) => c.json(await admin.from('tenders').select('id')))
app.post('/', %s async (c) => {
  await admin.from('tenders').delete().eq('id', Number(c.req.query('id')))
  return c.json({})
})
Deno.serve(app.fetch)
"""


def test_middleware_beside_a_handler_stands_before_it() -> None:
    text = APPLICATION % ("signedIn,", "signedIn,")
    said = check("edge_caller_unverified", project({"supabase/functions/api/index.ts": text}))
    assert said.status is Status.CLEAR, said


def test_an_application_without_a_test_in_sight_is_in_doubt() -> None:
    text = APPLICATION % ("signedIn,", "")
    said = check("edge_caller_unverified", project({"supabase/functions/api/index.ts": text}))
    assert said.status is Status.UNDETERMINED
    assert "middleware" in said.gaps[0].because
