"""What code is for weighs what is found in it."""

import pytest
from builders import check, project

from checklists.model import Severity

MIGRATION = "supabase/migrations/1_m.sql"
CLIENT = """import { createClient } from '@supabase/supabase-js'
const supabase = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_ANON_KEY!)
"""
SHIFTS = "create table public.shifts (id uuid primary key, user_id uuid, claimed_at timestamptz);"


@pytest.mark.parametrize(
    ("name", "body", "severity"),
    [
        ("drop", "await supabase.from('shifts').delete().eq('id', id)", Severity.LOW),
        ("drop", "await supabase.from('shifts').delete().lt('claimed_at', cutoff)", Severity.INFO),
        ("deleteUserData", "await supabase.from('shifts').delete().eq('user_id', id)", Severity.INFO),
        ("deleteUserShift", "await supabase.from('shifts').delete().eq('id', id)", Severity.LOW),
        (
            "drop",
            "await supabase.from('shifts').delete().eq('id', id)\n  await insertAuditLog({ id, oldData })",
            Severity.INFO,
        ),
        (
            "drop",
            "await supabase.from('shifts').delete().eq('id', id)\n  await insertAuditLog({ id })",
            Severity.LOW,
        ),
    ],
)
def test_deletes_that_are_meant_for_good(name: str, body: str, severity: Severity) -> None:
    code = f"{CLIENT}export async function {name}(id, cutoff) {{\n  {body}\n}}"
    (found,) = check("hard_delete", project({MIGRATION: SHIFTS, "lib/shifts.ts": code})).findings
    assert found.severity is severity


@pytest.mark.parametrize(
    ("around", "severity"),
    [
        ("try {{ {} }} catch (e) {{ log(e) }}", Severity.HIGH),
        ("{}", Severity.HIGH),
        ("try {{ await go() }} catch (e) {{ if (e) {{ log(e) }}\n {} }}", Severity.MEDIUM),
    ],
)
def test_a_query_in_a_catch_is_rare(around: str, severity: Severity) -> None:
    table = f"""{SHIFTS} alter table public.shifts enable row level security;
create policy "read" on public.shifts for select to authenticated using (user_id = auth.uid());"""
    query = around.format("await supabase.from('shifts').delete().eq('id', id)")
    code = f"{CLIENT}export async function drop(id) {{\n{query}\n}}\ndrop(1)"
    (found,) = check("command_without_policy", project({MIGRATION: table, "lib/shifts.ts": code})).findings
    assert found.severity is severity


WORK = "await supabase.from('bids').update({ a: 1 })"


@pytest.mark.parametrize(
    ("before", "logs", "severity"),
    [
        (WORK, "try {{ {} }} catch {{ /* no matter */ }}", Severity.MEDIUM),
        (WORK, "try {{ {} }} catch (e) {{ console.warn(e) }}", Severity.MEDIUM),
        (WORK, "try {{ {} }} catch (e) {{ throw e }}", Severity.HIGH),
        (WORK, "{}", Severity.HIGH),
        (WORK, "try {{ {}; await go() }} catch {{}}", Severity.HIGH),
        ("", "try {{ {} }} catch {{}}", Severity.HIGH),
    ],
)
def test_a_log_beside_other_work_is_missed_by_nobody(before: str, logs: str, severity: Severity) -> None:
    table = f"""{SHIFTS} alter table public.shifts enable row level security;
create table public.bids (id uuid primary key, a int);
create policy "read" on public.shifts for select to authenticated using (user_id = auth.uid());"""
    query = logs.format("await supabase.from('shifts').insert({ id })")
    code = f"{CLIENT}export async function drop(id) {{\n{before}\n{query}\n}}\ndrop(1)"
    (found,) = check("command_without_policy", project({MIGRATION: table, "lib/shifts.ts": code})).findings
    assert found.severity is severity


@pytest.mark.parametrize(
    ("name", "severity"),
    [
        ("passkey-auth-options", Severity.LOW),
        ("webauthn-start", Severity.LOW),
        ("bulk-things", Severity.HIGH),
    ],
)
def test_before_there_is_a_session(name: str, severity: Severity) -> None:
    code = (
        "import { createClient } from 'npm:@supabase/supabase-js@2'\n"
        "Deno.serve(async () => {\n"
        "  const admin = createClient(Deno.env.get('URL')!, Deno.env.get('SUPABASE_SERVICE_ROLE_KEY')!)\n"
        "  await admin.from('t').insert({ a: 1 })\n  return new Response('ok')\n})"
    )
    files = {
        "supabase/config.toml": f"[functions.{name}]\nverify_jwt = false\n",
        f"supabase/functions/{name}/index.ts": code,
    }
    (found,) = check("edge_jwt_off_unverified", project(files)).findings
    assert found.severity is severity


@pytest.mark.parametrize(("keys", "severity"), [("u.email", Severity.HIGH), ("u.plan", Severity.MEDIUM)])
def test_a_row_for_each_address_is_no_sum(keys: str, severity: Severity) -> None:
    sql = f"""create table public.users (id uuid primary key, email text, plan text);
alter table public.users enable row level security;
create materialized view public.sums as select {keys}, count(*) as n from public.users u group by {keys};
grant select on public.sums to authenticated;"""
    (found,) = check("matview_exposed", project({MIGRATION: sql})).findings
    assert found.severity is severity
