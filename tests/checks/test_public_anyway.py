"""What the service key opens where visitors may read or call the same without it."""

import pytest
from builders import check, migrations, project

from checklists.model import Severity

SCHEMA = """
create table public.venues (id uuid primary key, active boolean not null, city text, note text);
create table public.codes (code text primary key, holder_email text);
alter table public.venues enable row level security;
alter table public.codes enable row level security;
create policy shown on public.venues for select to anon, authenticated using (active = true);
create function public.quote(p_venue uuid, p_code text) returns jsonb language plpgsql {how} as $$
declare v record; c record; begin
  select * into v from public.venues where id = p_venue;
  select * into c from public.codes where upper(code) = upper(trim(p_code));
  return jsonb_build_object('city', v.city); end $$;
"""
DEFINER = "security definer set search_path = ''"
CODE = """import { createClient } from 'npm:@supabase/supabase-js@2'
Deno.serve(async (req) => {
  const db = createClient(Deno.env.get('SUPABASE_URL')!, Deno.env.get('SUPABASE_SERVICE_ROLE_KEY')!)
  const { city, id } = await req.json()
  %s
  return new Response(JSON.stringify(data))
})
"""


@pytest.mark.parametrize(
    ("does", "how", "severity"),
    [
        ("const { data } = await db.from('venues').select('*').eq('active', true)", DEFINER, Severity.INFO),
        ("const { data } = await db.from('venues').select('*').eq('city', city)", DEFINER, Severity.HIGH),
        ("const { data } = await db.from('venues').select('*').eq('active', city)", DEFINER, Severity.HIGH),
        ("const { data } = await db.rpc('quote', { p_venue: id })", DEFINER, Severity.LOW),
        ("const { data } = await db.rpc('quote', { p_venue: id })", "", Severity.HIGH),
    ],
)
def test_the_service_key_weighs_what_it_opens(does: str, how: str, severity: Severity) -> None:
    files = {"supabase/functions/f/index.ts": CODE % does}
    said = check("edge_caller_unverified", project({**migrations_of(SCHEMA.format(how=how)), **files}))
    assert [finding.severity for finding in said.findings] == [severity]


def migrations_of(sql: str) -> dict[str, str]:
    """The statements as one migration's file."""
    return {"supabase/migrations/20240101000000_m.sql": sql}


def test_a_row_that_is_kept_and_a_code_that_is_asked_for_show_nothing() -> None:
    (finding,) = check("definer_function_anon", migrations(SCHEMA.format(how=DEFINER))).findings
    assert finding.severity is Severity.INFO
    assert "asks for a code" in finding.message


@pytest.mark.parametrize(
    ("body", "severity"),
    [
        ("insert into public.days (user_id, slept) values (who, 1);", Severity.MEDIUM),
        (
            "if who is null then delete from public.days; else update public.days set awake = 1; end if;",
            Severity.HIGH,
        ),
        ("if who is null then update public.days set awake = 1; end if;", Severity.MEDIUM),
        ("insert into public.days (owner) values (who);", Severity.HIGH),
    ],
)
def test_a_body_that_names_no_column_of_its_table_fails_at_each_call(body: str, severity: Severity) -> None:
    sql = f"""create table public.days (owner uuid, sleep int);
    alter table public.days enable row level security;
    create function public.sleep(who uuid) returns void language plpgsql security definer as $$
    begin {body} end $$;"""
    (finding,) = check("definer_function_anon", migrations(sql)).findings
    assert finding.severity is severity


def test_sums_over_rows_are_no_rows() -> None:
    sql = """create table public.sales (id uuid primary key, total numeric, customer_email text);
    alter table public.sales enable row level security;
    create function public.stats() returns json language plpgsql security definer as $$
    declare n bigint; s numeric; begin
      select count(*) into n from public.sales where customer_email is not null;
      select coalesce(sum(total), 0) into s from public.sales;
      return json_build_object('n', n, 's', s); end $$;
    create function public.latest() returns json language sql security definer as $$
      select json_agg(s.customer_email) from public.sales s $$;"""
    found = {f.object: f.severity for f in check("definer_function_anon", migrations(sql)).findings}
    assert found == {
        "function:public.stats()": Severity.MEDIUM,
        "function:public.latest()": Severity.HIGH,
    }


ROUTE = """import { createClient } from '@supabase/supabase-js'
const db = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_SERVICE_ROLE_KEY!)
export async function %s(req: Request) {
  %s
  return Response.json({ ok: true, data })
}
"""
READS = "const { data } = await db.from('runs').select('id, email').limit(1)"
WRITES = "const { data } = await db.from('runs').update(await req.json()).eq('id', 1).select('email')"
TAKES = "const { data } = await db.from('runs').insert({ email: (await req.json()).email })"
OWN = """const code = new URL(req.url).searchParams.get('code')
  const { data } = await db.from('runs').select('*').eq('confirmation_code', code).single()"""
GATE = """import { NextResponse } from 'next/server'
const OFF = ['/api/debug/']
export function middleware(req) {
  if (process.env.NODE_ENV === 'production' && OFF.some((each) => req.nextUrl.pathname.startsWith(each)))
    return new NextResponse(null, { status: 403 })
}
"""


@pytest.mark.parametrize(
    ("path", "verb", "does", "severity"),
    [
        ("app/api/health/route.ts", "GET", READS, Severity.LOW),
        ("app/api/health-records/route.ts", "GET", READS, Severity.MEDIUM),
        ("app/api/healthy/meals/route.ts", "GET", READS, Severity.MEDIUM),
        ("app/api/health/route.ts", "POST", WRITES, Severity.HIGH),
        ("app/api/newsletter/route.ts", "POST", TAKES, Severity.MEDIUM),
        ("app/api/newsletter/route.ts", "POST", WRITES, Severity.HIGH),
        ("app/api/runs/route.ts", "GET", OWN, Severity.LOW),
        ("app/api/debug/runs/route.ts", "POST", WRITES, Severity.MEDIUM),
        ("app/api/runs/debug/route.ts", "POST", WRITES, Severity.HIGH),
        ("app/api/_debug/runs/route.ts", "POST", WRITES, None),
    ],
)
def test_what_is_for_everybody_or_for_developers_weighs_less(
    path: str, verb: str, does: str, severity: Severity | None
) -> None:
    seen = project(
        {
            **migrations_of("create table public.runs (id int primary key, email text);"),
            path: ROUTE % (verb, does),
            "middleware.ts": GATE,
        }
    )
    found = [finding.severity for finding in check("route_without_auth", seen).findings]
    assert found == ([] if severity is None else [severity])
