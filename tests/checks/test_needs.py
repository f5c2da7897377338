"""What a backend needs from those who run it, and which endpoints tests name."""

import pytest
from builders import check, migrations, project

from checklists.checks.subjects.needs import needs
from checklists.model import Severity, Status

EDGE = "supabase/functions/award/index.ts"
ACTIONS = "'use server'\nexport async function award(id: string) { return id }\n"
WRITES = """'use server'
import { createClient } from '@supabase/supabase-js'
const admin = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_SERVICE_ROLE_KEY!)
export async function award(id: string) { await admin.from('bids').delete().eq('id', id).throwOnError() }
"""
SIGN_IN = "export default function Login() { async function signIn(f: FormData) { 'use server'; return f } }"
ROUTE = "export async function POST() { return new Response('ok') }\n"


def test_each_kind_once() -> None:
    seen = project(
        {
            "supabase/migrations/1_a.sql": "create extension pg_cron; select cron.schedule('j', '* * * * "
            "*', 'select 1');create extension pgmq; select pgmq.create('mail'); select pgmq.create('mail');"
            "insert into storage.buckets (id, name) values ('b', 'b');",
            EDGE: "Deno.env.get('MAIL_KEY'); Deno.env.get('MAIL_KEY'); Deno.env.get('SUPABASE_URL');"
            "Deno.serve(() => new Response('ok'))",
            "lib/limit.ts": "import { Ratelimit } from '@upstash/ratelimit'\nexport const limit = new "
            "Ratelimit()",
            "lib/server.ts": "export const key = process.env.STRIPE_KEY",
        }
    )
    assert sorted((need.kind, need.name) for need in needs(seen)) == [
        ("edge functions", "award"),
        ("extensions", "pg_cron"),
        ("extensions", "pgmq"),
        ("jobs", "j (* * * * *)"),
        ("queues", "mail"),
        ("secrets of edge functions", "MAIL_KEY"),
        ("services", "Upstash rate limits"),
    ]


def test_a_variable_that_a_helper_reads_by_name() -> None:
    helper = "export function required(name: string) { const v = Deno.env.get(name)?.trim(); return v! }"
    other = "export function required(name: string) { return table.get(name) }"
    code = (
        "import { required } from '../_shared/env.ts'\n"
        "Deno.serve(() => new Response(required('MAIL_KEY') + required('SUPABASE_URL')))"
    )

    def read(text: str) -> list[str]:
        seen = project({"supabase/config.toml": "", EDGE: code, "supabase/functions/_shared/env.ts": text})
        return [need.name for need in needs(seen) if need.kind == "secrets of edge functions"]

    assert (read(helper), read(other)) == (["MAIL_KEY"], [])


def test_a_bucket_that_code_uses_and_no_migration_makes() -> None:
    code = (
        "import { supabase } from '@/lib/supabase'\nexport const s = () => supabase.storage.from('%s').list()"
    )
    seen = project(
        {
            "supabase/migrations/1_a.sql": "insert into storage.buckets (id, name) values ('b', 'b');",
            "lib/a.ts": code % "b",
            "lib/c.ts": code % "c",
            "lib/d.test.ts": code % "d",
        }
    )
    assert [(need.kind, need.name) for need in needs(seen)] == [("buckets that no migration makes", "c")]
    (finding,) = check("infrastructure_needed", seen).findings
    assert (finding.object, finding.severity) == ("infrastructure:buckets", Severity.LOW)


def test_needs_fail_nothing() -> None:
    said = check("infrastructure_needed", migrations("create extension pg_net;"))
    assert {finding.severity for finding in said.findings} == {Severity.INFO}


@pytest.mark.parametrize(
    ("files", "test"),
    [
        ({"app/actions.ts": ACTIONS}, "award('1')"),
        ({"app/api/bids/route.ts": ROUTE}, "fetch('/api/bids')"),
        ({"app/api/bids/[id]/route.ts": ROUTE}, "fetch(`/api/bids/${id}`)"),
        ({"app/[locale]/(auth)/login/page.tsx": SIGN_IN}, "await page.goto('/login')"),
        ({EDGE: "Deno.serve(() => new Response('ok'))"}, "invoke('award')"),
    ],
)
def test_an_endpoint_that_a_test_names(files: dict[str, str], test: str) -> None:
    assert check("backend_untested", project(files | {"tests/a.test.ts": test})).status is Status.CLEAR
    (finding,) = check("backend_untested", project(files | {"tests/a.test.ts": "other()"})).findings
    assert finding.severity is Severity.LOW


@pytest.mark.parametrize(("code", "severity"), [(ACTIONS, Severity.LOW), (WRITES, Severity.MEDIUM)])
def test_a_repo_without_tests(code: str, severity: Severity) -> None:
    (finding,) = check("backend_untested", project({"app/actions.ts": code})).findings
    assert finding.severity is severity
    assert check("backend_untested", migrations("create table t ();")).status is Status.NOT_APPLICABLE
