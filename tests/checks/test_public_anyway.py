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
