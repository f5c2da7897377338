"""The inventory holds what the repo's migrations made, and not what a new Supabase project brings."""

from builders import migrations, project

from checklists.checks.inventory import inventory


def test_an_empty_repo_has_an_empty_inventory() -> None:
    assert {kind: rows for kind, rows in inventory(migrations("")).items() if rows} == {}


def test_what_the_migrations_make_or_fill_is_listed() -> None:
    found = inventory(
        migrations(
            """
create extension vector with schema extensions;
create table public.bids (id uuid primary key);
create view public.all_bids as select id from public.bids;
create function public.f() returns integer language sql as 'select 1';
alter publication supabase_realtime add table public.bids;
"""
        )
    )
    names = {kind: [row["name"] for row in rows] for kind, rows in found.items() if rows}
    assert names == {
        "tables": ["public.bids"],
        "functions": ["public.f()"],
        "views": ["public.all_bids"],
        "publications": ["supabase_realtime"],
        "extensions": ["vector"],
    }


def test_platforms_are_listed_where_the_repo_shows_them() -> None:
    seen = project(
        {
            "lib/db.ts": """import postgres from 'postgres'
import { drizzle } from 'drizzle-orm/postgres-js'
import { pgPolicy, pgTable, uuid } from 'drizzle-orm/pg-core'
import { z } from 'zod'
export const bids = pgTable('bids', { id: uuid('id') }, () => [pgPolicy('own', { for: 'select' })])
export const notes = pgTable('notes', { id: uuid('id') })
export const db = drizzle(postgres('postgres://a:PASSWORD@aws-0-eu.pooler.supabase.com:6543/postgres'))
""",
            "app/api/x/route.ts": """import { createClient } from '@/lib/supabase/server'
export async function GET() {
  const supabase = await createClient()
  await supabase.auth.getUser()
  await supabase.from('bids').select('id')
  return Response.json({}, { headers: { 'Cache-Control': 'no-store' } })
}
""",
            "supabase/functions/a/index.ts": "Deno.serve(() => new Response('ok'))\n",
            "supabase/config.toml": "[api]\nmax_rows = 1000\n[realtime]\nenabled = true\n",
        }
    )
    found = inventory(seen)
    assert [(row["name"], row["path"], row["line"]) for row in found["platforms"]] == [
        ("Drizzle", "lib/db.ts", 2),
        ("HTTP cache headers", "app/api/x/route.ts", 6),
        ("PostgREST", "app/api/x/route.ts", 5),
        ("Supabase Auth", "app/api/x/route.ts", 4),
        ("Supabase Edge Functions", "supabase/functions/a/index.ts", 1),
        ("Supabase Realtime", "supabase/config.toml", 3),
        ("Supavisor", "lib/db.ts", 7),
        ("Zod", "lib/db.ts", 4),
        ("postgres.js", "lib/db.ts", 1),
    ]
    assert [(row["name"], row["rls"], row["policies"]) for row in found["drizzle_tables"]] == [
        ("public.bids", True, ["own"]),
        ("public.notes", False, []),
    ]
